/** How shards are listed. */
import { HASH_KEY_MAX } from '../../model/limits.ts';
import { isOpen, type ListedShard } from '../await-stream.ts';
import type { Column } from '../list-output.ts';
import { shortShard } from '../values.ts';

/** Part of the hash space, in percent with one decimal. */
export function sharePercent(shard: ListedShard): number {
  const { StartingHashKey, EndingHashKey } = shard.HashKeyRange;
  const width = BigInt(EndingHashKey) - BigInt(StartingHashKey) + 1n;
  return Number((width * 1_000n) / HASH_KEY_MAX) / 10;
}

export const shardColumns: readonly Column<ListedShard>[] = [
  { name: 'shard', of: (row) => row.ShardId, shown: (row) => shortShard(row.ShardId) },
  { name: 'state', of: (row) => (isOpen(row) ? 'OPEN' : 'CLOSED') },
  { name: 'percent', of: sharePercent, shown: (row) => `${sharePercent(row).toFixed(1)} %`, right: true },
  { name: 'parents', of: parentsOf, shown: (row) => parentsOf(row).map(shortShard).join(' ') },
  { name: 'startingHashKey', of: (row) => row.HashKeyRange.StartingHashKey, right: true },
  { name: 'endingHashKey', of: (row) => row.HashKeyRange.EndingHashKey, right: true },
  { name: 'firstSeq', of: (row) => row.SequenceNumberRange.StartingSequenceNumber, wide: true },
  { name: 'lastSeq', of: (row) => row.SequenceNumberRange.EndingSequenceNumber ?? null, wide: true },
];

/** Ids of the shards it came from. */
export function parentsOf(shard: ListedShard): readonly string[] {
  return [shard.ParentShardId, shard.AdjacentParentShardId].filter((id) => id !== undefined);
}
