/**
 * CreateQueue and its siblings: what they check and the events they record. Their records are in queue-records.ts.
 * One of these belongs to a service; its changes take their turn among the service's others.
 */

import { consumersAt } from '../model/consumer.ts';
import { consumerLimitExceeded } from '../model/consumer-faults.ts';
import type { Queue, QueueSettings, QueueStart } from '../model/queue.ts';
import { queueIdIn } from '../model/queue.ts';
import {
  badQueueStart,
  queueExists,
  queueNeedsOnDemand,
  queueNotFound,
  startInFuture,
  streamHasQueues,
} from '../model/queue-faults.ts';
import { retentionHorizon, shardHorizon } from '../model/retention.ts';
import type { Offset } from '../model/shard-key.ts';
import type { Scope, Stream } from '../model/stream.ts';
import { refTo } from '../model/stream-faults.ts';
import { withTags } from '../model/tags.ts';
import type { EpochMs } from '../model/time.ts';
import { activeStream, type Caller } from './changing.ts';
import { consumersMax } from './consumers.ts';
import type { LiveStream } from './live-stream.ts';
import { record, type ServiceParts } from './parts.ts';

type AskedStart = Pick<QueueStart, 'type' | 'askedMs'>;

/** A queue as its owner asks for it. */
export interface CreateQueue extends QueueSettings {
  readonly name: string;
  readonly start: AskedStart;
  readonly tags: Readonly<Record<string, string>>;
}

/** A queue with its stream. */
export interface FoundQueue {
  readonly stream: Stream;
  readonly queue: Queue;
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

export class Queues {
  readonly #parts: ServiceParts;
  readonly #inTurn: InTurn;

  constructor(parts: ServiceParts, inTurn: InTurn) {
    this.#parts = parts;
    this.#inTurn = inTurn;
  }

  create(caller: Caller, { start: asked, tags, ...request }: CreateQueue): Promise<FoundQueue> {
    return this.#inTurn(async () => {
      const { scope } = caller;
      const stream = activeStream(this.#parts, caller);
      const nowMs = this.#parts.clock.now();
      checkStart(asked, nowMs);
      if (stream.mode !== 'ON_DEMAND') throw queueNeedsOnDemand(refTo(scope, caller.name));
      const isTaken = this.all(scope).some(({ queue }) => queue.name === request.name);
      if (isTaken) throw queueExists(scope.account, request.name);
      checkConsumers(this.#parts, scope, stream);
      const live = this.#parts.table.live(stream.id);
      const queue: Queue = {
        ...request,
        id: this.#parts.random.uuid(),
        createdMs: nowMs,
        activeMs: nowMs + this.#parts.settings.transitionMs,
        start: { ...asked, fromMs: beginning(stream, asked, nowMs) },
        tags: withTags({}, tags, `queue ${request.name} under account ${scope.account}`),
        places: await placesOf(live, asked, nowMs),
        deliveries: [],
      };
      await record(this.#parts, { kind: 'queueCreated', id: stream.id, queue });
      return { stream, queue };
    });
  }

  /** Records that are hidden stay so for the time they were received with. */
  update(scope: Scope, arn: string, settings: Partial<QueueSettings>): Promise<FoundQueue> {
    return this.#inTurn(async () => {
      const { stream, queue } = this.find(scope, arn);
      await record(this.#parts, { kind: 'queueSet', id: stream.id, queueId: queue.id, settings });
      return this.find(scope, arn);
    });
  }

  /** It is gone at once, with its receipts. */
  remove(scope: Scope, arn: string): Promise<void> {
    return this.#inTurn(async () => {
      const { stream, queue } = this.find(scope, arn);
      await record(this.#parts, { kind: 'queueDeleted', id: stream.id, queueId: queue.id });
    });
  }

  /** @throws {Fault} ResourceNotFoundException. */
  find(scope: Scope, arn: string): FoundQueue {
    return findQueue(this.#parts, scope, arn);
  }

  /** All the caller may see, by name. */
  all(scope: Scope): readonly FoundQueue[] {
    return queuesOf(this.#parts, scope);
  }
}

function checkStart({ type, askedMs }: AskedStart, nowMs: EpochMs): void {
  if ((type === 'AT_TIMESTAMP') !== (askedMs !== undefined)) throw badQueueStart(type);
  if (askedMs !== undefined && askedMs > nowMs) throw startInFuture();
}

/** Queues count among the registered consumers. */
function checkConsumers(parts: ServiceParts, scope: Scope, stream: Stream): void {
  const limit = consumersMax(parts, scope, stream);
  const there = consumersAt(stream, parts.clock.now()).length + (stream.queues ?? []).length;
  if (there >= limit) throw consumerLimitExceeded(refTo(scope, stream.name), limit);
}

/** From when on records are handed out. */
function beginning(stream: Stream, { type, askedMs = 0 }: AskedStart, nowMs: EpochMs): EpochMs {
  if (type === 'LATEST') return nowMs;
  return Math.max(stream.createdMs, retentionHorizon(stream.retentionHours, nowMs), askedMs);
}

/** Where it begins in the shards there are. */
async function placesOf(live: LiveStream, { type, askedMs = 0 }: AskedStart, nowMs: EpochMs) {
  const places: Record<number, Offset> = {};
  for (const shard of live.stream.shards) {
    const log = await live.log(shard);
    const fromMs = Math.max(askedMs, shardHorizon(live.stream, shard, nowMs));
    places[shard.index] = type === 'LATEST' ? (await log.range()).next : await log.find(fromMs);
  }
  return places;
}

/** @throws {Fault} ResourceNotFoundException. */
export function findQueue(parts: ServiceParts, scope: Scope, arn: string): FoundQueue {
  const id = queueIdIn(arn);
  const found = queuesOf(parts, scope).find(({ queue }) => queue.id === id);
  if (found === undefined) throw queueNotFound(scope.account, arn);
  return found;
}

function queuesOf({ table }: ServiceParts, scope: Scope): readonly FoundQueue[] {
  const namespace = table.namespace(scope);
  return [...table.all()]
    .filter(({ stream }) => stream.namespace === namespace)
    .flatMap(({ stream }) => (stream.queues ?? []).map((queue) => ({ stream, queue })))
    .sort((a, b) => (a.queue.name < b.queue.name ? -1 : 1));
}

/** @throws {Fault} ResourceInUseException when a stream still has queues; `what` it cannot do then. */
export function checkNoQueues(parts: ServiceParts, { scope, name }: Caller, what: string): void {
  const { queues = [] } = parts.table.get(scope, name).stream;
  if (queues.length > 0) throw streamHasQueues(refTo(scope, name), queues, what);
}
