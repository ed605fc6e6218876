/** A batch is done in its order, tried as often as asked, and what fails to the last is found where halves are tried. */
import { describe, expect, test } from 'vitest';
import { lambdaAttempt } from '../../../../src/cli/consume/batch-run.ts';
import { type Delivery, deliver } from '../../../../src/cli/consume/deliver.ts';
import { ChildFailure, restartMs } from '../../../../src/cli/consume/failure.ts';
import type { Item } from '../../../../src/client/answers.ts';
import type { Clock } from '../../../../src/runtime/clock.ts';
import { SimClock } from '../../../simulation/sim-clock.ts';

const item = (n: number): Item => ({
  record: { sequenceNumber: String(n), partitionKey: 'k', data: new Uint8Array(), arrivalMs: n },
  isLast: true,
});
const items = (count: number) => Array.from({ length: count }, (_, i) => item(i));
const numbers = (some: readonly Item[]) => some.map(({ record }) => Number(record.sequenceNumber));

/** Runs a delivery in which every batch with one of these fails; what it did, in order. */
async function tell(count: number, poison: readonly number[], options: Partial<Delivery> = {}) {
  const told: string[] = [];
  const rests: number[] = [];
  const clock: Clock = { ...new SimClock(), now: () => 0, sleep: async (ms) => void rests.push(ms) } as Clock;
  await deliver(items(count), {
    attempt: async (some) =>
      numbers(some).some((n) => poison.includes(n))
        ? { done: 0, failure: new ChildFailure('no', 1) }
        : { done: some.length },
    onDone: (some) => void told.push(`done ${numbers(some).join(' ')}`),
    giveUp: async (some) => void told.push(`lost ${numbers(some).join(' ')}`),
    onRetry: () => undefined,
    ...{ retries: 2, backoffMs: 100, bisect: false, clock, signal: new AbortController().signal },
    ...options,
  });
  return { told, rests };
}

describe('a batch that fails', () => {
  test('is tried again, later each time, and given up whole', async () => {
    expect(await tell(3, [1])).toEqual({ told: ['lost 0 1 2', 'done 0 1 2'], rests: [100, 200] });
  });

  test('is halved down to the records to blame; the rest is done in order', async () => {
    const { told, rests } = await tell(8, [2, 7], { bisect: true, retries: 1 });
    expect(told).toEqual(['done 0 1', 'lost 2', 'done 2', 'done 3', 'done 4 5', 'done 6', 'lost 7', 'done 7']);
    expect(rests).toEqual([100, 100]);
  });

  test('ends everything where nothing takes what fails, and what follows is not tried', async () => {
    const giveUp = async () => {
      throw new Error('nowhere');
    };
    const done: number[] = [];
    const onDone = (some: readonly Item[]) => void done.push(...numbers(some));
    await expect(tell(8, [3], { bisect: true, giveUp, onDone })).rejects.toThrow('nowhere');
    expect(done).toEqual([0, 1, 2]);
  });

  test('goes on behind what was done of it', async () => {
    const attempt = async (some: readonly Item[]) =>
      some.length === 1 ? { done: 1 } : { done: 1, failure: new ChildFailure('rest') };
    expect((await tell(4, [], { attempt, retries: 1 })).told).toEqual(['done 0', 'done 1', 'done 2', 'done 3']);
  });

  test('is not tried again once all is to stop', async () => {
    const stop = new AbortController();
    const attempt = async () => {
      stop.abort(new Error('stopped'));
      return { done: 0, failure: new ChildFailure('killed', 137) };
    };
    const giveUp = async () => expect.unreachable();
    await expect(tell(2, [], { attempt, retries: 0, giveUp, signal: stop.signal })).rejects.toThrow('stopped');
  });
});

test('a function that names failed records has done those before the first of them', () => {
  expect(lambdaAttempt(items(4), [])).toEqual({ done: 4 });
  expect(lambdaAttempt(items(4), ['3', '1'])).toMatchObject({ done: 1 });
  expect(lambdaAttempt(items(4), ['77'])).toMatchObject({ done: 0, failure: expect.any(ChildFailure) });
});

test('a program is started again after twice as long each time, a minute at most', () => {
  expect([1, 2, 3, 20].map((failures) => restartMs(failures, 1_000))).toEqual([1_000, 2_000, 4_000, 60_000]);
});
