/** Did-you-mean. */
import { expect, test } from 'vitest';
import { editDistance, mostSimilar } from '../../../src/cli/similar.ts';

test('one edit is an insertion, a deletion, a substitution or a swap of neighbours', () => {
  expect(editDistance('orders', 'ordrs')).toBe(1);
  expect(editDistance('ordrs', 'orders')).toBe(1);
  expect(editDistance('orders', 'orderz')).toBe(1);
  expect(editDistance('ordres', 'orders')).toBe(1);
  expect(editDistance('abc', '')).toBe(3);
});

test('the nearest word within two edits or 40 % is meant, else none', () => {
  expect(mostSimilar('ordres', ['clicks', 'orders', 'audit'])).toBe('orders');
  expect(mostSimilar('payments', ['clicks', 'orders'])).toBeUndefined();
  expect(mostSimilar('x', ['y', 'z'])).toBeUndefined();
  expect(mostSimilar('x', [])).toBeUndefined();
});
