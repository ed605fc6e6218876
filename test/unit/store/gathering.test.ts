/** How long a commit waits for those who were just answered and may write again. */
import { describe, expect, test } from 'vitest';
import { GATHERING_MS_MAX, GATHERING_TURNS_MAX } from '../../../src/model/limits.ts';
import { WaitingQueue } from '../../../src/store/segmented/waiting-queue.ts';
import { A, OnSimDisk } from './on-sim-disk.ts';

/** A queue whose last commit answered so many calls while others waited. */
function queueAfter({ answered, waiting }: { readonly answered: number; readonly waiting: number }): WaitingQueue {
  const queue = new WaitingQueue(1_000);
  write(queue, answered);
  const taken = queue.take();
  write(queue, waiting);
  queue.settle(taken, undefined);
  return queue;
}

function write(queue: WaitingQueue, calls: number): void {
  for (let i = 0; i < calls; i++) queue.push([], () => undefined);
}

/** Turns until the next commit begins, where one takes so long. */
function turnsOf(queue: WaitingQueue, turnMs = 0): number {
  let turns = 0;
  while (!queue.isGathered(1_000 + turns * turnMs)) turns++;
  return turns;
}

describe('a commit waits', () => {
  test('for nobody before the first, and for nobody when a lone writer writes again', () => {
    const first = new WaitingQueue(1_000);
    write(first, 1);
    expect(turnsOf(first)).toBe(0);
    const lone = queueAfter({ answered: 1, waiting: 0 });
    write(lone, 1);
    expect(turnsOf(lone)).toBe(0);
  });

  test('no longer than until all are back', () => {
    const queue = queueAfter({ answered: 32, waiting: 32 });
    expect(queue.isGathered(0)).toBe(false);
    write(queue, 31);
    expect(queue.isGathered(0)).toBe(false);
    write(queue, 1);
    expect(queue.isGathered(0)).toBe(true);
  });

  test('for a few turns, and begins no further one after 2 ms', () => {
    expect(turnsOf(queueAfter({ answered: 2, waiting: 1 }))).toBe(GATHERING_TURNS_MAX);
    expect(turnsOf(queueAfter({ answered: 2, waiting: 1 }), GATHERING_MS_MAX)).toBe(1);
  });

  test('for those alone who wrote of late', () => {
    const queue = queueAfter({ answered: 32, waiting: 1 });
    expect(turnsOf(queue)).toBe(GATHERING_TURNS_MAX);
    const alone = queue.take();
    queue.settle(alone, undefined);
    write(queue, 1);
    expect(turnsOf(queue)).toBe(0);
  });
});

test('two writers who take turns, each a little after its answer, come to share their commits', async () => {
  const world = new OnSimDisk();
  await world.open({ secondCommitBytesMin: undefined });
  await world.store.create([A]);
  await world.append(A, 'before');
  const before = world.disk.calls;
  const outcomes: string[] = [];
  const writeTen = async () => {
    for (let i = 0; i < 10; i++) {
      outcomes.push(await world.append(A, 'text'));
      await world.clock.settle(1);
    }
  };
  const first = writeTen();
  await world.clock.settle(1);
  await Promise.all([first, writeTen()]);
  expect(outcomes).toEqual(Array.from({ length: 20 }, () => 'appended'));
  expect((world.disk.calls - before) / 2, 'a write and a sync each').toBe(11);
});
