/** Policies of streams, registered consumers and queues. Declarations only. */
import { required, string } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import { resourceArn, streamId } from './shapes.ts';

/** Declares DeleteResourcePolicy. */
export const deleteResourcePolicy = operation({
  name: 'DeleteResourcePolicy',
  doc: 'Remove the policy of a stream, registered consumer or queue.',
  input: { ResourceARN: required(resourceArn), StreamId: streamId },
  output: null,
  errors: [
    'AccessDeniedException',
    'InternalFailureException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
    'ValidationException',
  ],
});

/** Declares GetResourcePolicy. */
export const getResourcePolicy = operation({
  name: 'GetResourcePolicy',
  doc: 'Show the policy of a stream, registered consumer or queue.',
  input: { ResourceARN: required(resourceArn), StreamId: streamId },
  output: { Policy: required(string()) },
  errors: [
    'AccessDeniedException',
    'InternalFailureException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
    'ValidationException',
  ],
});

/** Declares PutResourcePolicy. */
export const putResourcePolicy = operation({
  name: 'PutResourcePolicy',
  doc: 'Attach a policy to a stream, registered consumer or queue.',
  input: { ResourceARN: required(resourceArn), StreamId: streamId, Policy: required(string()) },
  output: null,
  errors: [
    'AccessDeniedException',
    'InternalFailureException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
    'ValidationException',
  ],
});
