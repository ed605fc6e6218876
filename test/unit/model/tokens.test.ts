/** Tokens that callers bring back: they hold what was put in, and nothing else passes for one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openIterator, type ShardIterator, sealIterator } from '../../../src/model/iterator.ts';
import { openPageToken, sealPageToken } from '../../../src/model/page-token.ts';
import type { Offset } from '../../../src/model/shard-key.ts';

const key = new Uint8Array(32).fill(7);
const nonce = (n: number) => new Uint8Array(12).fill(n);
const sample: ShardIterator = {
  issuedMs: 1_700_000_000_123,
  streamId: 3,
  streamName: 's',
  shardIndex: 4,
  offset: (2 ** 53 - 1) as Offset,
};

const iterators = fc.record({
  issuedMs: fc.nat(4e12),
  streamId: fc.nat(Number.MAX_SAFE_INTEGER),
  streamName: fc.stringMatching(/^[a-zA-Z0-9_.-]{1,128}$/),
  shardIndex: fc.nat(2 ** 31 - 1),
  offset: fc.nat(Number.MAX_SAFE_INTEGER).map((n) => n as Offset),
});

test('an iterator has the form of a real one and gives back what it holds', () => {
  const property = fc.property(iterators, fc.uint8Array({ minLength: 12, maxLength: 12 }), (iterator, random) => {
    const token = sealIterator(key, iterator, random);
    const bytes = Buffer.from(token, 'base64');
    expect(bytes.subarray(0, 8).toString('hex')).toBe('0000000000000001');
    expect(bytes.length).toBeGreaterThanOrEqual(152);
    expect(bytes.length).toBeLessThanOrEqual(280);
    expect((bytes.length - 152) % 16).toBe(0);
    expect(token.length).toBeLessThanOrEqual(512);
    expect(openIterator(key, token)).toEqual(iterator);
  });
  fc.assert(property);
});

test('two tokens of one place differ', () => {
  expect(sealIterator(key, sample, nonce(1))).not.toBe(sealIterator(key, sample, nonce(2)));
});

test('any flipped bit, a foreign key and any other text open nothing', () => {
  const token = sealIterator(key, sample, nonce(1));
  const bytes = Buffer.from(token, 'base64');
  for (let i = 0; i < bytes.length; i++) {
    const damaged = Buffer.from(bytes);
    damaged[i]! ^= 1 << (i % 8);
    expect(openIterator(key, damaged.toString('base64'))).toBeUndefined();
  }
  expect(openIterator(nonceKey(8), token)).toBeUndefined();
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.base64String({ maxLength: 400 }));
  const property = fc.property(texts, (text) => {
    expect(openIterator(key, text)).toBeUndefined();
  });
  fc.assert(property, { numRuns: 500 });
});

const nonceKey = (n: number) => new Uint8Array(32).fill(n);

test('a token of one list opens for no other list, and no iterator is a page token', () => {
  const token = sealPageToken({ key, purpose: 'ListShards' }, { issuedMs: 5, payload: { after: 'x' } }, nonce(1));
  expect(openPageToken({ key, purpose: 'ListShards' }, token)).toEqual({ issuedMs: 5, payload: { after: 'x' } });
  expect(openPageToken({ key, purpose: 'ListStreams' }, token)).toBeUndefined();
  expect(openPageToken({ key, purpose: 'ListShards' }, sealIterator(key, sample, nonce(1)))).toBeUndefined();
});
