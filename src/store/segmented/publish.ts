/** Showing an acknowledged commit to readers. */
import type { Offset } from '../../model/shard-key.ts';
import { TAG_BYTES } from './cipher.ts';
import type { Commit } from './commit.ts';
import { bytesOfRun } from './committed-runs.ts';
import { readRunHeader } from './frame.ts';
import type { HotTail } from './hot-tail.ts';
import type { Segment } from './segment.ts';

/** Moves the ends of the shards, their indexes and the hot tail. */
export function publish({ position, shards, runs, secret, states }: Commit, segment: Segment, hotTail: HotTail): void {
  if (runs === undefined) return;
  const { view } = runs;
  const serial = hotTail.next;
  for (let i = 0; i < shards.length; i++) {
    const { count, first, arrivalMs } = readRunHeader(view, i);
    if (count === 0) continue;
    const shard = shards[i]!;
    const bytes = bytesOfRun(runs, i) + (secret?.[i] ? TAG_BYTES : 0);
    const next = first + count;
    shard.next = next;
    shard.index.add({ first, arrivalMs, segment: segment.name.id, position, bytes });
    segment.table.add({ shard: shard.key, first, next, bytes });
    shard.hot.push(serial, i);
  }
  const holders = states ? shards.filter((_, i) => readRunHeader(view, i).count > 0) : shards;
  if (holders.length > 0) hotTail.add(holders, runs);
}

/** Wakes those who wait for the shards of a commit, once each. */
export function wakeReaders(commit: Commit): void {
  for (const { watchers, next } of commit.shards) watchers.wake(next as Offset);
}
