/** How long records stay readable: arithmetic of horizons and of closed shards that have outlived their records. Pure. */
import type { Shard } from './shard.ts';
import type { Stream } from './stream.ts';
import { type EpochMs, HOUR_MS } from './time.ts';

/** The earliest arrival that is still readable at `nowMs`: arrival + retention > now. */
export function retentionHorizon(retentionHours: number, nowMs: EpochMs): EpochMs {
  return nowMs - Math.round(retentionHours * HOUR_MS) + 1;
}

/** The stream as if it kept records no longer than `capMs`; the same object when it keeps them no longer anyway. */
export function cappedRetention(stream: Stream, capMs: number | undefined): Stream {
  if (capMs === undefined || stream.retentionHours * HOUR_MS <= capMs) return stream;
  return { ...stream, retentionHours: capMs / HOUR_MS };
}

/** The earliest readable arrival in one shard; what fell behind once stays gone, however long the retention is now. */
export function shardHorizon(stream: Stream, shard: Shard, nowMs: EpochMs): EpochMs {
  return Math.max(shard.horizonMs, retentionHorizon(stream.retentionHours, nowMs));
}

/** Whether a closed shard has no readable record left: it is then listed and found no more. */
export function isExpired(stream: Stream, shard: Shard, nowMs: EpochMs): boolean {
  return shard.closedMs !== undefined && shard.closedMs < shardHorizon(stream, shard, nowMs);
}

/** The stream without its expired shards; the same object when there are none. */
export function withoutExpired(stream: Stream, nowMs: EpochMs): Stream {
  if (!stream.shards.some((shard) => isExpired(stream, shard, nowMs))) return stream;
  return { ...stream, shards: stream.shards.filter((shard) => !isExpired(stream, shard, nowMs)) };
}
