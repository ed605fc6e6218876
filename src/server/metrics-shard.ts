/** What one shard, stream, consumer or reader has taken and given since the start, and the heat of a shard's hash range. */
import { HASH_KEY_MAX, HEAT_BUCKETS, HEAT_HALF_LIFE_MS } from '../model/limits.ts';
import type { FlowCounts } from '../model/metrics-frame.ts';
import { payloadBytes, type RecordBlock } from '../model/record-batch.ts';
import type { HashRange } from '../model/shard.ts';
import { Fading, RecentMax } from '../runtime/counters.ts';

/** Counters of a shard or a stream. */
export class Flow {
  recordsIn = 0;
  bytesIn = 0;
  throttledRecords = 0;
  reads = 0;
  throttledReads = 0;
  recordsOut = 0;
  bytesOut = 0;
  readonly lag = new RecentMax();

  /** As a frame tells them. */
  counts(): FlowCounts {
    const { recordsIn, bytesIn, throttledRecords, reads, throttledReads, recordsOut, bytesOut } = this;
    return { recordsIn, bytesIn, throttledRecords, reads, throttledReads, recordsOut, bytesOut };
  }
}

/** Bytes of partition keys and data. */
export function bytesOf(blocks: readonly RecordBlock[]): number {
  let bytes = 0;
  for (const block of blocks) for (let i = 0; i < block.count; i++) bytes += payloadBytes(block, i);
  return bytes;
}

export function recordsIn(blocks: readonly RecordBlock[]): number {
  return blocks.reduce((count, block) => count + block.count, 0);
}

/** Words of 32 bits: the first of a hash key says well enough where in a shard it lies. */
const wordOf = (hashKey: bigint) => Number(hashKey >> 96n);
const WORDS = wordOf(HASH_KEY_MAX) + 1;

/** Bytes put into even parts of a hash range, fading. */
export class Heat {
  readonly #fading: Fading;
  readonly #buckets = new Float64Array(HEAT_BUCKETS);
  /** First word of the range, and buckets a word. */
  readonly #first: number;
  readonly #scale: number;

  constructor({ start, end }: HashRange, atMs: number) {
    this.#fading = new Fading(HEAT_HALF_LIFE_MS, atMs);
    this.#first = wordOf(start);
    const words = (Number(end - start + 1n) / Number(HASH_KEY_MAX)) * WORDS;
    this.#scale = HEAT_BUCKETS / Math.max(1, words);
  }

  /** `word`: the most significant one of a hash key within the range. */
  add(word: number, bytes: number): void {
    const bucket = ((word - this.#first) * this.#scale) | 0;
    this.#buckets[bucket < 0 ? 0 : bucket < HEAT_BUCKETS ? bucket : HEAT_BUCKETS - 1]! += bytes;
  }

  fade(atMs: number): void {
    const factor = this.#fading.factor(atMs);
    if (factor === 1) return;
    for (let bucket = 0; bucket < HEAT_BUCKETS; bucket++) this.#buckets[bucket]! *= factor;
  }

  /** undefined when there is none. */
  bytes(): readonly number[] | undefined {
    const bytes: number[] = [];
    let total = 0;
    for (let bucket = 0; bucket < HEAT_BUCKETS; bucket++) {
      const load = Math.round(this.#buckets[bucket]!);
      bytes.push(load);
      total += load;
    }
    return total > 0 ? bytes : undefined;
  }
}
