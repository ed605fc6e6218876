/**
 * Token buckets for `--limits aws`, as values: the caller keeps what it gets back. An amount is granted while at least one
 * whole token is there and may leave a debt, so a record of 10 MiB passes and is then paid off, as AWS describes it:
 * https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
 */
import {
  RECORD_BYTES_DEFAULT,
  SHARD_READ_BYTES_PER_SECOND,
  SHARD_READS_PER_SECOND,
  SHARD_WRITE_BYTES_PER_SECOND,
  SHARD_WRITE_RECORDS_PER_SECOND,
} from './limits.ts';
import { type EpochMs, SECOND_MS } from './time.ts';

export interface Bucket {
  readonly capacity: number;
  readonly perSecond: number;
  /** At `atMs`; below 0 is debt. */
  readonly tokens: number;
  readonly atMs: EpochMs;
}

/** A full bucket. */
export function bucketOf(capacity: number, perSecond: number, nowMs: EpochMs): Bucket {
  return { capacity, perSecond, tokens: capacity, atMs: nowMs };
}

/** The bucket at a later time. A clock that steps back adds nothing and takes nothing. */
export function refilled(bucket: Bucket, nowMs: EpochMs): Bucket {
  if (nowMs <= bucket.atMs) return bucket;
  const gained = ((nowMs - bucket.atMs) * bucket.perSecond) / SECOND_MS;
  return { ...bucket, tokens: Math.min(bucket.capacity, bucket.tokens + gained), atMs: nowMs };
}

/** Takes `amount` if a token is there; else the bucket only refills. */
export function take(
  bucket: Bucket,
  amount: number,
  nowMs: EpochMs,
): { readonly bucket: Bucket; readonly granted: boolean } {
  const now = refilled(bucket, nowMs);
  if (now.tokens < 1) return { bucket: now, granted: false };
  return { bucket: { ...now, tokens: now.tokens - amount }, granted: true };
}

/**
 * Counts what has been given already. An amount beyond the tokens there is owed whole, not only what was missing: so an
 * answer of 10 MiB blocks a shard of 2 MiB/s for the five seconds that AWS names.
 */
export function charge(bucket: Bucket, amount: number, nowMs: EpochMs): Bucket {
  const now = refilled(bucket, nowMs);
  return { ...now, tokens: amount > now.tokens ? Math.min(now.tokens, 1) - amount : now.tokens - amount };
}

/** What one shard has left. */
export interface ShardBuckets {
  /** Data and partition keys. */
  readonly writeBytes: Bucket;
  readonly writeRecords: Bucket;
  /** Calls of GetRecords. */
  readonly reads: Bucket;
  readonly readBytes: Bucket;
  /** Calls of GetShardIterator. */
  readonly iterators: Bucket;
}

/** Of a shard nobody has used yet. A stream of larger records has room for one of them. */
export function shardBuckets(recordBytesMax: number, nowMs: EpochMs): ShardBuckets {
  const capacity = Math.max(RECORD_BYTES_DEFAULT, recordBytesMax);
  return {
    writeBytes: bucketOf(capacity, SHARD_WRITE_BYTES_PER_SECOND, nowMs),
    writeRecords: bucketOf(SHARD_WRITE_RECORDS_PER_SECOND, SHARD_WRITE_RECORDS_PER_SECOND, nowMs),
    reads: bucketOf(SHARD_READS_PER_SECOND, SHARD_READS_PER_SECOND, nowMs),
    readBytes: bucketOf(SHARD_READ_BYTES_PER_SECOND, SHARD_READ_BYTES_PER_SECOND, nowMs),
    iterators: bucketOf(SHARD_READS_PER_SECOND, SHARD_READS_PER_SECOND, nowMs),
  };
}

/** The records of one put that ask one shard for room. */
export interface AskedRecords {
  readonly count: number;
  /** Data and partition key of the i-th of them. */
  readonly bytesOf: (i: number) => number;
}

/** Takes room for as many records, from the first on, as there are tokens of both kinds; the others cost nothing. */
export function takeRecords(
  buckets: ShardBuckets,
  { count, bytesOf }: AskedRecords,
  nowMs: EpochMs,
): { readonly buckets: ShardBuckets; readonly granted: number } {
  const writeBytes = refilled(buckets.writeBytes, nowMs);
  const writeRecords = refilled(buckets.writeRecords, nowMs);
  let [bytes, records] = [writeBytes.tokens, writeRecords.tokens];
  let granted = 0;
  while (granted < count && bytes >= 1 && records >= 1) {
    bytes -= bytesOf(granted);
    records -= 1;
    granted += 1;
  }
  const left = { writeBytes: { ...writeBytes, tokens: bytes }, writeRecords: { ...writeRecords, tokens: records } };
  return { buckets: { ...buckets, ...left }, granted };
}

/** A read, unless there were five within the second or an earlier answer is not paid off. */
export function takeRead(
  buckets: ShardBuckets,
  nowMs: EpochMs,
): { readonly buckets: ShardBuckets; readonly granted: boolean } {
  const { bucket: reads, granted } = take(buckets.reads, 1, nowMs);
  const readBytes = refilled(buckets.readBytes, nowMs);
  return { buckets: { ...buckets, reads, readBytes }, granted: granted && readBytes.tokens >= 1 };
}
