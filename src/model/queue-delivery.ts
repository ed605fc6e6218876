/**
 * One record that a queue has handed out and nobody has acknowledged: whom it is visible to, and what calls make of it.
 * Nothing has to happen for it to become visible again, to die or to expire: all of that follows from the time. Pure.
 */
import type { QueueSettings } from './queue.ts';
import { shardHorizon } from './retention.ts';
import type { Offset } from './shard-key.ts';
import type { Stream } from './stream.ts';
import { type EpochMs, SECOND_MS } from './time.ts';

export interface QueueDelivery {
  /** Index of its shard. */
  readonly shard: number;
  readonly offset: Offset;
  readonly arrivalMs: EpochMs;
  readonly firstMs: EpochMs;
  /** Hidden until then. */
  readonly visibleMs: EpochMs;
  /** Since it was first handed out, or restored. */
  readonly receives: number;
  /** Grows with each receipt, so that an older one is told from the newest. */
  readonly serial: number;
  /** It was received as a dead letter. */
  readonly dead: boolean;
}

/** Which of a queue's two sides: records, or dead letters. */
export type QueueSide = 'records' | 'deadLetters';

/** How long records are to be hidden that are received at a time. */
export interface Hiding {
  readonly nowMs: EpochMs;
  readonly visibilitySeconds: number;
}

/** A record becomes a dead letter when it becomes visible after its last receipt. */
export function sideOf(delivery: QueueDelivery, { receivesMax }: QueueSettings, nowMs: EpochMs): QueueSide {
  const isSpent = receivesMax !== null && delivery.receives >= receivesMax && isVisible(delivery, nowMs);
  return delivery.dead || isSpent ? 'deadLetters' : 'records';
}

export function isVisible({ visibleMs }: QueueDelivery, nowMs: EpochMs): boolean {
  return nowMs >= visibleMs;
}

/** By shard index, the earliest arrival that can still be read. */
export type Horizons = ReadonlyMap<number, EpochMs>;

export function horizonsOf(stream: Stream, nowMs: EpochMs): Horizons {
  return new Map(stream.shards.map((shard) => [shard.index, shardHorizon(stream, shard, nowMs)]));
}

/** Whether retention keeps its record no more. */
export function isGone({ shard, arrivalMs }: QueueDelivery, horizons: Horizons): boolean {
  return arrivalMs < (horizons.get(shard) ?? Number.POSITIVE_INFINITY);
}

/** A record that is received for the first time. */
export function firstDelivery(
  record: Pick<QueueDelivery, 'shard' | 'offset' | 'arrivalMs'>,
  hiding: Hiding,
): QueueDelivery {
  const { nowMs } = hiding;
  return { ...record, firstMs: nowMs, visibleMs: hiddenUntil(hiding), receives: 1, serial: 1, dead: false };
}

/** The same record received once more. */
export function nextDelivery(delivery: QueueDelivery, side: QueueSide, hiding: Hiding): QueueDelivery {
  const { receives, serial } = delivery;
  const visibleMs = hiddenUntil(hiding);
  return { ...delivery, visibleMs, receives: receives + 1, serial: serial + 1, dead: side === 'deadLetters' };
}

/** Hidden for another time, counted from now. */
export function hiddenDelivery(delivery: QueueDelivery, side: QueueSide, hiding: Hiding): QueueDelivery {
  return { ...delivery, visibleMs: hiddenUntil(hiding), dead: side === 'deadLetters' };
}

/** A dead letter put back: visible at once, and its receipts good for nothing. */
export function restoredDelivery(delivery: QueueDelivery, nowMs: EpochMs): QueueDelivery {
  return { ...delivery, visibleMs: nowMs, receives: 0, serial: delivery.serial + 1, dead: false };
}

function hiddenUntil({ nowMs, visibilitySeconds }: Hiding): EpochMs {
  return nowMs + visibilitySeconds * SECOND_MS;
}
