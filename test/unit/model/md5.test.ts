/** MD5 of partition keys against node:crypto and the vectors of RFC 1321. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { md5 } from '../../../src/model/md5.ts';

const hex = (bytes: Uint8Array, start = 0, end = bytes.length) =>
  Array.from(md5(bytes, start, end), (word) => word.toString(16).padStart(8, '0')).join('');
const utf8 = new TextEncoder();

test.each([
  ['', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['a', '0cc175b9c0f1b6a831c399e269772661'],
  ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
  [
    '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
    '57edf4a22be3c955ac49da2e2107b67a',
  ],
])('the hash of %j is the one of RFC 1321', (text, expected) => {
  expect(hex(utf8.encode(text))).toBe(expected);
});

test('every slice of any bytes hashes as node:crypto has it, on both sides of one block', () => {
  const property = fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(60), (bytes, skipped) => {
    const start = Math.min(skipped, bytes.length);
    expect(hex(bytes, start)).toBe(createHash('md5').update(bytes.subarray(start)).digest('hex'));
  });
  fc.assert(property, { numRuns: 500 });
  for (let length = 50; length < 70; length++) {
    const bytes = new Uint8Array(length).fill(0xfe);
    expect(hex(bytes)).toBe(createHash('md5').update(bytes).digest('hex'));
  }
});
