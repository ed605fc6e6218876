/** Making a stream. Declarations only. */
import { integer, required } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import { maxRecordSizeInKib, recordDistributionStrategy, streamModeDetails, streamName, tagMap } from './shapes.ts';

/** Declares CreateStream. */
export const createStream = operation({
  name: 'CreateStream',
  doc: 'Create a stream, of a number of shards or on demand.',
  input: {
    StreamName: required(streamName),
    ShardCount: integer({ min: 1 }),
    StreamModeDetails: streamModeDetails,
    Tags: tagMap,
    WarmThroughputMiBps: integer({ min: 0 }),
    MaxRecordSizeInKiB: maxRecordSizeInKib,
    RecordDistributionStrategy: recordDistributionStrategy,
  },
  output: null,
  errors: ['InvalidArgumentException', 'LimitExceededException', 'ResourceInUseException', 'ValidationException'],
});
