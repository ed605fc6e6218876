/**
 * How an on-demand stream grows: which shards are split, from the bytes each took within a time. A shard that uses more
 * than half of what a shard may take is split in the middle, so that capacity stays at twice the peak. It never shrinks.
 * Pure. Source: https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html
 */
import { ON_DEMAND_SPLIT_BYTES_PER_SECOND } from './limits.ts';
import type { HashRange } from './shard.ts';
import { SECOND_MS } from './time.ts';

/** An open shard and what it took. */
export interface ObservedShard {
  readonly index: number;
  readonly range: HashRange;
  readonly bytes: number;
}

/** `ms`: over which the bytes came; `shardsMax`: open shards there may be afterwards. */
export interface Observation {
  readonly shards: readonly ObservedShard[];
  readonly ms: number;
  readonly shardsMax: number;
}

/** Indexes of the shards to split, the busiest first when not all may be. */
export function shardsToSplit({ shards, ms, shardsMax }: Observation): readonly number[] {
  const room = Math.max(0, shardsMax - shards.length);
  return shards
    .filter(({ range, bytes }) => isBusy(bytes, ms) && range.end - range.start > NARROWEST)
    .sort((a, b) => b.bytes - a.bytes || a.index - b.index)
    .slice(0, room)
    .map(({ index }) => index);
}

/** A range of fewer keys has no middle at which it may be split. */
const NARROWEST = 4n;

function isBusy(bytes: number, ms: number): boolean {
  return bytes * SECOND_MS > ON_DEMAND_SPLIT_BYTES_PER_SECOND * ms;
}

/** First hash key of the upper half. */
export function middleOf({ start, end }: HashRange): bigint {
  return start + (end - start + 1n) / 2n;
}
