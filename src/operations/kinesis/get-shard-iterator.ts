/** Where reading begins. Declarations only. */
import { boolean, required, timestamp } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import {
  sequenceNumber,
  shardId,
  shardIterator,
  shardIteratorType,
  streamArn,
  streamId,
  streamName,
} from './shapes.ts';

/** Declares GetShardIterator. */
export const getShardIterator = operation({
  name: 'GetShardIterator',
  doc: 'Get an iterator for a position in a shard; it lives for five minutes.',
  input: {
    StreamName: streamName,
    ShardId: required(shardId),
    ShardIteratorType: required(shardIteratorType),
    StartingSequenceNumber: sequenceNumber,
    Timestamp: timestamp(),
    StreamARN: streamArn,
    StreamId: streamId,
    DryRun: boolean(),
  },
  output: { ShardIterator: shardIterator },
  errors: [
    'AccessDeniedException',
    'DryRunOperationException',
    'InternalFailureException',
    'InvalidArgumentException',
    'ProvisionedThroughputExceededException',
    'ResourceNotFoundException',
  ],
});
