/** Queues, which hand out the records of a stream one by one until each is acknowledged: the queues themselves. Declarations only. */
import { integer, list, required } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import {
  queueArn,
  queueAttributes,
  queueDescription,
  queueName,
  queueStreamConfigurationList,
  queueStreamFilter,
  queueSummary,
} from './queue-shapes.ts';
import { nextToken, tagMap } from './shapes.ts';

/** Declares CreateQueue. */
export const createQueue = operation({
  name: 'CreateQueue',
  doc: 'Create a queue that hands out the records of a stream until they are acknowledged.',
  input: {
    QueueName: required(queueName),
    StreamConfigurationList: required(queueStreamConfigurationList),
    QueueAttributes: queueAttributes,
    Tags: tagMap,
  },
  output: { QueueDescription: required(queueDescription) },
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

/** Declares DeleteQueue. */
export const deleteQueue = operation({
  name: 'DeleteQueue',
  doc: 'Delete a queue.',
  input: { QueueARN: required(queueArn) },
  output: null,
  errors: [
    'AccessDeniedException',
    'InternalFailureException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceNotFoundException',
    'ValidationException',
  ],
});

/** Declares DescribeQueue. */
export const describeQueue = operation({
  name: 'DescribeQueue',
  doc: 'Show one queue.',
  input: { QueueARN: required(queueArn) },
  output: { QueueDescription: required(queueDescription) },
  errors: [
    'AccessDeniedException',
    'InternalFailureException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceNotFoundException',
    'ValidationException',
  ],
});

/** Declares ListQueues. */
export const listQueues = operation({
  name: 'ListQueues',
  doc: 'List queues.',
  input: {
    MaxResults: integer({ min: 1, max: 10_000 }),
    NextToken: nextToken,
    StreamFilter: list(queueStreamFilter, { min: 1, max: 10_000 }),
  },
  output: { QueueSummaries: required(list(queueSummary)), NextToken: nextToken },
  errors: [
    'AccessDeniedException',
    'ExpiredNextTokenException',
    'InternalFailureException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ValidationException',
  ],
});

/** Declares UpdateQueue. */
export const updateQueue = operation({
  name: 'UpdateQueue',
  doc: "Change a queue's visibility timeout or its handling of dead letters.",
  input: { QueueARN: required(queueArn), QueueAttributes: required(queueAttributes) },
  output: { QueueDescription: required(queueDescription) },
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
