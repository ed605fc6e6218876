/** The claim every set of open shards must meet. */
import type { HashRange } from '../../../src/model/shard.ts';

/** Whether the ranges, in any order, hold every hash key exactly once. */
export function coversAll(ranges: readonly HashRange[]): boolean {
  const sorted = [...ranges].sort((a, b) => (a.start < b.start ? -1 : 1));
  let next = 0n;
  for (const range of sorted) {
    if (range.start !== next || range.end < range.start) return false;
    next = range.end + 1n;
  }
  return next === 1n << 128n;
}
