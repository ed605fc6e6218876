/**
 * Which shard takes a record of a stream that distributes by itself: the one that has got the fewest bytes so far, the
 * next in turn among equals. Keys play no part. Pure, but for the tally, which its owner hands in.
 */
import type { RecordBatch } from './record-batch.ts';

/** Bytes each shard of a router has got since the router was made, and whose turn it is. */
export interface SpreadTally {
  readonly bytes: Float64Array;
  next: number;
}

/** A tally for `shards` open shards. */
export function spreadTally(shards: number): SpreadTally {
  return { bytes: new Float64Array(shards), next: 0 };
}

/** Position of each record's shard; counts the records into the tally. */
export function spreadBatch(tally: SpreadTally, { starts, count }: RecordBatch): Uint32Array {
  const shardOf = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const shard = lightest(tally);
    shardOf[i] = shard;
    tally.bytes[shard]! += starts[i + 1]! - starts[i]!;
    tally.next = (shard + 1) % tally.bytes.length;
  }
  return shardOf;
}

function lightest({ bytes, next }: SpreadTally): number {
  let found = next;
  for (let step = 1; step < bytes.length; step++) {
    const shard = (next + step) % bytes.length;
    if (bytes[shard]! < bytes[found]!) found = shard;
  }
  return found;
}
