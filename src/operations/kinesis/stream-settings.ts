/** Settings of a stream that may change while it lives. Declarations only. */
import { integer, required } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import {
  maxRecordSizeInKib,
  recordDistributionStrategy,
  streamArn,
  streamId,
  streamModeDetails,
  streamName,
  warmThroughputObject,
} from './shapes.ts';

/** Declares UpdateMaxRecordSize. */
export const updateMaxRecordSize = operation({
  name: 'UpdateMaxRecordSize',
  doc: 'Change how large one record of a stream may be.',
  input: { StreamARN: streamArn, StreamId: streamId, MaxRecordSizeInKiB: required(maxRecordSizeInKib) },
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

/** Declares UpdateStreamMode. */
export const updateStreamMode = operation({
  name: 'UpdateStreamMode',
  doc: 'Switch a stream between provisioned and on-demand.',
  input: {
    StreamARN: required(streamArn),
    StreamId: streamId,
    StreamModeDetails: required(streamModeDetails),
    WarmThroughputMiBps: integer({ min: 0 }),
  },
  output: null,
  errors: [
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
    'ValidationException',
  ],
});

/** Declares UpdateStreamRecordDistributionStrategy. */
export const updateStreamRecordDistributionStrategy = operation({
  name: 'UpdateStreamRecordDistributionStrategy',
  doc: 'Choose whether the partition key or the service places records.',
  input: {
    StreamARN: required(streamArn),
    StreamId: streamId,
    RecordDistributionStrategy: required(recordDistributionStrategy),
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

/** Declares UpdateStreamWarmThroughput. */
export const updateStreamWarmThroughput = operation({
  name: 'UpdateStreamWarmThroughput',
  doc: 'Change the write throughput an on-demand stream takes at any time.',
  input: {
    StreamARN: streamArn,
    StreamName: streamName,
    StreamId: streamId,
    WarmThroughputMiBps: required(integer({ min: 0 })),
  },
  output: { StreamARN: streamArn, StreamName: streamName, WarmThroughput: warmThroughputObject },
  errors: [
    'AccessDeniedException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
    'ValidationException',
  ],
});
