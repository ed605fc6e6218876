/** AWS's limits of a shard as token buckets: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketOf, charge, refilled, shardBuckets, take, takeRead, takeRecords } from '../../../src/model/throttle.ts';

const MIB = 1_048_576;

test('five reads a second, the sixth waits for a fifth of a second', () => {
  let bucket = bucketOf(5, 5, 0);
  const at = (nowMs: number) => {
    const taken = take(bucket, 1, nowMs);
    bucket = taken.bucket;
    return taken.granted;
  };
  expect([0, 0, 0, 0, 0, 0, 1, 199, 200, 200, 400, 2_000, 2_000, 2_000, 2_000, 2_000, 2_000].map(at)).toEqual([
    ...[true, true, true, true, true, false],
    ...[false, false, true, false, true],
    ...[true, true, true, true, true, false],
  ]);
});

test('one large record passes and is paid off at 1 MiB a second', () => {
  let buckets = shardBuckets(10 * MIB, 0);
  const at = (bytes: number, nowMs: number) => {
    const taken = takeRecords(buckets, { count: 1, bytesOf: () => bytes }, nowMs);
    buckets = taken.buckets;
    return taken.granted === 1;
  };
  expect([at(10 * MIB, 0), at(1, 0), at(10 * MIB, 1_000), at(1, 1_000), at(1, 9_900), at(1, 10_001)]).toEqual([
    ...[true, false, true, false, false, true],
  ]);
});

test('a thousand records a second, however small', () => {
  const { granted, buckets } = takeRecords(shardBuckets(MIB, 0), { count: 1_500, bytesOf: () => 1 }, 0);
  expect(granted).toBe(1_000);
  expect(takeRecords(buckets, { count: 500, bytesOf: () => 1 }, 250).granted).toBe(250);
});

test('of a put the first records pass, and those refused cost nothing', () => {
  const sizes = [MIB / 2, MIB, 3, 4];
  const { granted, buckets } = takeRecords(shardBuckets(MIB, 0), { count: 4, bytesOf: (i) => sizes[i]! }, 0);
  expect([granted, buckets.writeBytes.tokens, buckets.writeRecords.tokens]).toEqual([2, -MIB / 2, 998]);
});

test('a shard that owes bytes is not read, though it has reads left', () => {
  const fresh = shardBuckets(MIB, 0);
  const owing = { ...fresh, readBytes: charge(fresh.readBytes, 10 * MIB, 0) };
  expect(takeRead(owing, 4_999).granted).toBe(false);
  expect(takeRead(owing, 5_000).granted).toBe(true);
});

test('an answer of 10 MiB blocks reading for five seconds', () => {
  const { readBytes } = shardBuckets(MIB, 0);
  const owing = charge(readBytes, 10 * MIB, 0);
  expect(refilled(owing, 4_999).tokens).toBeLessThan(1);
  expect(refilled(owing, 5_000).tokens).toBe(1);
});

test('answers within 2 MiB do not block', () => {
  const owing = charge(shardBuckets(MIB, 0).readBytes, MIB, 0);
  expect(owing.tokens).toBe(MIB);
});

test('over any time no more is granted than the capacity, the rate and one debt', () => {
  const calls = fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 50 })), { maxLength: 100 });
  fc.assert(
    fc.property(calls, (steps) => {
      let bucket = bucketOf(20, 10, 0);
      let [nowMs, granted] = [0, 0];
      for (const [waitMs, amount] of steps) {
        nowMs += waitMs;
        const taken = take(bucket, amount, nowMs);
        bucket = taken.bucket;
        if (taken.granted) granted += amount;
      }
      expect(granted).toBeLessThanOrEqual(20 + (nowMs * 10) / 1_000 + 50);
    }),
  );
});

test('a clock that steps back gives nothing away', () => {
  const { bucket } = take(bucketOf(5, 5, 10_000), 5, 10_000);
  expect(take(bucket, 1, 0).granted).toBe(false);
  expect(take(take(bucket, 1, 0).bucket, 1, 10_100).granted).toBe(false);
});
