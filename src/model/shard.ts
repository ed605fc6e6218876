/**
 * A shard as the catalog keeps it. Hash ranges are 128-bit and inclusive at both ends, as in the API.
 * Pure. Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Shard.html
 */
import type { ShardKey } from './shard-key.ts';
import type { EpochMs } from './time.ts';

export interface HashRange {
  readonly start: bigint;
  readonly end: bigint;
}

/** What sequence numbers are derived from, beside offset and arrival. */
export interface ShardIdentity {
  /** Logical creation second: max(now, parents' + 1, last incarnation of the stream's name + 1). */
  readonly creationSeconds: number;
  /** Counts up over the stream's life, never reused; printed as shardId-%012d. */
  readonly index: number;
}

export interface Shard extends ShardIdentity {
  readonly key: ShardKey;
  readonly range: HashRange;
  /** Indexes: none, [parent] after a split, [parent, adjacent parent] after a merge. Expired parents stay named. */
  readonly parents: readonly number[];
  readonly openedMs: EpochMs;
  /** Children open at the instant their parents close, so the hash space shows no gap. */
  readonly closedMs?: EpochMs | undefined;
  /** What arrived before this is gone, whatever the retention says now: a longer retention brings nothing back. */
  readonly horizonMs: EpochMs;
}

/** The API's id of a shard. */
export function shardId(index: number): string {
  return `shardId-${String(index).padStart(12, '0')}`;
}
