/** GetShardIterator. */
import { getShardIterator } from '../../operations/kinesis/get-shard-iterator.ts';
import { type Handler, route } from '../route.ts';
import { streamNameOf } from './stream-name.ts';

const handleGetShardIterator: Handler<typeof getShardIterator> = async (input, { service, scope }) => {
  const iterator = await service.getShardIterator(scope, streamNameOf(input), {
    shardId: input.ShardId,
    type: input.ShardIteratorType,
    sequenceNumber: input.StartingSequenceNumber,
    timestampMs: input.Timestamp,
    dryRun: input.DryRun,
  });
  return { ShardIterator: iterator };
};

export const getShardIteratorRoute = route({ operation: getShardIterator, handle: handleGetShardIterator });
