/** From counters to figures: rates, a server that starts again, heat that does not flicker, histories that do not grow. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COOL, heatAfter } from '../../../src/tui/heat.ts';
import { Meter } from '../../../src/tui/meter.ts';
import { spaceMap } from '../../../src/tui/stream-meter.ts';
import { TimeSlots } from '../../../src/tui/time-slots.ts';
import { observationAt, shardAt, streamAt } from './observations.ts';

const shardOf = (board: ReturnType<Meter['take']>, index: number) =>
  board.streams[0]!.shards.find((shard) => shard.index === index)!;

describe('rates', () => {
  test('are the difference of two observations over the time between them', () => {
    const meter = new Meter();
    expect(meter.take(observationAt(0)).hasRates).toBe(false);
    const board = meter.take(observationAt(2));
    expect(board.hasRates).toBe(true);
    expect(shardOf(board, 1)).toMatchObject({ bytesIn: 388_000, recordsIn: 377, bytesOut: 776_000, reads: 2 });
    expect(board.streams[0]).toMatchObject({ recordsIn: 2_914 });
  });
  test('do not depend on observations that were missed', () => {
    const [every, some] = [new Meter(), new Meter()];
    for (const seconds of [0, 2, 4, 6]) every.take(observationAt(seconds));
    some.take(observationAt(0));
    expect(shardOf(some.take(observationAt(8)), 1).bytesIn).toBe(shardOf(every.take(observationAt(8)), 1).bytesIn);
  });
  test('begin anew when the server has started again', () => {
    const meter = new Meter();
    meter.take(observationAt(1_000));
    meter.take(observationAt(1_002));
    const restarted = meter.take({ ...observationAt(1), tickMs: 1_000 });
    expect(restarted.hasRates).toBe(false);
    expect(shardOf(restarted, 1).bytesIn).toBe(0);
    expect(shardOf(meter.take({ ...observationAt(3), tickMs: 3_000 }), 1).bytesIn).toBe(388_000);
  });
  test('the nearest limit binds: records of 1,000, bytes of 1 MiB, reads of 5', () => {
    const meter = new Meter();
    meter.take(observationAt(0));
    const board = meter.take(observationAt(2));
    expect(shardOf(board, 3).writeShare).toBeCloseTo(0.972, 3);
    expect(shardOf(board, 3).binding).toBe('r');
    expect(shardOf(board, 7)).toMatchObject({ readShare: 0.4, binding: 'g' });
  });
});

test('writes that are refused heat a shard, reads that are refused do not', () => {
  const meter = new Meter();
  const withThrottles = (seconds: number, writes: number, reads: number) => {
    const shard = { ...shardAt(seconds, 7), throttledRecords: writes, throttledReads: reads };
    return observationAt(seconds, { '1': { ...streamAt(seconds), shards: { '7': shard } } });
  };
  meter.take(withThrottles(0, 0, 0));
  expect(shardOf(meter.take(withThrottles(2, 0, 9)), 7)).toMatchObject({ heat: 'cool', throttledPerMinute: 9 });
  expect(shardOf(meter.take(withThrottles(4, 1, 9)), 7).heat).toBe('hot');
});

test('a key has its part of its shard', () => {
  const meter = new Meter();
  const board = meter.take(observationAt(2));
  const load = shardAt(2, 3).heat!.reduce((sum, bytes) => sum + bytes, 0);
  expect(board.streams[0]!.keys[0]!.share).toBeCloseTo(2_500_000 / load, 6);
});

test('a reader that asks no more is said to have stopped', () => {
  const reader = { ...streamAt(2).readers['1']!, lastReadMs: observationAt(0).atMs - 11_000 };
  const stream = { ...streamAt(2), readers: { '1': reader } };
  expect(new Meter().take(observationAt(2, { '1': stream })).streams[0]!.consumers[1]!.state).toBe('STOPPED');
});

test('the looks of the screen itself are told from those of other programs of its kind', () => {
  const reader = streamAt(2).readers['1']!;
  const readers = { '1': { ...reader, agent: 'sluice/0.1.0' }, '2': { ...reader, agent: 'sluice/0.1.0 top' } };
  const { consumers } = new Meter().take(observationAt(2, { '1': { ...streamAt(2), readers } })).streams[0]!;
  expect(consumers.slice(1).map((one) => one.name)).toEqual(['sluice/0.1.0 127.0.0.1', 'sluice top 127.0.0.1']);
});

test('a shard that a split has opened counts from its beginning', () => {
  const meter = new Meter();
  const { '7': child, ...shards } = streamAt(0).shards;
  meter.take(observationAt(0, { '1': { ...streamAt(0), shards } }));
  const opened = { ...child!, bytesIn: 500_000, recordsIn: 40 };
  const board = meter.take(observationAt(2, { '1': { ...streamAt(2), shards: { '7': opened } } }));
  expect(shardOf(board, 7)).toMatchObject({ bytesIn: 250_000, recordsIn: 20 });
});

test('streams and shards that are gone leave the board', () => {
  const meter = new Meter();
  meter.take(observationAt(0));
  const { '7': _, ...shards } = streamAt(2).shards;
  const board = meter.take(observationAt(2, { '1': { ...streamAt(2), shards } }));
  expect(board.streams[0]!.shards).toHaveLength(7);
  expect(meter.take(observationAt(4, {})).streams).toEqual([]);
});

describe('heat', () => {
  const heatOf = (shares: readonly number[], throttledAt = -1) =>
    shares.reduce((state, share, i) => heatAfter(state, share, i === throttledAt), COOL).heat;
  test('amber after three observations at 80 %', () => {
    expect(heatOf([0.8, 0.8])).toBe('cool');
    expect(heatOf([0.8, 0.8, 0.8])).toBe('warm');
    expect(heatOf([0.8, 0.7, 0.8, 0.8])).toBe('cool');
  });
  test('red at once at 95 % and when writes are refused', () => {
    expect(heatOf([0.95])).toBe('hot');
    expect(heatOf([0.1], 0)).toBe('hot');
  });
  test('leaves only ten points below', () => {
    expect(heatOf([0.96, 0.86])).toBe('hot');
    expect(heatOf([0.96, 0.84])).toBe('warm');
    expect(heatOf([0.8, 0.8, 0.8, 0.71])).toBe('warm');
    expect(heatOf([0.8, 0.8, 0.8, 0.69])).toBe('cool');
  });
});

describe('slots of time', () => {
  test('keep what was added as long as it is not too old', () => {
    const steps = fc.array(fc.record({ ms: fc.integer({ min: 1, max: 900 }), amount: fc.nat(1_000) }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const slots = new TimeSlots(40, 1_000);
        let now = 0;
        for (const { ms, amount } of all) {
          slots.add(now, now + ms, amount);
          now += ms;
        }
        expect(slots.total()).toBeCloseTo(
          all.reduce((sum, { amount }) => sum + amount, 0),
          6,
        );
      }),
    );
  });
  test('forget what is older than all slots', () => {
    const slots = new TimeSlots(4, 1_000);
    slots.add(0, 1_000, 50);
    slots.add(1_000, 60_000, 0);
    expect(slots.total()).toBe(0);
    expect(slots.rates()).toEqual([0, 0, 0, 0]);
  });
  test('give a steady rate as it is, also in the slot that has just begun', () => {
    const slots = new TimeSlots(4, 1_000);
    for (let ms = 0; ms < 10_100; ms += 100) slots.add(ms, ms + 100, 20);
    for (const rate of slots.rates()) expect(rate).toBeCloseTo(200, 6);
  });
});

test('the map of the key space holds the load of all open shards, each in its place', () => {
  const half = { isOpen: true, from: 0, to: 0.5, buckets: [0, 100] };
  const closed = { isOpen: false, from: 0.5, to: 1, buckets: [999] };
  const map = spaceMap([half, closed]);
  expect(map.reduce((sum, load) => sum + load, 0)).toBeCloseTo(100, 6);
  expect(map.slice(0, map.length / 4).every((load) => load === 0)).toBe(true);
  expect(map.slice(map.length / 2).every((load) => load === 0)).toBe(true);
});
