/** When a daemon has nothing to do. */
import { expect, test } from 'vitest';
import { untilIdle } from '../../../../src/cli/serve/idle-exit.ts';

/** `calls` and `connections` by the second; the last ones go on. */
async function idleAt(calls: readonly number[], connections: readonly number[], idleMs: number): Promise<number> {
  let nowMs = 0;
  const at = (of: readonly number[]) => of[Math.min(of.length - 1, Math.floor(nowMs / 1_000))]!;
  const clock = {
    ...{ now: () => nowMs, monotonic: () => nowMs, soon: setImmediate },
    sleep: async (ms: number) => {
      nowMs += ms;
    },
  };
  const { signal } = new AbortController();
  await untilIdle({ clock, idleMs, connections: () => at(connections), calls: async () => at(calls), signal });
  return nowMs;
}

test('after so long without a call', async () => {
  expect(await idleAt([0], [0], 3_000)).toBe(3_000);
});

test('calls put it off, also those that came and went between two looks', async () => {
  const endMs = await idleAt([0, 0, 5], [0], 3_000);
  expect(endMs).toBeGreaterThanOrEqual(5_000);
  expect(endMs).toBeLessThan(5_500);
});

test('an open connection is use', async () => {
  expect(await idleAt([1], [1, 1, 1, 1, 0], 3_000)).toBeGreaterThan(6_500);
});
