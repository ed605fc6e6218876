/**
 * Where to split a shard so that its load halves. Load is counted in even parts of the hash range; inside a part it may
 * all belong to one partition key, so a cut lies between two parts, where both sides are known. Pure.
 */
import { canSplitAt } from './hash-range.ts';
import type { HashRange } from './shard.ts';

/** Hash keys of a range. */
const widthOf = ({ start, end }: HashRange) => end - start + 1n;

/** First hash key of part `i` of `count`. */
function partStart(range: HashRange, i: number, count: number): bigint {
  const parts = BigInt(count);
  return range.start + (BigInt(i) * widthOf(range) + parts - 1n) / parts;
}

/**
 * The hash key at which the upper of two shards begins when their loads come closest to each other: SplitShard's
 * NewStartingHashKey. `buckets`: load of each even part of the range, ascending, none below 0. `share`: what the lower
 * one is to take, 0 to 1, where that is not half.
 * undefined when there is no load or the range cannot be split between two parts.
 */
export function balancePoint(range: HashRange, buckets: readonly number[], share = 0.5): bigint | undefined {
  const total = buckets.reduce((sum, load) => sum + load, 0);
  if (total <= 0) return undefined;
  let best: bigint | undefined;
  let bestGap = Number.POSITIVE_INFINITY;
  let below = 0;
  for (let i = 1; i < buckets.length; i++) {
    below += buckets[i - 1]!;
    const at = partStart(range, i, buckets.length);
    const gap = Math.abs(total * share - below);
    if (gap >= bestGap || !canSplitAt(range, at)) continue;
    best = at;
    bestGap = gap;
  }
  return best;
}

/** Share of the load, 0 to 1, that hash keys below `at` take; even within a part. 0 when there is no load. */
export function shareBelow(range: HashRange, buckets: readonly number[], at: bigint): number {
  const total = buckets.reduce((sum, load) => sum + load, 0);
  if (total <= 0) return 0;
  const place = partsBelow(range, at, buckets.length);
  return buckets.reduce((sum, load, i) => sum + load * Math.min(1, Math.max(0, place - i)), 0) / total;
}

/** How many parts lie below a hash key, the last of them in part. */
function partsBelow(range: HashRange, at: bigint, count: number): number {
  const [whole, width] = [(at - range.start) * BigInt(count), widthOf(range)];
  // Ten thousandths of a part are as exact as any load is counted.
  return Number((whole * 10_000n) / width) / 10_000;
}
