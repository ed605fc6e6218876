/** What is said of store and journal together, and when a daemon gives up. */
import { expect, test } from 'vitest';
import { silentLogger } from '../../../src/runtime/logger.ts';
import { type Health, healthOf, watchHealth } from '../../../src/server/health.ts';
import { SimClock } from '../../simulation/sim-clock.ts';

const full: Health = { state: 'read-only', reason: 'full' };
const broken: Health = { state: 'failed', reason: 'broken' };

test('the worst part counts, with its reason', () => {
  expect(healthOf({ state: 'ok' }, { state: 'ok' })).toEqual({ state: 'ok' });
  expect(healthOf({ state: 'ok' }, full)).toBe(full);
  expect(healthOf(full, broken)).toBe(broken);
  expect(healthOf(broken, full)).toBe(broken);
});

test('read-only is said and waited for; a failure ends the daemon after five seconds of reads', async () => {
  const clock = new SimClock();
  let health: Health = full;
  const lines: string[] = [];
  const logger = { ...silentLogger, log: (_: string, message: string) => void lines.push(message) };
  let ended: unknown = 'no';
  const watching = watchHealth({ health: () => health, logger, clock, signal: new AbortController().signal });
  void watching.then((reason) => {
    ended = reason;
  });
  await clock.advance(60_000);
  expect(ended).toBe('no');
  health = broken;
  await clock.advance(5_900);
  expect(ended).toBe('no');
  await clock.advance(200);
  expect(ended).toMatchObject({ code: 'SLUICE_STORE_FAILED' });
  expect(lines).toEqual(['The store is read-only', 'The store is failed']);
});
