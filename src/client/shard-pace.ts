/** What one shard may get now: a share of the records and bytes that a shard takes in a second. */
import { SHARD_WRITE_BYTES_PER_SECOND, SHARD_WRITE_RECORDS_PER_SECOND } from '../model/limits.ts';
import { type Bucket, bucketOf, refilled } from '../model/throttle.ts';
import type { Clock } from '../runtime/clock.ts';

export class ShardPace {
  readonly #clock: Clock;
  #bytes: Bucket;
  #records: Bucket;

  /** `share`: 1 is just what a shard takes. Both begin with a second's worth. */
  constructor(share: number, clock: Clock) {
    const now = clock.monotonic();
    const [bytes, records] = [SHARD_WRITE_BYTES_PER_SECOND * share, SHARD_WRITE_RECORDS_PER_SECOND * share];
    this.#clock = clock;
    this.#bytes = bucketOf(bytes, bytes, now);
    this.#records = bucketOf(records, records, now);
  }

  /** True when a record may go now; then it is counted. */
  take(bytes: number): boolean {
    const now = this.#clock.monotonic();
    this.#bytes = refilled(this.#bytes, now);
    this.#records = refilled(this.#records, now);
    if (this.#bytes.tokens < 1 || this.#records.tokens < 1) return false;
    this.#bytes = { ...this.#bytes, tokens: this.#bytes.tokens - bytes };
    this.#records = { ...this.#records, tokens: this.#records.tokens - 1 };
    return true;
  }
}
