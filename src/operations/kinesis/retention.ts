/** How long records stay readable. Declarations only. */
import { integer, required } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import { streamArn, streamId, streamName } from './shapes.ts';

/** Declares DecreaseStreamRetentionPeriod. */
export const decreaseStreamRetentionPeriod = operation({
  name: 'DecreaseStreamRetentionPeriod',
  doc: 'Shorten the time records stay readable; what is older is gone at once.',
  input: {
    StreamName: streamName,
    RetentionPeriodHours: required(integer()),
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
  ],
});

/** Declares IncreaseStreamRetentionPeriod. */
export const increaseStreamRetentionPeriod = operation({
  name: 'IncreaseStreamRetentionPeriod',
  doc: 'Lengthen the time records stay readable.',
  input: {
    StreamName: streamName,
    RetentionPeriodHours: required(integer()),
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
  ],
});
