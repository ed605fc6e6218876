/** When a polling reader rests and when it stops. */
import { expect, test } from 'vitest';
import { ByteBudget, pollDelayMs, reachedTip } from '../../../src/client/poll.ts';
import { systemClock } from '../../../src/runtime/clock.ts';

test('a reader that is behind does not rest', () => expect(pollDelayMs(2_000, { records: 10, lagMs: 5 })).toBe(0));

test('at the tip it asks five times a second', () => expect(pollDelayMs(0, { records: 1, lagMs: 0 })).toBe(200));

test('with nothing to read the rest grows to two seconds', () => {
  let restMs = 0;
  const rests = Array.from({ length: 8 }, () => (restMs = pollDelayMs(restMs, { records: 0, lagMs: 0 })));
  expect(rests).toEqual([200, 300, 450, 675, 1012.5, 1518.75, 2_000, 2_000]);
});

test('a stretch without records is crossed without growing rests', () => {
  expect([0, 200, 2_000].map((before) => pollDelayMs(before, { records: 0, lagMs: 5 }))).toEqual([200, 200, 200]);
});

test('a rest of the caller holds at the tip and not before', () => {
  expect(pollDelayMs(200, { records: 0, lagMs: 0 }, 5_000)).toBe(5_000);
  expect(pollDelayMs(200, { records: 1, lagMs: 0 }, 5_000)).toBe(5_000);
  expect(pollDelayMs(200, { records: 1, lagMs: 9 }, 5_000)).toBe(0);
});

test('bytes are paid for by waiting, and all who share a budget wait for each other', async () => {
  let now = 0;
  const sleeps: number[] = [];
  const sleep = async (ms: number) => void sleeps.push(ms);
  const budget = new ByteBudget(1_000, { ...systemClock, monotonic: () => now, sleep });
  await budget.spend(500);
  await budget.spend(1_000);
  now = 2_000;
  await budget.spend(100);
  expect(sleeps).toEqual([500, 1_500, 100]);
});

test('the tip is reached with no lag, or behind records newer than the start', () => {
  expect(reachedTip({ records: 0, lagMs: 0 }, 0)).toBe(true);
  expect(reachedTip({ records: 5, lagMs: 60_000 }, 300)).toBe(false);
  expect(reachedTip({ records: 5, lagMs: 300 }, 300)).toBe(false);
  expect(reachedTip({ records: 5, lagMs: 300 }, 1_301)).toBe(true);
});
