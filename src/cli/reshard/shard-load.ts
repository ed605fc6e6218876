/** What shards took lately: how much, and how it spreads over their hash ranges. Pure. */
import { shareBelow } from '../../model/balance.ts';
import { LOAD_BUCKETS, LOAD_KEYS_MAX } from '../../model/limits.ts';
import type { HashRange } from '../../model/shard.ts';

/** What one shard takes in a second, at the most. Source: the service's limits, as those of model/limits.ts. */
const BYTES_PER_SECOND_MAX = 1_048_576;
const RECORDS_PER_SECOND_MAX = 1_000;

export interface ShardLoad {
  readonly shardId: string;
  readonly range: HashRange;
  readonly records: number;
  /** Of data and keys. */
  readonly bytes: number;
  /** Time that was looked at. */
  readonly windowMs: number;
  /** From the first record seen to the last. */
  readonly spanMs: number;
  /** Bytes in each even part of the hash range, ascending. */
  readonly buckets: readonly number[];
  /** Different keys; LOAD_KEYS_MAX stands for that many or more. */
  readonly keys: number;
  /** The key with most bytes, and which part of the shard's bytes it is, 0 to 1. */
  readonly heaviest: { readonly key: string; readonly share: number } | undefined;
}

/** Gathers the records of one shard. */
export class LoadCounter {
  readonly #shardId: string;
  readonly #range: HashRange;
  readonly #buckets = new Array<number>(LOAD_BUCKETS).fill(0);
  readonly #keys = new Map<string, number>();
  #records = 0;
  #bytes = 0;
  #firstMs = 0;
  #lastMs = 0;

  constructor(shardId: string, range: HashRange) {
    this.#shardId = shardId;
    this.#range = range;
  }

  /** `hash`: of the key. A record that was put by an explicit hash key counts in no part of the range. */
  add(key: string, hash: bigint, { bytes, arrivalMs }: { readonly bytes: number; readonly arrivalMs: number }): void {
    const { start, end } = this.#range;
    if (this.#records === 0) this.#firstMs = arrivalMs;
    this.#lastMs = arrivalMs;
    this.#records++;
    this.#bytes += bytes;
    if (hash >= start && hash <= end) {
      const bucket = Number(((hash - start) * BigInt(LOAD_BUCKETS)) / (end - start + 1n));
      this.#buckets[bucket]! += bytes;
    }
    const before = this.#keys.get(key);
    if (before !== undefined || this.#keys.size < LOAD_KEYS_MAX) this.#keys.set(key, (before ?? 0) + bytes);
  }

  load(windowMs: number): ShardLoad {
    let heaviest: ShardLoad['heaviest'];
    for (const [key, bytes] of this.#keys) {
      const share = bytes / this.#bytes;
      if (heaviest === undefined || share > heaviest.share) heaviest = { key, share };
    }
    return {
      shardId: this.#shardId,
      range: this.#range,
      records: this.#records,
      bytes: this.#bytes,
      windowMs,
      spanMs: this.#lastMs - this.#firstMs,
      buckets: this.#buckets,
      keys: this.#keys.size,
      heaviest,
    };
  }
}

/** Part of what a shard may take: bytes or records, whichever is nearer to its limit. */
export function limitShare({ bytes, records, windowMs }: ShardLoad): number {
  const seconds = windowMs / 1_000;
  return Math.max(bytes / seconds / BYTES_PER_SECOND_MAX, records / seconds / RECORDS_PER_SECOND_MAX);
}

/** Parts of a shard's bytes between cuts, ascending, 0 to 1 each. */
export function sharesBetween({ range, buckets }: ShardLoad, cuts: readonly bigint[]): readonly number[] {
  const below = [0, ...cuts.map((cut) => shareBelow(range, buckets, cut)), 1];
  return below.slice(1).map((share, i) => share - below[i]!);
}
