/** Cuts that halve a shard's load. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { balancePoint, shareBelow } from '../../../src/model/balance.ts';
import { canSplitAt } from '../../../src/model/hash-range.ts';
import { HASH_KEY_MAX } from '../../../src/model/limits.ts';

const whole = { start: 0n, end: HASH_KEY_MAX };
const range = fc
  .tuple(fc.bigInt(0n, HASH_KEY_MAX), fc.bigInt(0n, HASH_KEY_MAX))
  .map(([a, b]) => (a < b ? { start: a, end: b } : { start: b, end: a }))
  .filter(({ start, end }) => end - start > 1_000n);
const buckets = fc
  .array(fc.nat(1_000_000), { minLength: 2, maxLength: 64 })
  .filter((loads) => loads.some((n) => n > 0));
const sum = (loads: readonly number[]) => loads.reduce((total, load) => total + load, 0);

describe('the point', () => {
  test('of even load is the middle, where AWS splits too', () => {
    expect(balancePoint(whole, new Array(64).fill(7))).toBe(1n << 127n);
  });

  test('of a load in one half is the middle of that half', () => {
    const loads = Array.from({ length: 64 }, (_, i) => (i < 32 ? 3 : 0));
    expect(balancePoint(whole, loads)).toBe(1n << 126n);
  });

  test('stands beside a part that holds more than half', () => {
    const loads = [10, 0, 71, 19];
    expect(balancePoint(whole, loads)).toBe(3n << 126n);
    expect(shareBelow(whole, loads, 3n << 126n)).toBeCloseTo(0.81);
  });

  test('of another share lies where the lower part takes that much', () => {
    const even = new Array(64).fill(7);
    expect([0.25, 0.75].map((share) => balancePoint(whole, even, share))).toEqual([1n << 126n, 3n << 126n]);
  });

  test('can always be split at, and no other cut between parts is better', () => {
    fc.assert(
      fc.property(range, buckets, (hashRange, loads) => {
        const at = balancePoint(hashRange, loads)!;
        expect(canSplitAt(hashRange, at)).toBe(true);
        const gapAt = (i: number) => Math.abs(sum(loads.slice(0, i)) - sum(loads.slice(i)));
        const best = Math.min(...loads.slice(1).map((_, i) => gapAt(i + 1)));
        const gap = Math.abs(2 * shareBelow(hashRange, loads, at) - 1) * sum(loads);
        // shareBelow counts in ten thousandths of a part.
        expect(Math.abs(gap - best)).toBeLessThanOrEqual(sum(loads) * 0.0003 + 1);
      }),
    );
  });

  test('is at most half of the heaviest part away from even', () => {
    fc.assert(
      fc.property(range, buckets, (hashRange, loads) => {
        const share = shareBelow(hashRange, loads, balancePoint(hashRange, loads)!);
        const heaviest = Math.max(...loads) / sum(loads);
        // A part at either end cannot be cut off to nothing.
        const ends = Math.max(loads[0]!, loads.at(-1)!) / sum(loads);
        expect(Math.abs(share - 0.5)).toBeLessThanOrEqual(Math.max(heaviest / 2, ends - 0.5) + 0.001);
      }),
    );
  });

  test('is unknown without load, and in a range too narrow to split', () => {
    expect(balancePoint(whole, new Array(64).fill(0))).toBeUndefined();
    expect(balancePoint(whole, [])).toBeUndefined();
    expect(balancePoint({ start: 5n, end: 7n }, [1, 1, 1])).toBeUndefined();
    expect(balancePoint({ start: 5n, end: 8n }, [1, 1])).toBe(7n);
  });
});

describe('the share below a hash key', () => {
  test('grows from 0 to 1 along the range', () => {
    fc.assert(
      fc.property(
        range,
        buckets,
        fc.bigInt(0n, HASH_KEY_MAX),
        fc.bigInt(0n, HASH_KEY_MAX),
        (hashRange, loads, a, b) => {
          const [low, high] = a < b ? [a, b] : [b, a];
          expect(shareBelow(hashRange, loads, low)).toBeLessThanOrEqual(shareBelow(hashRange, loads, high));
          expect(shareBelow(hashRange, loads, hashRange.start)).toBe(0);
          expect(shareBelow(hashRange, loads, hashRange.end + 1n)).toBeCloseTo(1);
        },
      ),
    );
  });

  test('is even within a part', () => {
    expect(shareBelow(whole, [1, 3], 1n << 126n)).toBeCloseTo(0.125);
    expect(shareBelow(whole, [0, 0], 1n << 126n)).toBe(0);
  });
});
