/** Shapes of queues: what one is, which stream it hands out, and its records. Declarations only. */
import { integer, list, oneOf, required, string, structure, timestamp } from '../../wire/shape.ts';
import { data, partitionKey, streamArn } from './shapes.ts';

export const queueName = string({ min: 1, max: 128, pattern: '[a-zA-Z0-9_.-]+' });
export const queueArn = string({ min: 1, max: 2048, pattern: 'arn:aws.*:kinesis:.*:\\d{12}:queue/\\S+' });
export const visibilityTimeoutSeconds = integer({ min: 0, max: 43_200 });
export const receiptHandle = string({ min: 1, max: 1024 });
const queueStatus = oneOf('CREATING', 'ACTIVE', 'UPDATING', 'DELETING');
const queueStartingPosition = structure('QueueStartingPosition', {
  Type: required(oneOf('TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP')),
  Timestamp: timestamp(),
});
const queueStreamConfiguration = structure('QueueStreamConfiguration', {
  StreamARN: required(streamArn),
  StartingPosition: queueStartingPosition,
});
export const queueStreamConfigurationList = list(queueStreamConfiguration, { min: 1, max: 10_000 });
const deadLetterConfiguration = structure('DeadLetterConfiguration', {
  TargetType: required(oneOf('BUILT_IN', 'NONE')),
  MaxReceiveCount: integer({ min: 1, max: 1000 }),
});
export const queueAttributes = structure('QueueAttributes', {
  VisibilityTimeoutSeconds: visibilityTimeoutSeconds,
  DeadLetterConfiguration: deadLetterConfiguration,
});
export const queueDescription = structure('QueueDescription', {
  QueueName: required(queueName),
  QueueARN: required(queueArn),
  QueueStatus: required(queueStatus),
  QueueCreationTimestamp: required(timestamp()),
  StreamConfigurationList: required(queueStreamConfigurationList),
  QueueAttributes: queueAttributes,
});
const queueStreamIdentifier = structure('QueueStreamIdentifier', {
  StreamARN: required(streamArn),
  StreamCreationTimestamp: required(timestamp()),
});
export const queueSummary = structure('QueueSummary', {
  QueueName: required(queueName),
  QueueARN: required(queueArn),
  QueueStatus: required(queueStatus),
  QueueCreationTimestamp: required(timestamp()),
  Streams: required(list(queueStreamIdentifier, { min: 1, max: 10_000 })),
});
export const queueStreamFilter = structure('QueueStreamFilter', {
  StreamARN: required(streamArn),
  StreamCreationTimestamp: timestamp(),
});
export const queueRecord = structure('QueueRecord', {
  ReceiptHandle: required(receiptHandle),
  RecordId: required(string({ min: 1, max: 64, pattern: '^[a-z0-9]+$' })),
  PartitionKey: partitionKey,
  Data: required(data),
  ApproximateArrivalTimestamp: required(timestamp()),
  FirstReceiveTimestamp: required(timestamp()),
  ReceiveCount: required(integer({ min: 0 })),
});
