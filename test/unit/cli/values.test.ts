/** What people write for durations, sizes, shards and how numbers are shown. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CliError } from '../../../src/cli/cli-error.ts';
import {
  durationText,
  grouped,
  parseCount,
  parseDuration,
  parseRate,
  parseShard,
  parseShards,
  parseSize,
  parseStreamShards,
  shortShard,
  sizeText,
} from '../../../src/cli/values.ts';

describe('durations', () => {
  test.each([
    ['500ms', 500],
    ['15m', 900_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1.5s', 1_500],
    ['7', 7_000],
    ['0', 0],
  ])('%s is %i ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each(['', 'm', '5 m', '-1s', '1y', '1h30', 'soon'])('"%s" is none', (text) => {
    expect(() => parseDuration(text)).toThrow(CliError);
  });
});

describe('sizes', () => {
  test.each([
    ['512', 512],
    ['1KB', 1_000],
    ['1KiB', 1_024],
    ['1.5MiB', 1_572_864],
    ['2gb', 2_000_000_000],
  ])('%s is %i bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  test.each(['', 'KB', '1TB2', '-5', '5 pounds'])('"%s" is none', (text) => {
    expect(() => parseSize(text)).toThrow(CliError);
  });
});

describe('rates', () => {
  test.each([
    ['500', 'records', 500],
    ['0.5/s', 'records', 0.5],
    ['2MB/s', 'bytes', 2_000_000],
    ['64KiB', 'bytes', 65_536],
  ])('%s is so many %s a second', (text, unit, perSecond) => expect(parseRate(text)).toEqual({ unit, perSecond }));

  test.each(['', '/s', '0', '0/s', '-1', 'fast', '5/m', '2 apples'])('"%s" is none', (text) => {
    expect(() => parseRate(text)).toThrow(CliError);
  });
});

test('a count is a whole number from 1', () => {
  expect(parseCount('12')).toBe(12);
  for (const text of ['0', '1.5', '-1', 'x', '']) expect(() => parseCount(text)).toThrow(CliError);
});

describe('shards', () => {
  test.each(['3', '0003', 'shardId-000000000003'])('%s is shardId-000000000003', (text) => {
    expect(parseShard(text)).toBe('shardId-000000000003');
  });

  test('what is no shard is refused', () => {
    for (const text of ['', 'x', '-3', 'shardId-', 'shard-3']) expect(() => parseShard(text)).toThrow(CliError);
  });

  test('ranges, commas and repetition add up', () => {
    const wanted = parseShards(['0-2,7', 'shardId-000000000009'])!;
    const ids = [0, 1, 2, 3, 7, 8, 9, 10].filter((index) => wanted(parseShard(String(index))));
    expect(ids).toEqual([0, 1, 2, 7, 9]);
  });

  test('none and all mean every shard', () => {
    expect(parseShards([])).toBeUndefined();
    expect(parseShards(['all'])).toBeUndefined();
  });

  test('a backward range is refused', () => expect(() => parseShards(['3-0'])).toThrow(CliError));

  test('a shown shard can be typed again', () => {
    fc.assert(
      fc.property(fc.nat(2_147_483_647), (index) => {
        const id = parseShard(String(index));
        expect(parseShard(shortShard(id))).toBe(id);
      }),
    );
  });
});

test('a stream to create has one shard unless it says more', () => {
  expect(parseStreamShards('orders')).toEqual({ name: 'orders', shards: 1 });
  expect(parseStreamShards('orders:4')).toEqual({ name: 'orders', shards: 4 });
  expect(() => parseStreamShards('orders:none')).toThrow(CliError);
});

test('numbers are shown for people', () => {
  expect([0, 999, 1_000, 1_234_567].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567']);
  expect([118, 14_200_000, 999_999].map(sizeText)).toEqual(['118 B', '14.2 MB', '1000.0 kB']);
  expect([850, 6_100, 200_000, 7_500_000, 274_000_000].map(durationText)).toEqual([
    '850 ms',
    '6.1 s',
    '3m20s',
    '2h05m',
    '3d04h',
  ]);
});
