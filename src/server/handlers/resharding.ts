/** SplitShard, MergeShards and UpdateShardCount. */
import { streamArn } from '../../model/stream.ts';
import { mergeShards, splitShard, updateShardCount } from '../../operations/kinesis/resharding.ts';
import { type Handler, route } from '../route.ts';
import { streamNameOf } from './stream-name.ts';

const handleSplitShard: Handler<typeof splitShard> = async (input, { service, scope }) => {
  await service.splitShard(scope, streamNameOf(input), {
    shardId: input.ShardToSplit,
    startingHashKey: BigInt(input.NewStartingHashKey),
  });
  return undefined;
};

const handleMergeShards: Handler<typeof mergeShards> = async (input, { service, scope }) => {
  await service.mergeShards(scope, streamNameOf(input), {
    shardId: input.ShardToMerge,
    adjacentShardId: input.AdjacentShardToMerge,
  });
  return undefined;
};

const handleUpdateShardCount: Handler<typeof updateShardCount> = async (input, { service, scope }) => {
  const name = streamNameOf(input);
  const { before } = await service.updateShardCount(scope, name, input.TargetShardCount);
  return {
    StreamName: name,
    CurrentShardCount: before,
    TargetShardCount: input.TargetShardCount,
    StreamARN: streamArn(scope, name),
  };
};

export const splitShardRoute = route({ operation: splitShard, handle: handleSplitShard });
export const mergeShardsRoute = route({ operation: mergeShards, handle: handleMergeShards });
export const updateShardCountRoute = route({ operation: updateShardCount, handle: handleUpdateShardCount });
