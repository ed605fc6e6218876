/** Figures about the near past, and histograms. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fading, RecentMax } from '../../../src/runtime/counters.ts';
import { Histogram } from '../../../src/runtime/histogram.ts';

test('the recent maximum holds what came within 5 s, and nothing from more than 10 s ago', () => {
  const sightings = fc.array(fc.tuple(fc.nat(4_000), fc.nat(100)), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(sightings, fc.nat(12_000), (steps, waitMs) => {
      const recent = new RecentMax();
      const seen: { readonly atMs: number; readonly value: number }[] = [];
      let nowMs = 0;
      for (const [stepMs, value] of steps) {
        nowMs += stepMs;
        recent.see(value, nowMs);
        seen.push({ atMs: nowMs, value });
      }
      nowMs += waitMs;
      const within = (ms: number) => seen.filter(({ atMs }) => atMs > nowMs - ms).map(({ value }) => value);
      const highest = recent.highest(nowMs) ?? -1;
      expect(highest).toBeGreaterThanOrEqual(Math.max(-1, ...within(5_000)));
      expect(highest).toBeLessThanOrEqual(Math.max(-1, ...within(10_001)));
    }),
  );
});

test('fading takes half away in a half-life, however often it is asked', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 60 }), (steps) => {
      const fading = new Fading(10_000, 0);
      let nowMs = 0;
      let left = 1;
      for (const step of steps) {
        nowMs += step;
        left *= fading.factor(nowMs);
      }
      // The last quarter of a second may still be owed.
      expect(left).toBeGreaterThanOrEqual(2 ** (-nowMs / 10_000) - 1e-9);
      expect(left).toBeLessThanOrEqual(2 ** (-(nowMs - 250) / 10_000) + 1e-9);
    }),
  );
});

test('a histogram counts each duration at the first bound that holds it', () => {
  const histogram = new Histogram([1, 10, 100]);
  for (const ms of [0, 1, 1.01, 10, 99, 100, 101, 9_999]) histogram.record(ms);
  expect(histogram.counts()).toEqual({ count: 8, sumMs: 10_311.01, buckets: [2, 2, 2, 2] });
});
