/** Changing the shards of a provisioned stream. Declarations only. */
import { integer, oneOf, required } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import { hashKey, shardId, streamArn, streamId, streamName } from './shapes.ts';

/** Declares MergeShards. */
export const mergeShards = operation({
  name: 'MergeShards',
  doc: 'Merge two adjacent shards into one.',
  input: {
    StreamName: streamName,
    ShardToMerge: required(shardId),
    AdjacentShardToMerge: required(shardId),
    StreamARN: streamArn,
    StreamId: streamId,
  },
  output: null,
  errors: [
    'AccessDeniedException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
    'ValidationException',
  ],
});

/** Declares SplitShard. */
export const splitShard = operation({
  name: 'SplitShard',
  doc: 'Split a shard into two.',
  input: {
    StreamName: streamName,
    ShardToSplit: required(shardId),
    NewStartingHashKey: required(hashKey),
    StreamARN: streamArn,
    StreamId: streamId,
  },
  output: null,
  errors: [
    'AccessDeniedException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
    'ValidationException',
  ],
});

/** Declares UpdateShardCount. */
export const updateShardCount = operation({
  name: 'UpdateShardCount',
  doc: 'Change the number of open shards to evenly sized ones.',
  input: {
    StreamName: streamName,
    TargetShardCount: required(integer({ min: 1 })),
    ScalingType: required(oneOf('UNIFORM_SCALING')),
    StreamARN: streamArn,
    StreamId: streamId,
  },
  output: {
    StreamName: streamName,
    CurrentShardCount: integer({ min: 1 }),
    TargetShardCount: integer({ min: 1 }),
    StreamARN: streamArn,
  },
  errors: [
    'AccessDeniedException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
    'ValidationException',
  ],
});
