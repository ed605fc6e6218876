/** Removing a stream. Declarations only. */
import { boolean } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import { streamArn, streamId, streamName } from './shapes.ts';

/** Declares DeleteStream. */
export const deleteStream = operation({
  name: 'DeleteStream',
  doc: 'Delete a stream with all its records.',
  input: { StreamName: streamName, EnforceConsumerDeletion: boolean(), StreamARN: streamArn, StreamId: streamId },
  output: null,
  errors: [
    'AccessDeniedException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
  ],
});
