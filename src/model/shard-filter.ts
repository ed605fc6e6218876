/**
 * Which shards ListShards gives: the six filters. Times are compared in milliseconds, both ends inclusive. Pure.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html
 */
import { Fault } from './fault.ts';
import { retentionHorizon } from './retention.ts';
import { type Shard, shardId } from './shard.ts';
import type { Stream } from './stream.ts';
import type { EpochMs } from './time.ts';

export type ShardFilterType =
  | 'AFTER_SHARD_ID'
  | 'AT_TRIM_HORIZON'
  | 'FROM_TRIM_HORIZON'
  | 'AT_LATEST'
  | 'AT_TIMESTAMP'
  | 'FROM_TIMESTAMP';

export interface ShardFilter {
  readonly type: ShardFilterType;
  readonly shardId?: string | undefined;
  readonly timestampMs?: EpochMs | undefined;
}

/** Whether the filter has the member its type needs, no other, and no time to come. @throws {Fault} InvalidArgumentException. */
export function checkShardFilter(filter: ShardFilter, nowMs: EpochMs): void {
  const byId = filter.type === 'AFTER_SHARD_ID';
  const byTime = filter.type === 'AT_TIMESTAMP' || filter.type === 'FROM_TIMESTAMP';
  checkMember(filter, { name: 'ShardId', wanted: byId, given: filter.shardId !== undefined });
  checkMember(filter, { name: 'Timestamp', wanted: byTime, given: filter.timestampMs !== undefined });
  if (filter.timestampMs !== undefined && filter.timestampMs > nowMs) {
    throw new Fault(
      'InvalidArgumentException',
      `The Timestamp of the ShardFilter cannot be in the future. Timestamp: ${filter.timestampMs}, now: ${nowMs}`,
    );
  }
}

function checkMember(filter: ShardFilter, member: { name: string; wanted: boolean; given: boolean }): void {
  if (member.wanted === member.given) return;
  const rule = member.wanted ? 'must be provided with' : 'cannot be provided with';
  throw new Fault('InvalidArgumentException', `${member.name} ${rule} a ShardFilter of type ${filter.type}.`);
}

/** The stream's unexpired shards that pass a checked filter, ascending by index. */
export function filterShards(stream: Stream, filter: ShardFilter, nowMs: EpochMs): readonly Shard[] {
  const trimHorizon = Math.max(stream.createdMs, retentionHorizon(stream.retentionHours, nowMs));
  const at = Math.max(trimHorizon, filter.timestampMs ?? trimHorizon);
  // The first shards were there from the stream's beginning, though they opened when it became ACTIVE.
  const openedBy = (shard: Shard) => shard.parents.length === 0 || shard.openedMs <= at;
  const openUntil = (shard: Shard) => shard.closedMs === undefined || shard.closedMs >= at;
  switch (filter.type) {
    case 'AFTER_SHARD_ID':
      return shardsAfter(stream.shards, filter.shardId!);
    case 'AT_LATEST':
      return stream.shards.filter((shard) => shard.closedMs === undefined);
    case 'AT_TRIM_HORIZON':
    case 'AT_TIMESTAMP':
      return stream.shards.filter((shard) => openedBy(shard) && openUntil(shard));
    case 'FROM_TRIM_HORIZON':
    case 'FROM_TIMESTAMP':
      return stream.shards.filter(openUntil);
  }
}

/** The shards whose id is greater, compared as text: there need be no shard of that id. */
export function shardsAfter(shards: readonly Shard[], id: string): readonly Shard[] {
  return shards.filter((shard) => shardId(shard.index) > id);
}
