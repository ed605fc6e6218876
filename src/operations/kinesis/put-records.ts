/** Writing many records. Declarations only. */
import { boolean, integer, list, required, string, structure } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import {
  data,
  encryptionType,
  hashKey,
  partitionKey,
  sequenceNumber,
  shardId,
  streamArn,
  streamId,
  streamName,
} from './shapes.ts';

const putRecordsRequestEntry = structure('PutRecordsRequestEntry', {
  Data: required(data),
  ExplicitHashKey: hashKey,
  PartitionKey: partitionKey,
});
const putRecordsResultEntry = structure('PutRecordsResultEntry', {
  SequenceNumber: sequenceNumber,
  ShardId: shardId,
  ErrorCode: string(),
  ErrorMessage: string(),
});

/** Declares PutRecords. */
export const putRecords = operation({
  name: 'PutRecords',
  doc: 'Write up to 500 records to a stream; each succeeds or fails by itself.',
  input: {
    Records: required(list(putRecordsRequestEntry, { min: 1, max: 500 })),
    StreamName: streamName,
    StreamARN: streamArn,
    StreamId: streamId,
    DryRun: boolean(),
  },
  output: {
    /** The model says at least 1; the service answers 0 when all went well. */
    FailedRecordCount: integer({ min: 1 }),
    Records: required(list(putRecordsResultEntry, { min: 1, max: 500 })),
    EncryptionType: encryptionType,
  },
  errors: [
    'AccessDeniedException',
    'DryRunOperationException',
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
