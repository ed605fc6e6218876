/**
 * Hash ranges: 128-bit, inclusive at both ends, as in the API. Splitting the whole space, one range or two neighbours. Pure.
 * Source: https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-resharding-split.html
 */
import { HASH_KEY_MAX } from './limits.ts';
import type { HashRange } from './shard.ts';

const HASH_SPACE = HASH_KEY_MAX + 1n;

/** First hash key of range `i` of `count` even ones: the step is rounded down, the last range takes the rest. */
export function evenBoundary(i: number, count: number): bigint {
  return BigInt(i) * (HASH_SPACE / BigInt(count));
}

/** The whole space in `count` even ranges, ascending. */
export function evenRanges(count: number): HashRange[] {
  return Array.from({ length: count }, (_, i) => ({
    start: evenBoundary(i, count),
    end: i === count - 1 ? HASH_KEY_MAX : evenBoundary(i + 1, count) - 1n,
  }));
}

/** Whether `second` begins where `first` ends. The order counts. */
export function isAdjacent(first: HashRange, second: HashRange): boolean {
  return first.end + 1n === second.start;
}

/** Ascending by hash key. */
export function byStart(a: HashRange, b: HashRange): number {
  return a.start < b.start ? -1 : a.start > b.start ? 1 : 0;
}

/** Whether a range may be cut so that its upper part begins at `at`: AWS asks for start + 1 < at < end. */
export function canSplitAt(range: HashRange, at: bigint): boolean {
  return range.start + 1n < at && at < range.end;
}

/** The lower and the upper part of a range; the upper one begins at `at`. */
export function splitRange(range: HashRange, at: bigint): readonly [HashRange, HashRange] {
  return [
    { start: range.start, end: at - 1n },
    { start: at, end: range.end },
  ];
}

/** Two adjacent ranges as one. */
export function joinRanges(first: HashRange, second: HashRange): HashRange {
  return { start: first.start, end: second.end };
}
