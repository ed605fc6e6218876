/** Registered consumers, the readers of enhanced fan-out. Declarations only. */
import { integer, list, oneOf, required, string, structure, timestamp } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import { consumerArn, nextToken, streamArn, streamId, tagMap } from './shapes.ts';

const consumerName = string({ min: 1, max: 128, pattern: '[a-zA-Z0-9_.-]+' });
const consumerStatus = oneOf('CREATING', 'DELETING', 'ACTIVE');
const consumerDescription = structure('ConsumerDescription', {
  ConsumerName: required(consumerName),
  ConsumerARN: required(consumerArn),
  ConsumerStatus: required(consumerStatus),
  ConsumerCreationTimestamp: required(timestamp()),
  StreamARN: required(streamArn),
});
const consumer = structure('Consumer', {
  ConsumerName: required(consumerName),
  ConsumerARN: required(consumerArn),
  ConsumerStatus: required(consumerStatus),
  ConsumerCreationTimestamp: required(timestamp()),
});

/** Declares DeregisterStreamConsumer. */
export const deregisterStreamConsumer = operation({
  name: 'DeregisterStreamConsumer',
  doc: 'Remove a registered consumer; its subscriptions end.',
  input: { StreamARN: streamArn, ConsumerName: consumerName, ConsumerARN: consumerArn, StreamId: streamId },
  output: null,
  errors: ['InvalidArgumentException', 'LimitExceededException', 'ResourceNotFoundException'],
});

/** Declares DescribeStreamConsumer. */
export const describeStreamConsumer = operation({
  name: 'DescribeStreamConsumer',
  doc: 'Show one registered consumer.',
  input: { StreamARN: streamArn, ConsumerName: consumerName, ConsumerARN: consumerArn, StreamId: streamId },
  output: { ConsumerDescription: required(consumerDescription) },
  errors: ['InvalidArgumentException', 'LimitExceededException', 'ResourceNotFoundException'],
});

/** Declares ListStreamConsumers. */
export const listStreamConsumers = operation({
  name: 'ListStreamConsumers',
  doc: 'List the registered consumers of a stream.',
  input: {
    StreamARN: required(streamArn),
    NextToken: nextToken,
    MaxResults: integer({ min: 1, max: 10_000 }),
    StreamCreationTimestamp: timestamp(),
    StreamId: streamId,
  },
  output: { Consumers: list(consumer), NextToken: nextToken },
  errors: [
    'ExpiredNextTokenException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
  ],
});

/** Declares RegisterStreamConsumer. */
export const registerStreamConsumer = operation({
  name: 'RegisterStreamConsumer',
  doc: 'Register a consumer for enhanced fan-out.',
  input: { StreamARN: required(streamArn), ConsumerName: required(consumerName), StreamId: streamId, Tags: tagMap },
  output: { Consumer: required(consumer) },
  errors: ['InvalidArgumentException', 'LimitExceededException', 'ResourceInUseException', 'ResourceNotFoundException'],
});
