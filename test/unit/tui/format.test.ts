/** Figures in columns: as the design writes them, and never wider than their column. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ageText,
  bitsText,
  briefCount,
  bytesText,
  countText,
  hoursText,
  percentText,
  shortHash,
  shortNumber,
  shortShard,
  uptimeText,
} from '../../../src/tui/format.ts';

test.each([
  [bytesText(0), '0 B'],
  [bytesText(388_400), '388 KB'],
  [bytesText(1_000_000), '1.0 MB'],
  [bytesText(999_600), '1.0 MB'],
  [bytesText(14_000), '14 KB'],
  [bitsText(125_000), '1.0 Mb'],
  [countText(972), '972'],
  [countText(2_914), '2,914'],
  [countText(0.4), '0.4'],
  [countText(120_400), '120k'],
  [briefCount(972), '972'],
  [briefCount(2_914), '2.9k'],
  [briefCount(11_170), '11k'],
  [ageText(4_200), '4.2 s'],
  [ageText(75_000), '75 s'],
  [ageText(720_000), '12 min'],
  [ageText(48 * 3_600_000), '48 h'],
  [ageText(9 * 86_400_000), '9 d'],
  [uptimeText(8_040_000), '2h14m'],
  [uptimeText(14_000), '14 s'],
  [hoursText(24), '24h'],
  [hoursText(168), '7d'],
  [percentText(0.97), '97%'],
  [shortShard('shardId-000000000003'), '0003'],
  [shortNumber('49651000000000000193'), '49651…00193'],
  [shortHash(148_873_511n * 10n ** 30n), '1.4887e38'],
])('%s', (text, expected) => expect(text).toBe(expected));

test('no figure is wider than its column', () => {
  const size = fc.double({ min: 0, max: 1e15, noNaN: true });
  fc.assert(
    fc.property(size, (value) => {
      expect(bytesText(value).length).toBeLessThanOrEqual(7);
      expect(countText(Math.min(value, 9e8)).length).toBeLessThanOrEqual(6);
      expect(briefCount(value).length).toBeLessThanOrEqual(4);
      expect(ageText(Math.min(value, 999 * 86_400_000)).length).toBeLessThanOrEqual(6);
      expect(percentText(value).length).toBeLessThanOrEqual(4);
    }),
  );
});
