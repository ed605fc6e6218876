/** What shards took, where that splits them, and the steps that scale by it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ListedShard } from '../../../../src/cli/await-stream.ts';
import { CliError } from '../../../../src/cli/cli-error.ts';
import { rangeStarts } from '../../../../src/cli/reshard/hash-ranges.ts';
import { coldestPair, evenCuts, loadCuts, splitPoint } from '../../../../src/cli/reshard/reshard-plan.ts';
import { scaleByLoad } from '../../../../src/cli/reshard/scale-by-load.ts';
import { LoadCounter, limitShare, sharesBetween } from '../../../../src/cli/reshard/shard-load.ts';
import { byStart, canSplitAt, evenRanges, joinRanges, splitRange } from '../../../../src/model/hash-range.ts';
import { HASH_KEY_MAX } from '../../../../src/model/limits.ts';
import type { HashRange } from '../../../../src/model/shard.ts';

const whole = { start: 0n, end: HASH_KEY_MAX };
const quarter = 1n << 126n;

/** A load of keys that stand at `hash` with so many bytes, over 10 s. */
function loadOf(
  range: HashRange,
  keys: readonly { readonly hash: bigint; readonly bytes: number }[],
  id = 'shardId-0',
) {
  const counter = new LoadCounter(id, range);
  for (const [i, { hash, bytes }] of keys.entries()) counter.add(`k-${hash}`, hash, { bytes, arrivalMs: 1_000 * i });
  return counter.load(10_000);
}

