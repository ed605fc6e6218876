/** Writing one record. Declarations only. */
import { boolean, required } from '../../wire/shape.ts';
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

/** Declares PutRecord. */
export const putRecord = operation({
  name: 'PutRecord',
  doc: 'Write one record to a stream.',
  input: {
    StreamName: streamName,
    Data: required(data),
    PartitionKey: partitionKey,
    ExplicitHashKey: hashKey,
    SequenceNumberForOrdering: sequenceNumber,
    StreamARN: streamArn,
    StreamId: streamId,
    DryRun: boolean(),
  },
  output: { ShardId: required(shardId), SequenceNumber: required(sequenceNumber), EncryptionType: encryptionType },
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
