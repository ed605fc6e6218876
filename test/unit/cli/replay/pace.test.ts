/** When replayed records are due. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CliError } from '../../../../src/cli/cli-error.ts';
import { firstDue, nextDue, type Pace, parsePace } from '../../../../src/cli/replay/pace.ts';

const start = { arrivalMs: 1_000, dueMs: 10, shortenedMs: 0, shortened: 0 };
const record = (arrivalMs: number, bytes = 100) => ({ arrivalMs, bytes });

describe('a pace is written as', () => {
  test.each<[string, Pace]>([
    ['max', { kind: 'max' }],
    ['original', { kind: 'factor', factor: 1, maxGapMs: 7 }],
    ['4x', { kind: 'factor', factor: 4, maxGapMs: 7 }],
    ['0.5x', { kind: 'factor', factor: 0.5, maxGapMs: 7 }],
    ['500/s', { kind: 'rate', rate: { unit: 'records', perSecond: 500 } }],
    ['500', { kind: 'rate', rate: { unit: 'records', perSecond: 500 } }],
    ['2MB/s', { kind: 'rate', rate: { unit: 'bytes', perSecond: 2_000_000 } }],
    ['1KiB', { kind: 'rate', rate: { unit: 'bytes', perSecond: 1_024 } }],
  ])('%s', (text, pace) => expect(parsePace(text, 7)).toEqual(pace));

  test.each(['', '0', '0x', 'x4', 'fast', '4 x', '-1/s', '0/s'])('not "%s"', (text) => {
    expect(() => parsePace(text, 7)).toThrow(CliError);
  });
});

describe('by a factor', () => {
  const pace: Pace = { kind: 'factor', factor: 4, maxGapMs: 5_000 };

  test('a record is due after its gap, sped up', () => {
    expect(nextDue(start, record(1_400), pace, 0)).toEqual({ ...start, arrivalMs: 1_400, dueMs: 110 });
  });

  test('a long silence counts as the longest allowed, and what is left out is counted', () => {
    const due = nextDue(start, record(3_601_000), pace, 0);
    expect(due).toEqual({ arrivalMs: 3_601_000, dueMs: 10 + 1_250, shortenedMs: 3_595_000, shortened: 1 });
  });

  test('a record that arrived before the last one is due at once', () => {
    expect(nextDue(start, record(900), pace, 0)).toEqual(start);
  });

  test('all of a stretch take its length over the factor when no gap is too long', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1 }), (gaps) => {
        let state = firstDue(record(0), 0);
        for (const gap of gaps) state = nextDue(state, record(state.arrivalMs + gap), pace, 0);
        expect(state.dueMs).toBeCloseTo(gaps.reduce((sum, gap) => sum + gap, 0) / 4, 6);
      }),
    );
  });
});

describe('by a rate', () => {
  test('records are evenly apart, whenever they arrived', () => {
    const pace = parsePace('50/s', 0);
    expect(nextDue(start, record(9_999_999), pace, 10)).toMatchObject({ dueMs: 30, shortened: 0 });
  });

  test('bytes count with a rate of bytes', () => {
    expect(nextDue(start, record(1_000, 500), parsePace('1KB/s', 0), 10).dueMs).toBe(510);
  });

  test('after a stall a second is made up for, not more', () => {
    expect(nextDue(start, record(1_000), parsePace('50/s', 0), 60_000).dueMs).toBe(59_000);
  });
});
