/** Records held back come out in order, none is lost, and what is missing is told. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Sighting } from '../../../../src/cli/record/output.ts';
import { CounterOrder, type Gap, type Ordering, TimeOrder } from '../../../../src/cli/tail/order.ts';
import { sighting } from '../sighting.ts';

const numbered = (n: number) => sighting(`{"n":${n}}`);
const numbers = (sightings: readonly Sighting[]) =>
  sightings.map((one) => (JSON.parse(Buffer.from(one.record.data).toString()) as { n: number }).n);
const arrived = (arrivalMs: number) => sighting('', { arrivalMs });
const arrivals = (sightings: readonly Sighting[]) => sightings.map((one) => one.record.arrivalMs);

function counter(windowMs = 100) {
  const gaps: Gap[] = [];
  return { gaps, order: new CounterOrder({ windowMs, path: ['n'], onGap: (gap) => void gaps.push(gap) }) };
}
/** Pushes at a time each and gives what came out, in order. */
function through(order: Ordering, items: readonly (readonly [Sighting, number])[]): readonly Sighting[] {
  return items.flatMap(([one, nowMs]) => order.push(one, nowMs));
}

describe('by arrival', () => {
  test('a record waits for the window, and those that came later but arrived before it go first', () => {
    const order = new TimeOrder(100);
    expect(
      through(order, [
        [arrived(5), 0],
        [arrived(3), 50],
        [arrived(9), 60],
      ]),
    ).toEqual([]);
    expect(order.due(99)).toEqual([]);
    expect(arrivals(order.due(100))).toEqual([3, 5]);
    expect(arrivals(order.rest())).toEqual([9]);
  });

  test('within the window the order is perfect, and nothing is lost', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ at: fc.nat(1_000), lateMs: fc.nat(99) })), (records) => {
        const order = new TimeOrder(100);
        const coming = records.map(({ at, lateMs }) => ({ one: arrived(at), at: at + lateMs }));
        coming.sort((a, b) => a.at - b.at);
        const out = arrivals([
          ...through(
            order,
            coming.map(({ one, at }) => [one, at] as const),
          ),
          ...order.rest(),
        ]);
        expect(out).toEqual(records.map(({ at }) => at).sort((a, b) => a - b));
      }),
    );
  });
});

describe('by a counter', () => {
  test('the next goes at once, the others wait for those before them', () => {
    const { order, gaps } = counter();
    order.push(numbered(1), 0);
    expect(numbers(order.due(100))).toEqual([1]);
    expect(numbers(order.push(numbered(2), 101))).toEqual([2]);
    expect(numbers(order.push(numbered(4), 102))).toEqual([]);
    expect(numbers(order.push(numbered(5), 103))).toEqual([]);
    expect(numbers(order.push(numbered(3), 104))).toEqual([3, 4, 5]);
    expect(gaps).toEqual([]);
  });

  test('what never comes is told once the window has closed, and comes late when it does', () => {
    const { order, gaps } = counter();
    through(order, [
      [numbered(1), 0],
      [numbered(5), 10],
    ]);
    expect(numbers(order.due(100))).toEqual([1]);
    expect(numbers(order.due(110))).toEqual([5]);
    expect(gaps).toEqual([{ from: 2, to: 4 }]);
    expect(numbers(order.push(numbered(3), 111))).toEqual([3]);
    expect(numbers(order.push(numbered(5), 112))).toEqual([5]);
    expect(order.faults).toEqual({ gaps: 1, missing: 3, late: 2, without: 0 });
  });

  test('the same number twice comes twice', () => {
    const { order } = counter();
    through(order, [
      [numbered(1), 0],
      [numbered(2), 1],
      [numbered(2), 2],
      [numbered(3), 3],
    ]);
    expect(numbers(order.rest())).toEqual([1, 2, 2, 3]);
    expect(order.faults).toEqual({ gaps: 0, missing: 0, late: 1, without: 0 });
  });

  test('records without a counter go through', () => {
    const { order } = counter();
    const strange = [sighting('text'), sighting('{"n":1.5}'), sighting('{"n":null}'), sighting('{}')];
    expect(
      through(
        order,
        strange.map((one) => [one, 0] as const),
      ),
    ).toEqual(strange);
    expect(order.faults.without).toBe(4);
    order.push(sighting('{"n":"7"}'), 0);
    expect([...order.held()]).toHaveLength(1);
  });

  test('shuffled within the window it is in order, whole, and without gaps', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 9 }), (shuffled) => {
        const { order, gaps } = counter();
        const out = through(
          order,
          shuffled.map((n, i) => [numbered(n), i] as const),
        );
        expect(numbers([...out, ...order.rest()])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
        expect(gaps).toEqual([]);
      }),
    );
  });
});

test('held records are those that have not come out', () => {
  const order = new TimeOrder(100);
  const [first, second, third] = [arrived(3), arrived(1), arrived(4)];
  through(order, [
    [first, 0],
    [second, 50],
    [third, 120],
  ]);
  expect([...order.held()]).toEqual([third]);
});
