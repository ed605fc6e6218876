/** Reshards: what SplitShard, MergeShards and UpdateShardCount check, in the API's order, and the intent they record. */
import { checkMerge, checkScale, checkSplit, countScaling, findShard } from '../model/reshard-checks.ts';
import { withoutExpired } from '../model/retention.ts';
import type { Change, Stream } from '../model/stream.ts';
import { parseShardId, refTo, streamIsOnDemand } from '../model/stream-faults.ts';
import type { EpochMs } from '../model/time.ts';
import { activeStream, type Caller, checkShardLimit, transitionTo } from './changing.ts';
import { record, type ServiceParts } from './parts.ts';
import { decideReshard } from './transitions.ts';

export interface SplitShard {
  readonly shardId: string;
  readonly startingHashKey: bigint;
}

export interface MergeShards {
  readonly shardId: string;
  readonly adjacentShardId: string;
}

/** Records a split. Returns the stream's id. */
export async function split(parts: ServiceParts, caller: Caller, request: SplitShard): Promise<number> {
  const ref = refTo(caller.scope, caller.name);
  const shardIndex = parseShardId(ref, request.shardId);
  const stream = provisioned(parts, caller);
  const shard = findShard(ref, stream, shardIndex);
  checkShardLimit(parts, caller.scope, 1);
  checkSplit(ref, shard, request.startingHashKey);
  const { startingHashKey } = request;
  return startReshard(parts, stream, { change: { kind: 'split', shardIndex, startingHashKey } });
}

/** Records a merge. Returns the stream's id. */
export async function merge(parts: ServiceParts, caller: Caller, request: MergeShards): Promise<number> {
  const ref = refTo(caller.scope, caller.name);
  const shardIndex = parseShardId(ref, request.shardId);
  const adjacentIndex = parseShardId(ref, request.adjacentShardId);
  const stream = provisioned(parts, caller);
  checkMerge(ref, findShard(ref, stream, shardIndex), findShard(ref, stream, adjacentIndex));
  return startReshard(parts, stream, { change: { kind: 'merge', shardIndex, adjacentIndex } });
}

/** Records that a stream is to have `target` even shards. */
export async function scale(
  parts: ServiceParts,
  caller: Caller,
  target: number,
): Promise<{ id: number; before: number }> {
  const ref = refTo(caller.scope, caller.name);
  const stream = provisioned(parts, caller);
  const before = stream.shards.filter((shard) => shard.closedMs === undefined).length;
  checkScale(before, target);
  const scaledMs = countScaling(ref, stream, parts.clock.now());
  if (target > before) checkShardLimit(parts, caller.scope, target - before);
  return { id: await startReshard(parts, stream, { change: { kind: 'scale', target }, scaledMs }), before };
}

/** Records that shards of an on-demand stream are to be halved. Returns the stream's id. */
export function grow(parts: ServiceParts, stream: Stream, shardIndexes: readonly number[]): Promise<number> {
  return startReshard(parts, stream, { change: { kind: 'grow', shardIndexes } });
}

/** The caller's stream, ACTIVE and PROVISIONED, without its expired shards. */
function provisioned(parts: ServiceParts, { scope, name }: Caller): Stream {
  const ref = refTo(scope, name);
  const stream = activeStream(parts, { scope, name });
  if (stream.mode === 'ON_DEMAND') throw streamIsOnDemand(ref);
  return withoutExpired(stream, parts.clock.now());
}

interface Intent {
  readonly change: Change;
  readonly scaledMs?: readonly EpochMs[];
}

async function startReshard(parts: ServiceParts, stream: Stream, { change, scaledMs }: Intent): Promise<number> {
  const firstKey = parts.journal.catalog.nextShardKey;
  const { opened } = decideReshard(stream, change, { nowMs: parts.clock.now(), firstKey });
  const transition = transitionTo(parts, change, opened.length);
  await record(parts, { kind: 'transitionStarted', id: stream.id, transition, scaledMs });
  return stream.id;
}
