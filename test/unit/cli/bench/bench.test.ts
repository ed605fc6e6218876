/** What bench counts, when records are due, and what is expected of the result. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BenchRow, disappointments, parseExpectation } from '../../../../src/cli/bench/expect.ts';
import { Latencies } from '../../../../src/cli/bench/latencies.ts';
import { keyDealer, payloadOf, readPayload } from '../../../../src/cli/bench/record.ts';
import { dueBy, lengthOf, newsroom, peakRate } from '../../../../src/cli/bench/schedule.ts';
import { seededRandom } from '../../../../src/runtime/random.ts';

describe('latencies', () => {
  test('quantiles are within 2 % of the sorted truth, the longest is exact', () => {
    const times = fc.array(fc.double({ min: 0.02, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(times, (all) => {
        const latencies = new Latencies();
        for (const ms of all) latencies.add(ms);
        const sorted = [...all].sort((a, b) => a - b);
        for (const share of [0.5, 0.9, 0.99, 0.999]) {
          const truth = sorted[Math.ceil(share * all.length) - 1]!;
          expect(Math.abs(latencies.quantile(share)! - truth) / truth).toBeLessThan(0.0201);
        }
        expect(latencies.max).toBe(sorted.at(-1));
      }),
    );
  });

  test('nothing measured has no quantile', () => {
    expect(new Latencies().quantile(0.5)).toBeUndefined();
    expect(new Latencies().max).toBeUndefined();
  });
});

describe('what is due', () => {
  test('a rate is due evenly, and no more after its time', () => {
    const stages = [{ rate: 100, ms: 2_000, burst: 1 }];
    expect([0, 1_000, 2_000, 9_000].map((ms) => dueBy(stages, ms))).toEqual([0, 100, 200, 200]);
  });

  test('a burst is the last second of five, at a multiple of the rate', () => {
    const stages = [{ rate: 100, ms: 10_000, burst: 3 }];
    expect(dueBy(stages, 4_000)).toBe(400);
    expect(dueBy(stages, 5_000)).toBe(700);
    expect(dueBy(stages, 10_000)).toBe(1_400);
  });

  test('the newsroom: 4,000 a second, then 10,000, three times that in bursts', () => {
    const stages = newsroom(20_000);
    expect(lengthOf(stages)).toBe(20_000);
    expect(peakRate(stages)).toBe(30_000);
    expect(dueBy(stages, 4_000)).toBe(16_000);
    expect(dueBy(stages, 5_000) - dueBy(stages, 4_000)).toBe(12_000);
    expect(dueBy(stages, 15_000) - dueBy(stages, 14_000)).toBe(30_000);
  });
});

describe('records', () => {
  test('say which they are and when they were sent', () => {
    const payload = payloadOf(1_234_567, 98_765.432, 64);
    expect(payload).toHaveLength(64);
    expect(readPayload(payload)).toEqual({ number: 1_234_567, sentMs: 98_765.432 });
    expect(readPayload(Buffer.from('{"other":1}'))).toBeUndefined();
  });

  test('keys are one, even, or few that take most', () => {
    const dealt = (how: string) => {
      const deal = keyDealer(how, seededRandom(1));
      const counts = new Map<string, number>();
      for (let i = 0; i < 5_000; i++) {
        const key = deal();
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      return [...counts.values()].sort((a, b) => b - a);
    };
    expect(dealt('single')).toEqual([5_000]);
    expect(dealt('uniform')[0]).toBeLessThan(5);
    // Of Zipf with 1.1 over 10,000 keys the first has 1 / sum(i^-1.1) = 15.1 %.
    expect(dealt('zipf:1.1')[0]! / 5_000).toBeCloseTo(0.151, 1);
    expect(() => keyDealer('even', seededRandom(1))).toThrow('no distribution');
  });
});

describe('what is expected', () => {
  const row = (what: string, figures: Partial<BenchRow>): BenchRow => ({
    ...{ what, records: 1, recordsPerSecond: 500, MBPerSecond: 1, p50: 1, p90: 2, p99: 20, p999: 30, max: 40 },
    ...{ throttled: 0, failed: 0, lost: undefined },
    ...figures,
  });
  const rows = [row('put', {}), row('fan-out', { p99: 8, lost: 0 })];
  const missed = (...texts: readonly string[]) => disappointments(texts.map(parseExpectation), rows);

  test('of every row, unless one is named', () => {
    expect(missed('p99<25ms', 'rate>=500', 'lost=0', 'max<=40', 'p99.9<31')).toEqual([]);
    expect(missed('p99<20ms')).toEqual(['p99<20ms: put has 20']);
    expect(missed('fan-out.p99<10ms', 'rate>400')).toEqual([]);
    expect(missed('rate>500')).toHaveLength(2);
  });

  test('what was not measured did not come about', () => {
    expect(missed('get.p50<1s')).toEqual(['get.p50<1s: nothing was measured']);
  });

  test('nonsense is refused', () => {
    for (const text of ['p98<1', 'p99', 'rate>many', 'p99<soon'])
      expect(() => parseExpectation(text)).toThrow('nothing to expect');
  });
});
