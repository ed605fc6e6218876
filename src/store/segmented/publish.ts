/** Showing an acknowledged commit to readers. */
import type { Offset } from '../../model/shard-key.ts';
import type { Commit } from './commit.ts';
import type { HotRuns, HotTail } from './hot-tail.ts';
import type { Segment } from './segment.ts';

/** Moves the ends of the shards, their indexes and the hot tail. */
export function publish(commit: Commit, segment: Segment, hotTail: HotTail): void {
  const holders: HotRuns[] = [];
  let arena: Uint8Array | undefined;
  for (const { shard, records, bytes } of commit.runs) {
    if (records === undefined) continue;
    const { first, next, arrivalMs } = records;
    shard.next = next;
    shard.index.add({ first, arrivalMs, segment: segment.name.id, position: commit.position, bytes });
    segment.table.add({ shard: shard.key, first, next, bytes });
    shard.hot.push(records);
    holders.push(shard.hot);
    arena = records.arena;
  }
  if (arena !== undefined) hotTail.add(holders, arena);
}

/** Wakes those who wait for the shards of a commit, once each. */
export function wakeReaders(commit: Commit): void {
  for (const { shard } of commit.runs) shard.watchers.wake(shard.next as Offset);
}
