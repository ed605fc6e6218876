/** Did-you-mean. */
import { expect, test } from 'vitest';
import { mostSimilar } from '../../../src/cli/similar.ts';

test('the nearest word within two edits or 40 % is meant, else none', () => {
  expect(mostSimilar('ordres', ['clicks', 'orders', 'audit'])).toBe('orders');
  expect(mostSimilar('payments', ['clicks', 'orders'])).toBeUndefined();
  expect(mostSimilar('x', ['y', 'z'])).toBeUndefined();
  expect(mostSimilar('x', [])).toBeUndefined();
});
