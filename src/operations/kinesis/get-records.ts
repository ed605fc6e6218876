/** Reading records. Declarations only. */
import { boolean, integer, long, required } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import { childShardList, recordList, shardIterator, streamArn, streamId } from './shapes.ts';

/** Declares GetRecords. */
export const getRecords = operation({
  name: 'GetRecords',
  doc: 'Read records from the place an iterator names; never waits for new ones.',
  input: {
    ShardIterator: required(shardIterator),
    Limit: integer({ min: 1, max: 10_000 }),
    StreamARN: streamArn,
    StreamId: streamId,
    DryRun: boolean(),
  },
  output: {
    Records: required(recordList),
    NextShardIterator: shardIterator,
    MillisBehindLatest: long({ min: 0 }),
    ChildShards: childShardList,
  },
  errors: [
    'AccessDeniedException',
    'DryRunOperationException',
    'ExpiredIteratorException',
    'InternalFailureException',
    'InvalidArgumentException',
    'KMSAccessDeniedException',
    'KMSDisabledException',
    'KMSInvalidStateException',
    'KMSNotFoundException',
    'KMSOptInRequired',
    'KMSThrottlingException',
    'ProvisionedThroughputExceededException',
    'ResourceNotFoundException',
  ],
});
