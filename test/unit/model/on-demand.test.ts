/** Growth of on-demand streams, as values: half of 1 MiB/s is AWS's mark at which it splits a shard. */
import { describe, expect, test } from 'vitest';
import { canSplitAt, evenRanges } from '../../../src/model/hash-range.ts';
import { middleOf, shardsToSplit } from '../../../src/model/on-demand.ts';

const MARK = 512 * 1024;

function observed(bytes: readonly number[], more: { ms?: number; shardsMax?: number } = {}): readonly number[] {
  const ranges = evenRanges(bytes.length);
  const shards = bytes.map((taken, index) => ({ index, range: ranges[index]!, bytes: taken }));
  return shardsToSplit({ shards, ms: 1_000, shardsMax: 100, ...more });
}

describe('which shards are split', () => {
  test('those over half of what a shard takes, and no other', () => {
    expect(observed([MARK, MARK + 1, 0, MARK * 2])).toEqual([3, 1]);
  });

  test('by rate, not by bytes alone', () => {
    expect(observed([MARK * 60], { ms: 60_000 })).toEqual([]);
    expect(observed([MARK * 60 + 60], { ms: 60_000 })).toEqual([0]);
  });

  test('the busiest first when there is no room for all, and none when there is none', () => {
    expect(observed([MARK + 1, MARK + 3, MARK + 2], { shardsMax: 5 })).toEqual([1, 2]);
    expect(observed([MARK + 1], { shardsMax: 1 })).toEqual([]);
    expect(observed([MARK + 1], { shardsMax: 0 })).toEqual([]);
  });

  test('none that is too narrow to have a middle', () => {
    const shard = (end: bigint) => ({ index: 0, range: { start: 10n, end }, bytes: MARK * 9 });
    expect(shardsToSplit({ shards: [shard(14n)], ms: 1_000, shardsMax: 9 })).toEqual([]);
    expect(shardsToSplit({ shards: [shard(15n)], ms: 1_000, shardsMax: 9 })).toEqual([0]);
  });
});

test('the middle halves a range, and may be split at', () => {
  expect(middleOf({ start: 0n, end: 2n ** 128n - 1n })).toBe(2n ** 127n);
  expect(canSplitAt({ start: 10n, end: 15n }, middleOf({ start: 10n, end: 15n }))).toBe(true);
});
