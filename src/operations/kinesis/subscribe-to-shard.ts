/** Records pushed to a registered consumer as an event stream. Declarations only. */
import { boolean, long, required, structure, timestamp } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import {
  childShardList,
  consumerArn,
  recordList,
  sequenceNumber,
  shardId,
  shardIteratorType,
  streamId,
} from './shapes.ts';

const startingPosition = structure('StartingPosition', {
  Type: required(shardIteratorType),
  SequenceNumber: sequenceNumber,
  Timestamp: timestamp(),
});

/** Declares SubscribeToShard. */
export const subscribeToShard = operation({
  name: 'SubscribeToShard',
  doc: 'Have the records of a shard pushed to a registered consumer for five minutes.',
  input: {
    ConsumerARN: required(consumerArn),
    StreamId: streamId,
    ShardId: required(shardId),
    StartingPosition: required(startingPosition),
    DryRun: boolean(),
  },
  output: null,
  errors: [
    'AccessDeniedException',
    'DryRunOperationException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
  ],
  event: {
    name: 'SubscribeToShardEvent',
    members: {
      Records: required(recordList),
      ContinuationSequenceNumber: required(sequenceNumber),
      MillisBehindLatest: required(long({ min: 0 })),
      ChildShards: childShardList,
    },
  },
});
