/** The one bound over all requests: never more than it but for one alone, first come first served, nobody forgotten. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteBudget } from '../../../src/server/byte-budget.ts';

const MAX = 100;

test('whatever comes and goes, the bound holds and everybody gets a turn, in order', async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.infiniteStream(fc.nat()), async (wanted, picks) => {
      const budget = new ByteBudget(MAX);
      const held: number[] = [];
      const order: number[] = [];
      const enter = (i: number) => {
        held.push(wanted[i]!);
        order.push(i);
      };
      const look = () => {
        expect(budget.held).toBe(held.reduce((sum, bytes) => sum + bytes, 0));
        if (budget.held > MAX) expect(held.filter((bytes) => bytes > 0)).toHaveLength(1);
      };
      const waits = wanted.map((bytes, i) => (budget.tryTake(bytes) ? enter(i) : budget.take(bytes, 0).then(() => i)));
      for (const wait of waits) void wait?.then(enter);
      look();
      while (held.length > 0) {
        budget.give(held.splice(picks.next().value % held.length, 1)[0]!);
        await new Promise(setImmediate);
        look();
      }
      expect(order).toEqual(wanted.map((_, i) => i));
      expect(budget.held).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test('an answer counts even where there is no room for it', () => {
  const budget = new ByteBudget(MAX);
  budget.add(1000);
  expect(budget.tryTake(1)).toBe(false);
  budget.give(1000);
  expect(budget.tryTake(1)).toBe(true);
});

test('who holds room and moves nothing is cut once somebody waits, after a time to begin; who moves is not', () => {
  const budget = new ByteBudget(MAX);
  const cuts: string[] = [];
  const holder = (name: string, bytes: number) => ({ sinceMs: 1_000, moved: () => bytes, cut: () => cuts.push(name) });
  budget.holders.add(holder('silent', 1)).add(holder('busy', 4_000_000));
  budget.tryTake(MAX);
  budget.endTheSlow(60_000);
  expect(cuts).toEqual([]);
  void budget.take(1, 0);
  budget.endTheSlow(2_000);
  expect(cuts).toEqual([]);
  budget.endTheSlow(9_000);
  budget.endTheSlow(9_000);
  expect(cuts).toEqual(['silent']);
});

test('who waits too long is refused, in order, and who came later and fits goes on', async () => {
  const budget = new ByteBudget(MAX);
  budget.tryTake(60);
  const told: unknown[] = [];
  const ask = (name: string, bytes: number, nowMs: number) =>
    void budget.take(bytes, nowMs).then((isTaken) => told.push([name, isTaken]));
  ask('early', 50, 1_000);
  ask('late', 90, 4_000);
  ask('small', 40, 4_001);
  budget.refuseTheLate(4_999);
  await new Promise(setImmediate);
  expect(told).toEqual([]);
  budget.refuseTheLate(5_000);
  await new Promise(setImmediate);
  expect(told).toEqual([['early', false]]);
  budget.refuseTheLate(8_000);
  await new Promise(setImmediate);
  expect(told).toEqual([
    ['early', false],
    ['late', false],
    ['small', true],
  ]);
  expect(budget.held).toBe(100);
});
