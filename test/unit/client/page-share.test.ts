/** One bound over the pages of all shards. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PageShare } from '../../../src/client/page-share.ts';

const MIB = 2 ** 20;

function shareOf(readers: number): PageShare {
  const share = new PageShare(64 * MIB);
  for (let i = 0; i < readers; i++) share.enter();
  return share;
}

test('what all readers hold stays within the bound, unless single records are beyond it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: MIB }), (readers, bytes) => {
      const records = shareOf(readers).recordsFor(bytes);
      expect(records).toBeGreaterThanOrEqual(1);
      expect(records).toBeLessThanOrEqual(10_000);
      if (records > 1) expect(readers * records * bytes).toBeLessThanOrEqual(64 * MIB);
    }),
  );
});

test('a few shards of small records are read by the largest pages there are', () => {
  expect(shareOf(4).recordsFor(100)).toBe(10_000);
});

test('a thousand shards begin with a few records each, and get more as others end', () => {
  const share = shareOf(1_000);
  expect(share.recordsFor()).toBeLessThan(8);
  for (let i = 0; i < 999; i++) share.leave();
  expect(share.recordsFor()).toBeGreaterThan(1_000);
});
