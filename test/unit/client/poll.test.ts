/** When a polling reader rests and when it stops. */
import { expect, test } from 'vitest';
import { pollDelayMs, reachedTip } from '../../../src/client/poll.ts';

test('a reader that is behind does not rest', () => expect(pollDelayMs(2_000, { records: 10, lagMs: 5 })).toBe(0));

test('at the tip it asks five times a second', () => expect(pollDelayMs(0, { records: 1, lagMs: 0 })).toBe(200));

test('with nothing to read the rest grows to two seconds', () => {
  let restMs = 0;
  const rests = Array.from({ length: 8 }, () => (restMs = pollDelayMs(restMs, { records: 0, lagMs: 0 })));
  expect(rests).toEqual([200, 300, 450, 675, 1012.5, 1518.75, 2_000, 2_000]);
});

test('the tip is reached with no lag, or behind records newer than the start', () => {
  expect(reachedTip({ records: 0, lagMs: 0 }, 0)).toBe(true);
  expect(reachedTip({ records: 5, lagMs: 60_000 }, 300)).toBe(false);
  expect(reachedTip({ records: 5, lagMs: 300 }, 300)).toBe(false);
  expect(reachedTip({ records: 5, lagMs: 300 }, 1_301)).toBe(true);
});
