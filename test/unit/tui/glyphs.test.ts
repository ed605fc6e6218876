/** Charts from signs: exact widths, right places, the same picture in ASCII. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ASCII, bar, columnChart, rangeBar, sparkline, UNICODE } from '../../../src/tui/glyphs.ts';
import { heatCells, resampled } from '../../../src/tui/key-space.ts';
import { firstState } from '../../../src/tui/state.ts';
import { SETTING } from './observations.ts';

const share = fc.double({ min: 0, max: 1.5, noNaN: true });

test('bars are as wide as asked for and as long as their share', () => {
  expect(bar(0.97, 8, UNICODE)).toBe('███████▊');
  expect(bar(0, 4, UNICODE)).toBe('····');
  expect(bar(2, 4, UNICODE)).toBe('████');
  fc.assert(fc.property(share, fc.nat(40), (value, width) => bar(value, width, UNICODE).length === width));
});

test('a range lies where its hash keys do and shows at least one cell', () => {
  expect(rangeBar(0, 0.125, 8, UNICODE)).toBe('█───────');
  expect(rangeBar(0.875, 1, 8, UNICODE)).toBe('───────█');
  expect(rangeBar(0.5, 0.5001, 10, ASCII)).toBe('-----#----');
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
      expect(rangeBar(Math.min(a, b), Math.max(a, b), 17, UNICODE)).toHaveLength(17);
    }),
  );
});

test('a sparkline reaches its top at the largest value and its floor at none', () => {
  expect(sparkline([0, 1, 4, 8], UNICODE)).toBe('▁▁▄█');
  expect(sparkline([0, 0], UNICODE)).toBe('▁▁');
});

test('columns fill from below in quarters of a cell', () => {
  expect(columnChart([0, 2, 4, 8], 8, 2, UNICODE)).toEqual(['\u2800\u2800\u2800⣿', '\u2800⣤⣿⣿']);
  expect(columnChart([0, 8], 8, 1, ASCII)).toEqual([' #']);
});

describe('the key space', () => {
  test('keeps its load through any number of columns', () => {
    const parts = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 250 }), (loads, columns) => {
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
        expect(sum(resampled(loads, columns))).toBeCloseTo(sum(loads), 5);
      }),
    );
  });
  test('shows shape without colour', () => {
    const scene = (heatStyle: 'root' | 'linear') => ({ setting: SETTING, state: firstState({ heatStyle }) });
    expect(heatCells([0, 1, 16, 64], 64, scene('linear'))).toBe('▁▁▂█');
    expect(heatCells([0, 1, 16, 64], 64, scene('root'))).toBe('▁▁▄█');
  });
});
