/** What reading a shard tells of it: counters, load over its hash range, and how far behind the tip the reading is. */
import { HEAT_BUCKETS, HEAT_HALF_LIFE_MS } from '../model/limits.ts';
import type { ShardMetrics } from '../model/metrics-frame.ts';
import { hashKeyOf } from './hash-key.ts';
import type { ReadRecord } from './peek-buffer.ts';

/** As ListShards gives them. */
export interface ListedShard {
  readonly ShardId: string;
  readonly ParentShardId?: string | undefined;
  readonly AdjacentParentShardId?: string | undefined;
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
  readonly SequenceNumberRange: { readonly EndingSequenceNumber?: string | undefined };
}

export class PolledShard {
  readonly id: string;
  /** undefined: it is to be asked for. */
  iterator: string | undefined;
  /** Of the last record read, where a new iterator begins. */
  lastNumber: string | undefined;
  /** Not to be read before this time, by the monotonic clock. */
  restsUntilMs = 0;
  #listed: ListedShard;
  readonly #start: bigint;
  readonly #width: bigint;
  readonly #heat = new Float64Array(HEAT_BUCKETS);
  #records = 0;
  #bytes = 0;
  #lagMs: number | undefined;
  #lastMs: number | undefined;
  #fadedAtMs = 0;

  constructor(listed: ListedShard) {
    this.id = listed.ShardId;
    this.#listed = listed;
    this.#start = BigInt(listed.HashKeyRange.StartingHashKey);
    this.#width = BigInt(listed.HashKeyRange.EndingHashKey) - this.#start + 1n;
  }

  get index(): number {
    return indexOf(this.id);
  }

  get isOpen(): boolean {
    return this.#listed.SequenceNumberRange.EndingSequenceNumber === undefined;
  }

  /** What a newer listing says. */
  relist(listed: ListedShard): void {
    this.#listed = listed;
  }

  take(page: readonly ReadRecord[], lagMs: number | undefined): void {
    for (const record of page) {
      const bytes = sizeOf(record);
      this.#records++;
      this.#bytes += bytes;
      this.#heat[this.#bucketOf(record.PartitionKey ?? '')]! += bytes;
    }
    const last = page.at(-1);
    if (last !== undefined) {
      this.lastNumber = last.SequenceNumber;
      this.#lastMs = last.ApproximateArrivalTimestamp ?? this.#lastMs;
    }
    this.#lagMs = lagMs;
  }

  /** Lets old load fade. */
  fade(nowMs: number): void {
    const factor = 0.5 ** ((nowMs - this.#fadedAtMs) / HEAT_HALF_LIFE_MS);
    this.#fadedAtMs = nowMs;
    for (let i = 0; i < this.#heat.length; i++) this.#heat[i]! *= factor;
  }

  metrics(): ShardMetrics {
    const { HashKeyRange, ParentShardId, AdjacentParentShardId } = this.#listed;
    const parents = [ParentShardId, AdjacentParentShardId].flatMap((id) => (id === undefined ? [] : [indexOf(id)]));
    return {
      state: this.isOpen ? 'open' : 'closed',
      start: HashKeyRange.StartingHashKey,
      end: HashKeyRange.EndingHashKey,
      parents,
      openedMs: 0,
      recordsIn: this.#records,
      bytesIn: this.#bytes,
      throttledRecords: 0,
      reads: 0,
      throttledReads: 0,
      recordsOut: 0,
      bytesOut: 0,
      heat: Array.from(this.#heat, Math.round),
      ...(this.#lagMs === undefined ? {} : { lagMs: this.#lagMs }),
      ...(this.#lastMs === undefined ? {} : { lastMs: this.#lastMs }),
    };
  }

  /** Records of an explicit hash key lie elsewhere than their partition key says: the nearest end takes them. */
  #bucketOf(partitionKey: string): number {
    const place = ((hashKeyOf(partitionKey) - this.#start) * BigInt(HEAT_BUCKETS)) / this.#width;
    return place < 0n ? 0 : place >= BigInt(HEAT_BUCKETS) ? HEAT_BUCKETS - 1 : Number(place);
  }
}

/** Data and partition key, as AWS bills them. */
export function sizeOf(record: ReadRecord): number {
  return record.Data.length + Buffer.byteLength(record.PartitionKey ?? '');
}

function indexOf(id: string): number {
  return Number(/(\d+)$/.exec(id)?.[1] ?? 0);
}
