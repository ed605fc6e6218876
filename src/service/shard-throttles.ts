/** What each shard has left under AWS's limits. Only with `strictLimits`. */
import { THROTTLES_KEPT } from '../model/limits.ts';
import type { Shard } from '../model/shard.ts';
import type { ShardKey } from '../model/shard-key.ts';
import type { Stream } from '../model/stream.ts';
import {
  type AskedRecords,
  charge,
  type ShardBuckets,
  shardBuckets,
  take,
  takeRead,
  takeRecords,
} from '../model/throttle.ts';
import { type EpochMs, MINUTE_MS } from '../model/time.ts';
import type { Clock } from '../runtime/clock.ts';

/** After so long a bucket is full, whatever it owed: debts are of one answer or record at most. */
const FULL_MS = MINUTE_MS;

/** Which shard, and in which stream. */
export interface ThrottledShard {
  readonly stream: Stream;
  readonly shard: Shard;
}

export class ShardThrottles {
  readonly #clock: Clock;
  readonly #buckets = new Map<ShardKey, ShardBuckets>();
  /** Beyond so many, those that are full are forgotten. */
  #keep = THROTTLES_KEPT;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many of the records, from the first on, the shard takes now. */
  takeRecords(of: ThrottledShard, records: AskedRecords): number {
    const nowMs = this.#clock.now();
    const { buckets, granted } = takeRecords(this.#of(of, nowMs), records, nowMs);
    this.#buckets.set(of.shard.key, buckets);
    return granted;
  }

  /** Whether the shard may be read now. */
  takeRead(of: ThrottledShard): boolean {
    const nowMs = this.#clock.now();
    const { buckets, granted } = takeRead(this.#of(of, nowMs), nowMs);
    this.#buckets.set(of.shard.key, buckets);
    return granted;
  }

  /** Counts what a read gave. */
  chargeRead(of: ThrottledShard, bytes: number): void {
    const nowMs = this.#clock.now();
    const buckets = this.#of(of, nowMs);
    this.#buckets.set(of.shard.key, { ...buckets, readBytes: charge(buckets.readBytes, bytes, nowMs) });
  }

  /** Whether the shard gives an iterator now. */
  takeIterator(of: ThrottledShard): boolean {
    const nowMs = this.#clock.now();
    const buckets = this.#of(of, nowMs);
    const { bucket: iterators, granted } = take(buckets.iterators, 1, nowMs);
    this.#buckets.set(of.shard.key, { ...buckets, iterators });
    return granted;
  }

  #of({ stream, shard }: ThrottledShard, nowMs: EpochMs): ShardBuckets {
    const known = this.#buckets.get(shard.key);
    const fresh = () => shardBuckets(stream.recordBytesMax, nowMs);
    if (known === undefined) {
      if (this.#buckets.size >= this.#keep) this.#forgetFull(nowMs);
      return fresh();
    }
    // The stream may have been given another size of records meanwhile.
    const { capacity } = fresh().writeBytes;
    return known.writeBytes.capacity === capacity ? known : { ...known, writeBytes: { ...known.writeBytes, capacity } };
  }

  #forgetFull(nowMs: EpochMs): void {
    for (const [key, { writeBytes, reads, readBytes, iterators }] of this.#buckets) {
      const usedMs = Math.max(writeBytes.atMs, reads.atMs, readBytes.atMs, iterators.atMs);
      if (nowMs - usedMs > FULL_MS) this.#buckets.delete(key);
    }
    this.#keep = Math.max(THROTTLES_KEPT, this.#buckets.size * 2);
  }
}
