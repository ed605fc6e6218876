/** The shards of a stream. Declarations only. */
import { integer, oneOf, required, structure, timestamp } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import { nextToken, shardId, shardList, streamArn, streamId, streamName } from './shapes.ts';

const shardFilter = structure('ShardFilter', {
  Type: required(
    oneOf('AFTER_SHARD_ID', 'AT_TRIM_HORIZON', 'FROM_TRIM_HORIZON', 'AT_LATEST', 'AT_TIMESTAMP', 'FROM_TIMESTAMP'),
  ),
  ShardId: shardId,
  Timestamp: timestamp(),
});

/** Declares ListShards. */
export const listShards = operation({
  name: 'ListShards',
  doc: 'List the shards of a stream, those that match a filter.',
  input: {
    StreamName: streamName,
    NextToken: nextToken,
    ExclusiveStartShardId: shardId,
    MaxResults: integer({ min: 1, max: 10_000 }),
    StreamCreationTimestamp: timestamp(),
    ShardFilter: shardFilter,
    StreamARN: streamArn,
    StreamId: streamId,
  },
  output: { Shards: shardList, NextToken: nextToken },
  errors: [
    'AccessDeniedException',
    'ExpiredNextTokenException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
  ],
});
