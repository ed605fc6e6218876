/** Warnings of lag: once when it begins, once when it is over, and how long the oldest record of a put waits. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LagWarning } from '../../../src/cli/lag-warning.ts';
import { Waiting } from '../../../src/cli/put/waiting.ts';

describe('a warning', () => {
  test('comes once over the limit, not at it, and once at half of it', () => {
    const warning = new LagWarning(60_000);
    const told = [0, 60_000, 60_001, 90_000, 45_000, 61_000, 30_000, 0, 120_000].map((ms) =>
      warning.look(ms, 'orders 0003'),
    );
    expect(told.map((text) => text?.split(':')[0])).toEqual([
      ...[undefined, undefined, 'warning', undefined, undefined, undefined, 'caught up', undefined, 'warning'],
    ]);
    expect(told[2]).toBe('warning: behind by 1m00s (orders 0003), more than 1m00s');
    expect(told[6]).toBe('caught up: behind by 30.0 s (orders 0003)');
  });
});

describe('the wait of the oldest record', () => {
  test('is counted from the look at which it was read', () => {
    const waiting = new Waiting();
    expect(waiting.look(0, 10, 0)).toBe(0);
    expect(waiting.look(500, 30, 0)).toBe(500);
    expect(waiting.look(1_000, 30, 9)).toBe(1_000);
    expect(waiting.look(1_500, 30, 10)).toBe(1_000);
    expect(waiting.look(2_000, 30, 30)).toBe(0);
    expect(waiting.look(9_000, 30, 30)).toBe(0);
    expect(waiting.look(9_500, 31, 30)).toBe(0);
    expect(waiting.look(9_700, 31, 30)).toBe(200);
  });

  test('is that of a naive queue of all records', () => {
    const steps = fc.array(fc.record({ ms: fc.nat(900), read: fc.nat(5), done: fc.nat(5) }), { maxLength: 40 });
    fc.assert(
      fc.property(steps, (all) => {
        const [waiting, queue] = [new Waiting(), [] as number[]];
        let [now, taken, done] = [0, 0, 0];
        for (const step of all) {
          now += step.ms;
          for (let i = 0; i < step.read; i++) queue.push(now);
          taken += step.read;
          const finished = queue.splice(0, step.done).length;
          done += finished;
          expect(waiting.look(now, taken, done)).toBe(queue.length === 0 ? 0 : now - queue[0]!);
        }
      }),
    );
  });
});
