/** ListShards, without its pages. */
import { withoutExpired } from '../model/retention.ts';
import type { Shard } from '../model/shard.ts';
import { checkShardFilter, filterShards, type ShardFilter, shardsAfter } from '../model/shard-filter.ts';
import { refTo, streamNotActive, streamNotFound } from '../model/stream-faults.ts';
import { type EpochMs, SECOND_MS } from '../model/time.ts';
import type { Caller } from './changing.ts';
import type { ServiceParts } from './parts.ts';

export interface ListShards {
  readonly filter?: ShardFilter | undefined;
  /** Compared as text: there need be no such shard. */
  readonly exclusiveStartShardId?: string | undefined;
  /** Picks the incarnation; some clients know it to the second only. */
  readonly createdMs?: EpochMs | undefined;
}

/** Unexpired shards, ascending by index. */
export function listShards(parts: ServiceParts, { scope, name }: Caller, request: ListShards): readonly Shard[] {
  const ref = refTo(scope, name);
  const nowMs = parts.clock.now();
  const { stream } = parts.table.get(scope, name);
  if (stream.status === 'CREATING') throw streamNotActive(ref, stream);
  const { filter, exclusiveStartShardId, createdMs } = request;
  if (createdMs !== undefined && seconds(createdMs) !== seconds(stream.createdMs)) throw streamNotFound(ref);
  if (filter !== undefined) checkShardFilter(filter, nowMs);
  const unexpired = withoutExpired(stream, nowMs);
  const shards = filter === undefined ? unexpired.shards : filterShards(unexpired, filter, nowMs);
  return exclusiveStartShardId === undefined ? shards : shardsAfter(shards, exclusiveStartShardId);
}

function seconds(ms: EpochMs): number {
  return Math.floor(ms / SECOND_MS);
}