describe('a load', () => {
  const even = loadOf(
    whole,
    [0n, 1n, 2n, 3n].map((i) => ({ hash: i * quarter + 1n, bytes: 100 })),
  );

  test('is split where its bytes halve, or fall into equal parts', () => {
    expect(loadCuts(even, 2).map((cut) => cut > quarter && cut <= 2n * quarter + 1n)).toEqual([true]);
    expect(sharesBetween(even, loadCuts(even, 2))).toEqual([0.5, 0.5]);
    expect(sharesBetween(even, loadCuts(even, 4))).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  test('of one key has one cut, however many are wanted, and tells the key', () => {
    const hot = loadOf(whole, [
      { hash: (5n * quarter) >> 1n, bytes: 900 },
      { hash: 1n, bytes: 100 },
    ]);
    expect(hot.heaviest).toEqual({ key: `k-${(5n * quarter) >> 1n}`, share: 0.9 });
    expect(loadCuts(hot, 8).length).toBeLessThan(7);
  });

  test('of nothing has no cut', () => expect(loadCuts(loadOf(whole, []), 2)).toEqual([]));

  test('counts records put elsewhere by an explicit hash key, but in no part of the range', () => {
    const load = loadOf({ start: 0n, end: quarter }, [
      { hash: 2n * quarter, bytes: 7 },
      { hash: 1n, bytes: 3 },
    ]);
    expect(load).toMatchObject({ records: 2, bytes: 10, spanMs: 1_000, windowMs: 10_000 });
    expect(load.buckets.reduce((sum, bytes) => sum + bytes, 0)).toBe(3);
  });

  test('is as near to its limit as the nearer of bytes and records', () => {
    expect(limitShare({ ...even, bytes: 5_242_880, records: 10 })).toBeCloseTo(0.5);
    expect(limitShare({ ...even, bytes: 10, records: 9_000 })).toBeCloseTo(0.9);
  });
});

const listed = (index: number, { start, end }: HashRange): ListedShard => ({
  ShardId: `shardId-${String(index).padStart(12, '0')}`,
  HashKeyRange: { StartingHashKey: String(start), EndingHashKey: String(end) },
  SequenceNumberRange: { StartingSequenceNumber: '1' },
});

test('a ratio is one of the hash range; even parts are even', () => {
  expect(splitPoint(listed(0, whole), 'ratio:0.25')).toBe(quarter);
  expect(evenCuts(whole, 4)).toEqual([quarter, 2n * quarter, 3n * quarter]);
  for (const at of ['ratio:1', 'ratio:1.5', 'ratio:', 'ratio:0.0000001', 'ratio:-.5']) {
    expect(() => splitPoint(listed(0, whole), at)).toThrow(CliError);
  }
});

test('the coldest pair is adjacent and took least; without traffic it is the narrowest', () => {
  const [a, b, c, d] = evenRanges(4).map((range, i) => listed(i, range));
  const loads = new Map([a, b, c, d].map((shard, i) => [shard!.ShardId, [1, 50, 9, 9][i]!]));
  const pair = (map: ReadonlyMap<string, number>, shards = [d!, c!, b!, a!]) =>
    coldestPair(shards, map)
      ?.map((shard) => shard.ShardId.slice(-1))
      .join('');
  expect(pair(loads)).toBe('23');
  const narrow = splitRange(whole, quarter)[0];
  const shards = [listed(0, splitRange(narrow, 1_000n)[0]), listed(1, splitRange(narrow, 1_000n)[1])];
  expect(pair(new Map(), [...shards, listed(2, splitRange(whole, quarter)[1])])).toBe('01');
  expect(coldestPair([listed(0, whole)], loads)).toBeUndefined();
});

describe('scaling by load', () => {
  test('splits the hottest first', () => {
    const [lower, upper] = splitRange(whole, 2n * quarter);
    const loads = [
      loadOf(lower, [{ hash: 1n, bytes: 10 }]),
      loadOf(upper, [
        { hash: 2n * quarter + 1n, bytes: 100 },
        { hash: 3n * quarter + 1n, bytes: 100 },
      ]),
    ];
    const [step, ...more] = scaleByLoad(loads, 3);
    expect(more).toEqual([]);
    expect(step!.kind).toBe('split');
    expect(step!.at > 2n * quarter + 1n && step!.at <= 3n * quarter + 1n).toBe(true);
  });

  test('steps can be taken one after the other and end with the number wanted', () => {
    const keys = fc.array(fc.record({ hash: fc.bigInt(0n, HASH_KEY_MAX), bytes: fc.integer({ min: 1, max: 1_000 }) }), {
      maxLength: 50,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 20 }), keys, (open, target, all) => {
        let ranges = evenRanges(open);
        const loads = ranges.map((range) =>
          loadOf(
            range,
            all.filter(({ hash }) => hash >= range.start && hash <= range.end),
          ),
        );
        for (const { kind, at } of scaleByLoad(loads, target)) {
          if (kind === 'split') {
            const range = ranges.find((one) => one.start < at && at <= one.end)!;
            expect(canSplitAt(range, at)).toBe(true);
            ranges = [...ranges.filter((one) => one !== range), ...splitRange(range, at)];
          } else {
            const [below, above] = [
              ranges.find((one) => one.end === at - 1n)!,
              ranges.find((one) => one.start === at)!,
            ];
            ranges = [...ranges.filter((one) => one !== below && one !== above), joinRanges(below, above)];
          }
        }
        ranges.sort(byStart);
        expect(ranges.length).toBe(target);
        expect(ranges[0]!.start).toBe(0n);
        expect(ranges.at(-1)!.end).toBe(HASH_KEY_MAX);
      }),
      { numRuns: 40 },
    );
  });
});

describe('hash ranges in a file', () => {
  test.each([
    ['a first hash key a line, in any order, with remarks', '# mine\n0\n200\n100\n'],
    ['a JSON list of them', '["100","200"]'],
    ['ranges', '[{"StartingHashKey":"0","EndingHashKey":"99"},{"StartingHashKey":"100"},{"StartingHashKey":"200"}]'],
    [
      'shards as the API lists them',
      '[{"HashKeyRange":{"StartingHashKey":"200"}},{"HashKeyRange":{"StartingHashKey":"100"}}]',
    ],
  ])('are %s', (_, text) => expect(rangeStarts(text, 'f')).toEqual([100n, 200n]));

  test.each(['x', '-1', String(HASH_KEY_MAX + 1n), '100\n101', '1', '[1e40]', '[{}]', '[', String(HASH_KEY_MAX)])(
    'are not "%s"',
    (text) => expect(() => rangeStarts(text, 'f')).toThrow(CliError),
  );
});
