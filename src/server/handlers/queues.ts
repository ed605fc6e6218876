/** CreateQueue, DescribeQueue, ListQueues, UpdateQueue and DeleteQueue. */
import { LIST_QUEUES_MAX, QUEUE_RECEIVES_MAX, QUEUE_VISIBILITY_SECONDS } from '../../model/limits.ts';
import { type Queue, type QueueSettings, type QueueStart, queueArn, queueStatus } from '../../model/queue.ts';
import { noReceiveCount, queueOfOneStream } from '../../model/queue-faults.ts';
import { streamArn } from '../../model/stream.ts';
import { createQueue, deleteQueue, describeQueue, listQueues, updateQueue } from '../../operations/kinesis/queues.ts';
import type { Input } from '../../operations/operation.ts';
import type { FoundQueue } from '../../service/queues.ts';
import { type Call, type Handler, route } from '../route.ts';
import { isStreamAsked } from './stream-filter.ts';
import { nameInArn } from './stream-name.ts';

const TOKEN_KIND = 'ListQueues';

/** The answer says CREATING, also where the queue needs no time. */
const handleCreate: Handler<typeof createQueue> = async (input, call) => {
  const [stream, ...others] = input.StreamConfigurationList;
  if (stream === undefined || others.length > 0) throw queueOfOneStream();
  const { Type: type = 'LATEST', Timestamp: askedMs } = stream.StartingPosition ?? {};
  const name = nameInArn(stream.StreamARN);
  const created = await call.service.queues.create(
    { scope: call.scope, name },
    {
      ...{ visibilitySeconds: QUEUE_VISIBILITY_SECONDS, receivesMax: QUEUE_RECEIVES_MAX },
      ...settingsOf(input.QueueAttributes ?? {}),
      ...{ name: input.QueueName, start: { type, askedMs }, tags: input.Tags ?? {} },
    },
  );
  return { QueueDescription: description(created, call, 'CREATING') };
};

const handleDescribe: Handler<typeof describeQueue> = async (input, call) => {
  const found = call.service.queues.find(call.scope, input.QueueARN);
  return { QueueDescription: description(found, call) };
};

const handleUpdate: Handler<typeof updateQueue> = async (input, call) => {
  const settings = settingsOf(input.QueueAttributes);
  const updated = await call.service.queues.update(call.scope, input.QueueARN, settings);
  return { QueueDescription: description(updated, call) };
};

const handleDelete: Handler<typeof deleteQueue> = async (input, { service, scope }) => {
  await service.queues.remove(scope, input.QueueARN);
  return undefined;
};

const handleList: Handler<typeof listQueues> = async (input, call) => {
  const { service, scope } = call;
  const after = input.NextToken === undefined ? '' : (service.openToken(TOKEN_KIND, input.NextToken) as string);
  const found = service.queues
    .all(scope)
    .filter(({ stream, queue }) => queue.name > after && isStreamAsked(stream, input.StreamFilter));
  const page = found.slice(0, Math.min(input.MaxResults ?? LIST_QUEUES_MAX, LIST_QUEUES_MAX));
  return {
    QueueSummaries: page.map((entry) => summary(entry, call)),
    NextToken: page.length < found.length ? service.sealToken(TOKEN_KIND, page.at(-1)!.queue.name) : undefined,
  };
};

/** What is given of the attributes. @throws {Fault} ValidationException. */
function settingsOf({
  VisibilityTimeoutSeconds: visibilitySeconds,
  DeadLetterConfiguration: deadLetters,
}: Input<typeof updateQueue>['QueueAttributes']): Partial<QueueSettings> {
  const visibility = visibilitySeconds === undefined ? {} : { visibilitySeconds };
  if (deadLetters === undefined) return visibility;
  if (deadLetters.TargetType === 'NONE') return { ...visibility, receivesMax: null };
  if (deadLetters.MaxReceiveCount === undefined) throw noReceiveCount();
  return { ...visibility, receivesMax: deadLetters.MaxReceiveCount };
}

/** A QueueDescription. */
function description({ stream, queue }: FoundQueue, call: Call, status = queueStatus(queue, call.service.now())) {
  const { visibilitySeconds, receivesMax } = queue;
  return {
    ...identityOf(queue, call),
    QueueStatus: status,
    StreamConfigurationList: [
      { StreamARN: streamArn(call.scope, stream.name), StartingPosition: startAnswer(queue.start, status) },
    ],
    QueueAttributes: {
      VisibilityTimeoutSeconds: visibilitySeconds,
      DeadLetterConfiguration:
        receivesMax === null
          ? { TargetType: 'NONE' as const }
          : { TargetType: 'BUILT_IN' as const, MaxReceiveCount: receivesMax },
    },
  };
}

/** While the queue is CREATING as its owner gave it, then as it is. */
function startAnswer({ type, askedMs, fromMs }: QueueStart, status: string) {
  return { Type: type, Timestamp: status === 'CREATING' ? askedMs : fromMs };
}

/** A QueueSummary. */
function summary({ stream, queue }: FoundQueue, call: Call) {
  return {
    ...identityOf(queue, call),
    Streams: [{ StreamARN: streamArn(call.scope, stream.name), StreamCreationTimestamp: stream.createdMs }],
  };
}

function identityOf(queue: Queue, { service, scope }: Call) {
  return {
    QueueName: queue.name,
    QueueARN: queueArn(scope, queue.id),
    QueueStatus: queueStatus(queue, service.now()),
    QueueCreationTimestamp: queue.createdMs,
  };
}

export const createQueueRoute = route({ operation: createQueue, handle: handleCreate });
export const describeQueueRoute = route({ operation: describeQueue, handle: handleDescribe });
export const updateQueueRoute = route({ operation: updateQueue, handle: handleUpdate });
export const deleteQueueRoute = route({ operation: deleteQueue, handle: handleDelete });
export const listQueuesRoute = route({ operation: listQueues, handle: handleList });
