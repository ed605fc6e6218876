/** What the screen changes on a server: streams created, shards split and merged, by one call each. */
import type { Client } from '../client/client.ts';
import { shardId } from '../model/shard.ts';
import { createStream } from '../operations/kinesis/create-stream.ts';
import { mergeShards, splitShard } from '../operations/kinesis/resharding.ts';
import type { Effect } from './step.ts';

export type ChangeEffect = Extract<Effect, { readonly kind: 'create' | 'split' | 'merge' }>;

/** @throws what the call fails with. */
export async function carryOut(client: Client, effect: ChangeEffect, signal: AbortSignal): Promise<void> {
  const StreamName = effect.stream;
  switch (effect.kind) {
    case 'create':
      await client.call(createStream, { StreamName, ShardCount: effect.shards }, { signal });
      return;
    case 'split': {
      const ShardToSplit = shardId(effect.shard);
      await client.call(splitShard, { StreamName, ShardToSplit, NewStartingHashKey: String(effect.point) }, { signal });
      return;
    }
    case 'merge': {
      const [ShardToMerge, AdjacentShardToMerge] = [shardId(effect.lower), shardId(effect.upper)];
      await client.call(mergeShards, { StreamName, ShardToMerge, AdjacentShardToMerge }, { signal });
    }
  }
}
