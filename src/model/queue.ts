/**
 * Queues, which hand out the records of a stream one by one until each is acknowledged, as the stream in the catalog
 * keeps them. The state of one follows from the time. What is handed out is in queue-delivery.ts. Pure.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateQueue.html
 */
import type { QueueDelivery } from './queue-delivery.ts';
import type { Offset } from './shard-key.ts';
import { partitionOf, type Scope } from './stream.ts';
import type { EpochMs } from './time.ts';

/** What can be changed later. */
export interface QueueSettings {
  /** How long a received record is hidden from others, unless a call says otherwise. */
  readonly visibilitySeconds: number;
  /** A record that was received so often without being acknowledged is a dead letter; null: there are none. */
  readonly receivesMax: number | null;
}

export interface QueueStart {
  readonly type: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';
  /** As its owner gave it, for AT_TIMESTAMP. */
  readonly askedMs?: EpochMs | undefined;
  /** Where it began in fact. */
  readonly fromMs: EpochMs;
}

export interface Queue extends QueueSettings {
  /** Never used again. */
  readonly id: string;
  readonly name: string;
  readonly createdMs: EpochMs;
  /** CREATING until then. */
  readonly activeMs: EpochMs;
  readonly start: QueueStart;
  readonly tags: Readonly<Record<string, string>>;
  /** As a stream's. */
  readonly policy?: string | undefined;
  /** By shard index: the first record that was never handed out. Shards that are not named have not been begun. */
  readonly places: Readonly<Record<number, Offset>>;
  /** Handed out and not acknowledged, the one that was first handed out first. */
  readonly deliveries: readonly QueueDelivery[];
}

/** What its owner sets; null takes the policy away. */
export interface QueuePatch extends Partial<QueueSettings> {
  readonly tags?: Readonly<Record<string, string>>;
  readonly policy?: string | null;
}

/** The part of a stream that is about its queues. */
export interface QueueHolder {
  /** By name; absent when there was never one. */
  readonly queues?: readonly Queue[] | undefined;
}

export function queueStatus(queue: Queue, nowMs: EpochMs): 'CREATING' | 'ACTIVE' {
  return nowMs < queue.activeMs ? 'CREATING' : 'ACTIVE';
}

/** arn:aws:kinesis:<region>:<account>:queue/<id>: the name is not in it. */
export function queueArn({ account, region }: Scope, id: string): string {
  return `arn:${partitionOf(region)}:kinesis:${region}:${account}:queue/${id}`;
}

/** The id in a queue's ARN; '' when there is none. Account and region are the caller's own. */
export function queueIdIn(arn: string): string {
  return /:queue\/([^/]+)$/.exec(arn)?.[1] ?? '';
}

/** What a call did to the records of a queue. */
export interface QueueMove {
  readonly places: Readonly<Record<number, Offset>>;
  /** As they are now: new ones, and others in the place of those of the same records. */
  readonly deliveries: readonly QueueDelivery[];
  /** Acknowledged or expired. */
  readonly gone: readonly RecordPlace[];
}

/** A record of a stream. */
export interface RecordPlace {
  readonly shard: number;
  readonly offset: Offset;
}

/** Changes of queues, as events of the catalog. `id`: of the stream. */
export type QueueEvent =
  | { readonly kind: 'queueCreated'; readonly id: number; readonly queue: Queue }
  | { readonly kind: 'queueSet'; readonly id: number; readonly queueId: string; readonly settings: QueuePatch }
  | { readonly kind: 'queueDeleted'; readonly id: number; readonly queueId: string }
  /** Records were received, acknowledged, hidden or restored. */
  | { readonly kind: 'queueMoved'; readonly id: number; readonly queueId: string; readonly move: QueueMove };

/** The stream after an event of one of its queues. */
export function withQueueEvent<S extends QueueHolder>(stream: S, event: QueueEvent): S {
  const { queues = [] } = stream;
  const changed = (change: (queue: Queue) => Queue): S => ({
    ...stream,
    queues: queues.map((queue) => ('queueId' in event && queue.id === event.queueId ? change(queue) : queue)),
  });
  switch (event.kind) {
    case 'queueCreated':
      return { ...stream, queues: [...queues, event.queue].sort((a, b) => (a.name < b.name ? -1 : 1)) };
    case 'queueSet':
      return changed((queue) => patched(queue, event.settings));
    case 'queueDeleted':
      return { ...stream, queues: queues.filter(({ id }) => id !== event.queueId) };
    case 'queueMoved':
      return changed((queue) => moved(queue, event.move));
  }
}

function patched(queue: Queue, patch: QueuePatch): Queue {
  const { policy, ...rest } = { ...queue, ...patch };
  return policy === null || policy === undefined ? rest : { ...rest, policy };
}

function moved(queue: Queue, { places, deliveries, gone }: QueueMove): Queue {
  const changed = new Map(deliveries.map((delivery) => [keyOf(delivery), delivery]));
  const left = new Set(gone.map(keyOf));
  // A move is of a few records, and a queue may hold thousands: no text is made for those that cannot be meant.
  const offsets = new Set([...deliveries, ...gone].map(({ offset }) => offset));
  const kept: QueueDelivery[] = [];
  for (const delivery of queue.deliveries) {
    if (!offsets.has(delivery.offset)) {
      kept.push(delivery);
      continue;
    }
    const key = keyOf(delivery);
    if (!left.has(key)) kept.push(changed.get(key) ?? delivery);
    changed.delete(key);
  }
  return { ...queue, places: { ...queue.places, ...places }, deliveries: [...kept, ...changed.values()] };
}

function keyOf({ shard, offset }: RecordPlace): string {
  return `${shard}/${offset}`;
}
