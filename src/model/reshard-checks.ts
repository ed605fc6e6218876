/** What SplitShard, MergeShards and UpdateShardCount refuse, with the API's texts. Pure. */
import { Fault } from './fault.ts';
import { canSplitAt, isAdjacent } from './hash-range.ts';
import { SCALE_TARGET_MAX, UPDATE_SHARD_COUNT_PER_DAY } from './limits.ts';
import { type Shard, shardId } from './shard.ts';
import type { Stream } from './stream.ts';
import { rateExceededForStream, type StreamRef, shardNotFound } from './stream-faults.ts';
import { DAY_MS, type EpochMs } from './time.ts';

/** The stream's shard of that index, open or closed. @throws {Fault} ResourceNotFoundException. */
export function findShard(ref: StreamRef, stream: Stream, index: number): Shard {
  const shard = stream.shards.find((candidate) => candidate.index === index);
  if (shard === undefined) throw shardNotFound(ref, shardId(index));
  return shard;
}

function checkOpen(ref: StreamRef, shard: Shard): void {
  if (shard.closedMs === undefined) return;
  throw new Fault(
    'InvalidArgumentException',
    `Shard ${shardId(shard.index)} in stream ${ref.name} under account ${ref.account} has already been merged or ` +
      'split, and thus is not eligible for merging or splitting.',
  );
}

/** Whether an open shard may be split so that its upper part begins at `at`. */
export function checkSplit(ref: StreamRef, shard: Shard, at: bigint): void {
  checkOpen(ref, shard);
  const { start, end } = shard.range;
  if (canSplitAt(shard.range, at)) return;
  throw new Fault(
    'InvalidArgumentException',
    `NewStartingHashKey ${at} used in SplitShard() on shard ${shardId(shard.index)} in stream ${ref.name} under ` +
      `account ${ref.account} is not both greater than one plus the shard's StartingHashKey ${start} and ` +
      `less than the shard's EndingHashKey ${end}.`,
  );
}

/** Whether two open shards may be merged. `first` must be the lower one. */
export function checkMerge(ref: StreamRef, first: Shard, second: Shard): void {
  checkOpen(ref, first);
  checkOpen(ref, second);
  if (isAdjacent(first.range, second.range)) return;
  throw new Fault(
    'InvalidArgumentException',
    `Shards ${shardId(first.index)} and ${shardId(second.index)} in stream ${ref.name} under account ` +
      `${ref.account} are not an adjacent pair of shards eligible for merging`,
  );
}

/** Whether a stream with `open` open shards may be scaled to `target`. */
export function checkScale(open: number, target: number): void {
  const counts = `Current open shard count: ${open}, Target shard count: ${target}`;
  const refused = (rule: string) => new Fault('LimitExceededException', `${rule}. ${counts}`);
  if (target > open * 2) {
    throw refused('UpdateShardCount cannot scale up over double your current open shard count');
  }
  if (target < open / 2) {
    throw refused('UpdateShardCount cannot scale down below half your current open shard count');
  }
  if (target > SCALE_TARGET_MAX) {
    throw refused(`Target shard count or number of open shards cannot be greater than ${SCALE_TARGET_MAX}`);
  }
}

/** Times of this and the earlier calls of UpdateShardCount within a day. @throws {Fault} when they are too many. */
export function countScaling(ref: StreamRef, stream: Stream, nowMs: EpochMs): readonly EpochMs[] {
  const recent = (stream.scaledMs ?? []).filter((at) => at > nowMs - DAY_MS);
  if (recent.length >= UPDATE_SHARD_COUNT_PER_DAY) throw rateExceededForStream(ref);
  return [...recent, nowMs];
}
