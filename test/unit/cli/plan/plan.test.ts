/** How many shards a load needs, what uneven keys add, and what it costs. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capacityFor, type Load, pollGapMs, throughput } from '../../../../src/cli/plan/capacity.ts';
import { onDemandCost, packagedPrices, pricesOf, provisionedCost, sumOf } from '../../../../src/cli/plan/cost.ts';
import { keysOfText, skewOf } from '../../../../src/cli/plan/keys.ts';
import { Tally } from '../../../../src/cli/plan/observe.ts';
import { parseFactor, parsePercent, parseRecordRate } from '../../../../src/cli/plan/values.ts';

const steady = { fanOut: 0, peak: 1, headroom: 0 };
const HOUR_MS = 3_600_000;

describe('the worked examples of the course on sizing', () => {
  test.each([
    [2, 1, 2, { writeMB: 2, readMB: 4 }],
    [6, 7, 21, { writeMB: 21, readMB: 42 }],
  ])('1024 KB %i times a second to %i consumers: %i shards', (records, consumers, shards, carried) => {
    for (const bytes of [1_024 * 1_024, 1_024 * 1_000]) {
      const capacity = capacityFor({ ...steady, records, bytes, consumers });
      expect(capacity.shards).toBe(shards);
      expect(throughput(capacity.shards)).toEqual(carried);
    }
  });
});

describe('beyond the formula', () => {
  test('small records need shards by their number: 1,000 a second each', () => {
    const capacity = capacityFor({ ...steady, records: 4_000, bytes: 100, consumers: 1 });
    expect(capacity).toMatchObject({ shards: 4, binding: 'records in' });
  });

  test('a record counts in whole KiB: 1,025 bytes are 2,048', () => {
    expect(capacityFor({ ...steady, records: 512, bytes: 1_024, consumers: 0 }).shards).toBe(1);
    expect(capacityFor({ ...steady, records: 513, bytes: 1_025, consumers: 0 }).shards).toBe(2);
  });

  test('peaks multiply; headroom is a part of each shard', () => {
    expect(capacityFor({ ...steady, records: 1_000, bytes: 10, consumers: 1, peak: 3, headroom: 0.25 }).shards).toBe(4);
  });

  test('fan-out consumers leave the reading of the others alone', () => {
    const load = { ...steady, records: 6, bytes: 2 ** 20, consumers: 1 };
    expect(capacityFor({ ...load, fanOut: 20 }).shards).toBe(capacityFor(load).shards);
  });

  test('a stream without traffic has one shard', () => {
    expect(capacityFor({ ...steady, records: 0, bytes: 0, consumers: 1 }).shards).toBe(1);
  });

  test('the shards found carry the load, and one fewer does not', () => {
    const loads = fc.record({
      records: fc.double({ min: 0.1, max: 50_000, noNaN: true }),
      bytes: fc.integer({ min: 1, max: 2 ** 20 }),
      consumers: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(loads, ({ records, bytes, consumers }) => {
        const { shards } = capacityFor({ ...steady, records, bytes, consumers });
        const bytesIn = Math.ceil(bytes / 1_024) * 1_024 * records;
        const fits = (n: number) =>
          bytesIn <= n * 2 ** 20 && records <= n * 1_000 && bytesIn * consumers <= n * 2 ** 21;
        expect(fits(shards + 1e-6)).toBe(true);
        if (shards > 1) expect(fits(shards - 1)).toBe(false);
      }),
    );
  });

  test('five polling consumers may each look at a shard once a second', () => {
    expect(pollGapMs(5)).toBe(1_000);
    expect(pollGapMs(1)).toBe(200);
  });
});

describe('keys', () => {
  test('lines are keys, and weigh by how often they come', () => {
    expect([...keysOfText('a\nb\r\n\na\n')]).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  test('many even keys need what the formula says, or a little more', () => {
    const keys = new Map(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, 1]));
    const skew = skewOf(keys, 3.6);
    expect(skew.shards).toBe(4);
    expect(skew.shardShare).toBeCloseTo(0.25, 1);
  });

  test('uneven keys need more shards than the formula says', () => {
    const keys = new Map([...Array.from({ length: 60 }, (_, i) => [`k${i}`, 1] as const), ['hot', 20] as const]);
    const skew = skewOf(keys, 3);
    expect(skew.hottestKey).toBe('hot');
    expect(skew.shards).toBeGreaterThan(3);
    expect(skew.shardShare * 3).toBeLessThanOrEqual(1);
  });

  test('one key that is more than a shard takes cannot be spread', () => {
    expect(
      skewOf(
        new Map([
          ['hot', 9],
          ['cold', 1],
        ]),
        2,
      ).shards,
    ).toBeUndefined();
  });

  test('places are those of the API: md5("a") is 0x0cc1…, md5("b") 0x92eb…', () => {
    // Two halves part a from b; the busiest shard of two has one of them.
    expect(
      skewOf(
        new Map([
          ['a', 1],
          ['b', 1],
        ]),
        2,
      ).shardShare,
    ).toBe(0.5);
    // md5("c") is 0x4a8a…: in the lower half, beside a.
    expect(
      skewOf(
        new Map([
          ['a', 1],
          ['c', 1],
        ]),
        1.5,
      ).shards,
    ).toBe(4);
  });
});

describe('what is observed', () => {
  test('rates are averages, the peak is the busiest second against them', () => {
    const tally = new Tally();
    for (let i = 0; i < 30; i++) tally.add('a', 100, 1_000);
    for (let i = 0; i < 10; i++) tally.add('b', 100, 5_000);
    const seen = tally.result(4);
    expect(seen).toMatchObject({ records: 40, bytes: 4_000, seconds: 4, peak: 3 });
    expect([...seen.keys]).toEqual([
      ['a', 3_000],
      ['b', 1_000],
    ]);
  });

  test('nothing at all is no peak', () => {
    expect(new Tally().result(10)).toMatchObject({ records: 0, peak: 1 });
  });
});

describe('costs, by hand from the prices', () => {
  const load: Load = { ...steady, records: 100, bytes: 25 * 1_024, consumers: 1 };

  test('shards by the hour and puts by 25 KB', () => {
    // 4 x 730 h x 0.015 = 43.80; 100 x 2,628,000 s = 262.8 million units x 0.014 = 3.68
    const costs = provisionedCost({ load, shards: 4, retentionMs: 24 * HOUR_MS }, packagedPrices);
    expect(costs.map(({ amount }) => amount.toFixed(2))).toEqual(['43.80', '3.68']);
  });

  test('a byte more than 25 KB is another unit', () => {
    const cost = (bytes: number) =>
      sumOf(provisionedCost({ load: { ...load, bytes }, shards: 0, retentionMs: 0 }, packagedPrices));
    expect(cost(25 * 1_024 + 1)).toBeCloseTo(2 * cost(25 * 1_024), 6);
  });

  test('fan-out costs for each consumer and shard, and by the GB', () => {
    // 100 x 25 KiB x 2,628,000 s = 6,265.64 GiB x 0.013 = 81.45; 2 x 4 x 730 x 0.015 = 87.60
    const costs = provisionedCost({ load: { ...load, fanOut: 2 }, shards: 4, retentionMs: 0 }, packagedPrices);
    const byName = new Map(costs.map(({ what, amount }) => [what, amount.toFixed(2)]));
    expect(byName.get('fan-out consumers')).toBe('87.60');
    expect(byName.get('fan-out data')).toBe('162.91');
  });

  test('on demand by the stream and the GB, in whole KB', () => {
    // 730 x 0.04 = 29.20; 100 x 1 KiB x 2,628,000 s = 250.63 GiB x 0.08 = 20.05 in and x 0.04 = 10.03 out
    const small = { ...load, bytes: 10 };
    const costs = onDemandCost({ load: small, shards: 4, retentionMs: 24 * HOUR_MS }, packagedPrices);
    expect(costs.map(({ amount }) => amount.toFixed(2))).toEqual(['29.20', '20.05', '10.03']);
  });

  test('days beyond the first are extended, beyond the seventh long-term', () => {
    const names = (days: number) =>
      provisionedCost({ load, shards: 1, retentionMs: days * 24 * HOUR_MS }, packagedPrices).map(({ what }) => what);
    expect(names(1)).not.toContain('extended retention');
    expect(names(7)).toContain('extended retention');
    expect(names(7)).not.toContain('long-term retention');
    expect(names(8)).toContain('long-term retention');
  });

  test('prices say when they were taken, and others can be given', () => {
    expect(packagedPrices.asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
    const own = JSON.stringify({ ...packagedPrices, asOf: '2027-01-01' });
    expect(pricesOf(own, 'own.json').asOf).toBe('2027-01-01');
    expect(() => pricesOf('{"provisioned":{}}', 'own.json')).toThrow('shardHour is no amount');
    expect(() => pricesOf('no', 'own.json')).toThrow('no JSON');
  });
});

test('rates, factors and percentages are read as people write them', () => {
  expect([parseRecordRate('500/s'), parseRecordRate('0.5'), parseFactor('3x'), parsePercent('25%')]).toEqual([
    500, 0.5, 3, 0.25,
  ]);
  expect(() => parseFactor('0.5')).toThrow('no factor');
  expect(() => parsePercent('100')).toThrow('no percentage');
  expect(() => parseRecordRate('many')).toThrow('no rate');
});
