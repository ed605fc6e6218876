/** Figures of the status: how old the oldest undelivered byte of a file is, and how many records go out a second. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Growth } from '../../../src/agent/growth.ts';
import { Meter } from '../../../src/agent/meter.ts';

describe('lag', () => {
  test('is the age of the oldest byte that is not delivered', () => {
    const growth = new Growth();
    growth.saw(100, 0, 1_000);
    growth.saw(100, 0, 2_000);
    growth.saw(300, 0, 3_000);
    expect(growth.lagMs(0, 5_000)).toBe(4_000);
    expect(growth.lagMs(99, 5_000)).toBe(4_000);
    expect(growth.lagMs(100, 5_000)).toBe(2_000);
    expect(growth.lagMs(300, 5_000)).toBe(0);
  });

  test('begins anew with a file that was cut', () => {
    const growth = new Growth();
    growth.saw(500, 100, 1_000);
    growth.saw(50, 0, 9_000);
    expect(growth.lagMs(0, 9_500)).toBe(500);
  });

  test('is never told too short, and exact while there are few marks', () => {
    const growths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(growths, fc.double({ min: 0, max: 1, noNaN: true }), (steps, share) => {
        const growth = new Growth();
        const ends: number[] = [];
        let size = 0;
        for (const [at, step] of steps.entries()) {
          size += step;
          ends.push(size);
          growth.saw(size, 0, at);
        }
        const delivered = Math.floor(share * size);
        const oldest = ends.findIndex((end) => end > delivered);
        const lag = oldest < 0 ? 0 : ends.length - oldest;
        const told = growth.lagMs(delivered, ends.length);
        expect(told).toBeGreaterThanOrEqual(lag);
        if (ends.length <= 64 || lag === 0) expect(told).toBe(lag);
      }),
    );
  });
});

describe('a meter', () => {
  test('counts the last ten seconds', () => {
    const meter = new Meter(500);
    meter.add(30, 900);
    expect(meter.perSecond(900)).toBe(30);
    meter.add(70, 3_500);
    expect(meter.perSecond(5_500)).toBe(20);
    expect(meter.perSecond(11_500)).toBe(7);
    expect(meter.perSecond(13_500)).toBe(0);
    meter.add(10, 60_000);
    expect(meter.perSecond(60_000)).toBe(1);
  });
});
