/** The clock that tests move. Sleeps are long, so that only a move can end them. */
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/runtime/clock.ts';
import { movableClock } from '../../../src/runtime/movable-clock.ts';

const HOUR = 3_600_000;

test('it runs ahead of its base by all it was advanced', () => {
  const clock = movableClock(systemClock);
  const [wall, monotonic] = [clock.now(), clock.monotonic()];
  clock.advance(HOUR);
  clock.advance(HOUR);
  expect(clock.now() - wall).toBeGreaterThanOrEqual(2 * HOUR);
  expect(clock.monotonic() - monotonic).toBeGreaterThanOrEqual(2 * HOUR);
  expect(clock.now() - systemClock.now() - 2 * HOUR).toBeLessThan(1000);
});

test('a sleep ends when the clock is moved past it, not before', async () => {
  const clock = movableClock(systemClock);
  let isAwake = false;
  const sleep = clock.sleep(HOUR).then(() => {
    isAwake = true;
  });
  clock.advance(HOUR - 10_000);
  await new Promise(setImmediate);
  expect(isAwake).toBe(false);
  clock.advance(10_000);
  await sleep;
});

test('a sleep that was moved still ends with its signal', async () => {
  const clock = movableClock(systemClock);
  const stop = new AbortController();
  const sleep = clock.sleep(HOUR, stop.signal);
  clock.advance(1);
  stop.abort(new Error('stopped'));
  await expect(sleep).rejects.toThrow('stopped');
  await expect(clock.sleep(HOUR, stop.signal)).rejects.toThrow('stopped');
});

test('a short sleep ends by itself', async () => {
  await movableClock(systemClock).sleep(1);
});
