/**
 * One shard by enhanced fan-out: its records come as events over a lasting connection, which is made anew when it ends
 * after five minutes or breaks. Reads as readShard does. Source: API reference, SubscribeToShard.
 */
import { POLL_MS_MAX, RESUBSCRIBE_MS, SUBSCRIPTION_EVENTS_MAX } from '../model/limits.ts';
import { subscribeToShard } from '../operations/kinesis/subscribe-to-shard.ts';
import { encodeJson } from '../wire/json.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { ClientError } from './client-error.ts';
import { reachedTip } from './poll.ts';
import { iteratorInput, type Position } from './position.ts';
import {
  bytesOf,
  isPassing,
  readShard,
  recordsBefore,
  type ShardBatch,
  type ShardOutcome,
  type ShardReaderOptions,
} from './shard-reader.ts';
import { EventReader, type ShardEvent } from './subscription-events.ts';

export interface SubscriptionOptions {
  readonly consumerArn: string;
  /** Called once when a shard cannot be subscribed to: it is polled from then on. */
  readonly onFallback: (error: Error) => void;
}

/** A reader of shards for a Consumer. */
export function subscriptionReader(
  subscription: SubscriptionOptions,
): (options: ShardReaderOptions) => AsyncGenerator<ShardBatch, ShardOutcome> {
  return (options) => readSubscribed(options, subscription);
}

async function* readSubscribed(
  options: ShardReaderOptions,
  { consumerArn, onFallback }: SubscriptionOptions,
): AsyncGenerator<ShardBatch, ShardOutcome> {
  const { clock, signal, onTrouble, onNothing } = options;
  let from = options.from;
  let hasRead = false;
  for (;;) {
    const beganMs = clock.now();
    try {
      for await (const event of events(options, consumerArn, from)) {
        if (event.continuation !== undefined) from = { at: 'afterNumber', sequenceNumber: event.continuation };
        if (event.records.length > 0) hasRead = true;
        else if (event.lagMs === 0 && !hasRead) onNothing?.();
        const outcome = yield* batchOf(event, options);
        if (outcome !== undefined) return outcome;
      }
    } catch (error) {
      signal.throwIfAborted();
      const isTaken = error instanceof ClientError && error.code === 'ResourceInUseException';
      if (!isTaken && !isPassing(error, true)) {
        if (!(error instanceof ClientError)) throw error;
        onFallback(error);
        return yield* readShard({ ...options, from });
      }
      onTrouble?.(error as Error);
      // Nothing came yet: "the newest" has moved meanwhile.
      if (from.at === 'latest') from = { at: 'time', ms: beganMs };
      await clock.sleep(isTaken ? RESUBSCRIBE_MS : POLL_MS_MAX, signal);
    }
  }
}

/** The event's records; the outcome when there is nothing more to read. */
async function* batchOf(
  event: ShardEvent,
  { clock, shardId, follow, untilMs, pace, startedAt, signal }: ShardReaderOptions,
): AsyncGenerator<ShardBatch, ShardOutcome | undefined> {
  const { lagMs } = event;
  const records = untilMs === undefined ? event.records : recordsBefore(event.records, untilMs);
  if (records.length > 0) yield { shardId, records, lagMs };
  await pace?.budget?.spend(bytesOf(records), signal);
  if (records.length < event.records.length) return { closed: false };
  if (event.continuation === undefined || event.children.length > 0) return { closed: true, children: event.children };
  if (!follow && reachedTip({ records: records.length, lagMs }, clock.monotonic() - startedAt))
    return { closed: false };
  if (untilMs !== undefined && lagMs === 0 && clock.now() > untilMs) return { closed: false };
  return undefined;
}

/** The events of one subscription until the service ends it. Leaving the loop closes its connection. */
async function* events(
  { client, shardId, signal }: ShardReaderOptions,
  consumerArn: string,
  from: Position,
): AsyncGenerator<ShardEvent> {
  const stop = new AbortController();
  const queue = new BoundedQueue<ShardEvent>(SUBSCRIPTION_EVENTS_MAX);
  const reader = new EventReader();
  const input = { ConsumerARN: consumerArn, ShardId: shardId, StartingPosition: startingPosition(from) };
  const onData = (piece: Uint8Array): Promise<void> | undefined => {
    let wait: Promise<void> | undefined;
    try {
      for (const event of reader.push(piece)) wait = queue.push(event);
    } catch (error) {
      queue.close(error);
      stop.abort();
    }
    return wait;
  };
  client
    .send(subscribeToShard.name, encodeJson(subscribeToShard.input, input), {
      signal: AbortSignal.any([signal, stop.signal]),
      attemptsMax: 1,
      onData,
    })
    .then(
      () => queue.close(),
      (error) => queue.close(error),
    );
  try {
    yield* queue;
  } finally {
    stop.abort();
    queue.close();
  }
}

function startingPosition(from: Position) {
  const { ShardIteratorType, StartingSequenceNumber, Timestamp } = iteratorInput(from);
  return { Type: ShardIteratorType, SequenceNumber: StartingSequenceNumber, Timestamp };
}
