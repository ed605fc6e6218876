/** Shards as the API shows them. What a shard has not is left out, never null. */
import { closingSequenceNumber, startingSequenceNumber } from '../model/sequence-number.ts';
import { type HashRange, type Shard, shardId } from '../model/shard.ts';

/** The API's Shard. Expired parents stay named. */
export function shardAnswer(shard: Shard) {
  const [parent, adjacent] = shard.parents;
  return {
    ShardId: shardId(shard.index),
    ParentShardId: parent === undefined ? undefined : shardId(parent),
    AdjacentParentShardId: adjacent === undefined ? undefined : shardId(adjacent),
    HashKeyRange: hashKeyRange(shard.range),
    SequenceNumberRange: {
      StartingSequenceNumber: startingSequenceNumber(shard),
      EndingSequenceNumber: shard.closedMs === undefined ? undefined : closingSequenceNumber(shard, shard.closedMs),
    },
  };
}

/** The API's ChildShard. */
export function childShardAnswer(shard: Shard) {
  return {
    ShardId: shardId(shard.index),
    ParentShards: shard.parents.map(shardId),
    HashKeyRange: hashKeyRange(shard.range),
  };
}

function hashKeyRange({ start, end }: HashRange) {
  return { StartingHashKey: start.toString(), EndingHashKey: end.toString() };
}
