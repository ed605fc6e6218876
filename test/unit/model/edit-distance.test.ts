/** The distance of words. */
import { expect, test } from 'vitest';
import { editDistance } from '../../../src/model/edit-distance.ts';

test('one edit is an insertion, a deletion, a substitution or a swap of neighbours', () => {
  expect(editDistance('orders', 'ordrs')).toBe(1);
  expect(editDistance('ordrs', 'orders')).toBe(1);
  expect(editDistance('orders', 'orderz')).toBe(1);
  expect(editDistance('ordres', 'orders')).toBe(1);
  expect(editDistance('abc', '')).toBe(3);
});
