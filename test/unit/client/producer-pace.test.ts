/** How fast a producer may send. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { caughtUp, dueMs, type Pace, requestShare } from '../../../src/client/producer-pace.ts';
import { ShardPace } from '../../../src/client/shard-pace.ts';
import { systemClock } from '../../../src/runtime/clock.ts';

const pace = (perSecond: number, rampMs = 0): Pace => ({ unit: 'records', perSecond, rampMs });

describe('when an amount is due', () => {
  test('without a ramp: evenly', () => {
    expect([0, 1, 50, 500].map((amount) => dueMs(amount, pace(50)))).toEqual([0, 20, 1_000, 10_000]);
  });

  test('on a ramp the rate grows evenly: after half its time a quarter of what it takes, then the whole rate', () => {
    const ramp = pace(100, 10_000);
    expect(dueMs(500, ramp)).toBe(10_000);
    expect(dueMs(125, ramp)).toBe(5_000);
    expect(dueMs(600, ramp)).toBe(11_000);
  });

  test('more is never due sooner', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), fc.integer({ min: 1, max: 1e5 }), fc.nat(60_000), (a, b, rate, ramp) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        expect(dueMs(less, pace(rate, ramp))).toBeLessThanOrEqual(dueMs(more, pace(rate, ramp)));
      }),
    );
  });
});

test('time in which nothing was sent is not made up for', () => {
  const state = caughtUp({ startMs: 0, sent: 100 }, 60_000, pace(100));
  expect(state.startMs + dueMs(200, pace(100)) - 60_000).toBe(900);
  const early = { startMs: 0, sent: 100 };
  expect(caughtUp(early, 500, pace(100))).toBe(early);
});

test('a request carries a tenth of a second, at least one', () => {
  expect([requestShare(pace(1)), requestShare(pace(5_000))]).toEqual([1, 500]);
});

test('a shard gets its share of 1,000 records and 1 MiB a second, and one that is too long is paid off', () => {
  let now = 0;
  const shard = new ShardPace(1.5, { ...systemClock, monotonic: () => now });
  const taken = () => {
    let count = 0;
    while (shard.take(10)) count++;
    return count;
  };
  expect(taken()).toBe(1_500);
  now += 100;
  expect(taken()).toBe(150);
  now += 1_000;
  expect(shard.take(3 * 1_572_864)).toBe(true);
  now += 1_999;
  expect(shard.take(1)).toBe(false);
  now += 2;
  expect(shard.take(1)).toBe(true);
});
