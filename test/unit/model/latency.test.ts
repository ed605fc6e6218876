/** Quantiles from counted latencies. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LATENCY_BOUNDS_MS, type LatencyCounts, latencyQuantile, noLatency } from '../../../src/model/latency.ts';

function counted(latencies: readonly number[]): LatencyCounts {
  const buckets = [...noLatency.buckets];
  for (const ms of latencies) {
    const i = LATENCY_BOUNDS_MS.findIndex((bound) => ms <= bound);
    buckets[i < 0 ? LATENCY_BOUNDS_MS.length : i]! += 1;
  }
  return { count: latencies.length, sumMs: latencies.reduce((sum, ms) => sum + ms, 0), buckets };
}

test('a quantile lies in the bucket that holds the latency of its rank', () => {
  const latencies = fc.array(fc.double({ min: 0, max: 9_999, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(latencies, fc.double({ min: 0.01, max: 1, noNaN: true }), (given, q) => {
      const exact = [...given].sort((a, b) => a - b)[Math.ceil(q * given.length - 1e-9) - 1]!;
      const bound = LATENCY_BOUNDS_MS.findIndex((high) => exact <= high);
      const found = latencyQuantile(q, counted(given))!;
      expect(found).toBeLessThanOrEqual(LATENCY_BOUNDS_MS[bound]! + 1e-6);
      expect(found).toBeGreaterThanOrEqual((LATENCY_BOUNDS_MS[bound - 1] ?? 0) - 1e-6);
    }),
  );
});

test('only what came after the earlier counts is asked about', () => {
  const before = counted([0.01, 0.01, 0.01]);
  const after = counted([0.01, 0.01, 0.01, 40, 40]);
  expect(latencyQuantile(0.5, after, before)).toBe(40);
  expect(latencyQuantile(0.5, after, after)).toBeUndefined();
});

test('above every bound the highest is told', () => {
  expect(latencyQuantile(0.99, counted([60_000]))).toBe(LATENCY_BOUNDS_MS.at(-1));
});
