/** Hash ranges: the API's even split, and that ranges cover everything once whatever is done to them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  canSplitAt,
  evenBoundary,
  evenRanges,
  isAdjacent,
  joinRanges,
  splitRange,
} from '../../../src/model/hash-range.ts';
import type { HashRange } from '../../../src/model/shard.ts';
import { coversAll } from './cover.ts';

const TOP = 340282366920938463463374607431768211455n;

test('three shards share the space as Kinesis shares it', () => {
  expect(evenRanges(3)).toEqual([
    { start: 0n, end: 113427455640312821154458202477256070484n },
    { start: 113427455640312821154458202477256070485n, end: 226854911280625642308916404954512140969n },
    { start: 226854911280625642308916404954512140970n, end: TOP },
  ]);
});

test('the last of seven shards takes what the division leaves', () => {
  expect(evenBoundary(1, 7)).toBe(48611766702991209066196372490252601636n);
  expect(evenRanges(7).at(-1)).toEqual({ start: 291670600217947254397178234941515609816n, end: TOP });
});

test('a shard is split strictly between one above its start and its end', () => {
  const range = { start: 0n, end: 10n };
  expect([1n, 2n, 9n, 10n].map((at) => canSplitAt(range, at))).toEqual([false, true, true, false]);
});

test('only the neighbour above is adjacent', () => {
  const [low, middle, high] = evenRanges(3) as [HashRange, HashRange, HashRange];
  expect([isAdjacent(low, middle), isAdjacent(middle, low), isAdjacent(low, high)]).toEqual([true, false, false]);
});

test('a gap, an overlap and a missing end are no cover', () => {
  const [low, middle, high] = evenRanges(3) as [HashRange, HashRange, HashRange];
  expect(coversAll([high, low, middle])).toBe(true);
  expect(coversAll([low, high])).toBe(false);
  expect(coversAll([low, middle])).toBe(false);
  expect(coversAll([low, middle, { ...high, start: high.start - 1n }])).toBe(false);
  expect(coversAll([])).toBe(false);
});

test('random splits and merges always leave every hash key with exactly one range', () => {
  const step = fc.record({ which: fc.nat(50), at: fc.bigInt(0n, TOP), split: fc.boolean() });
  const property = fc.property(fc.integer({ min: 1, max: 20 }), fc.array(step, { maxLength: 40 }), (count, steps) => {
    let ranges = evenRanges(count);
    for (const { which, at, split } of steps) {
      const i = which % ranges.length;
      const range = ranges[i]!;
      const next = ranges[i + 1];
      const key = range.start + (at % (range.end - range.start + 1n));
      if (split && canSplitAt(range, key))
        ranges = [...ranges.slice(0, i), ...splitRange(range, key), ...ranges.slice(i + 1)];
      else if (next !== undefined) ranges = [...ranges.slice(0, i), joinRanges(range, next), ...ranges.slice(i + 2)];
      expect(coversAll(ranges)).toBe(true);
    }
  });
  fc.assert(property);
});
