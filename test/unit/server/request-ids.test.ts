/** The ids of answers. */
import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/runtime/random.ts';
import { RequestIds } from '../../../src/server/request-ids.ts';

test('each answer has a UUID of version 4 and a text of 72 random bytes of its own, however many are fetched at once', () => {
  const ids = new RequestIds(seededRandom(1));
  const made = Array.from({ length: 300 }, () => [ids.next(), ids.extended()] as const);
  for (const [id, extended] of made) {
    // RFC 9562 section 5.4.
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Buffer.from(extended, 'base64')).toHaveLength(72);
  }
  expect(new Set(made.flat()).size).toBe(600);
});
