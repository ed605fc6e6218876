/** Shapes that several operations of Kinesis use, with the lengths, ranges and patterns of the API model. Declarations only. */
import { blob, integer, list, map, oneOf, required, string, structure, timestamp } from '../../wire/shape.ts';

/** A number of streams, shards, consumers, channels or queues. */
export const count = integer({ min: 0, max: 1_000_000 });
export const streamName = string({ min: 1, max: 128, pattern: '[a-zA-Z0-9_.-]+' });
export const tagKey = string({ min: 1, max: 128 });
export const tagValue = string({ min: 0, max: 256 });
/** Tags by key, as the newer operations take them. */
export const tagMap = map(tagKey, tagValue, { min: 1, max: 200 });
export const streamArn = string({ min: 1, max: 2048, pattern: 'arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+' });
/** Reserved by AWS: taken and ignored, never given out, because clients turn it into a host name. */
export const streamId = string({ min: 1, max: 24, pattern: '[a-z0-9]{20}-[a-z0-9]{3}' });
/** A stream, registered consumer, channel or queue. */
export const resourceArn = string({
  min: 1,
  max: 2048,
  pattern: 'arn:aws.*:kinesis:.*:\\d{12}:.*(stream|channel|queue)/\\S+',
});
export const keyId = string({ min: 1, max: 2048 });
export const nextToken = string({ min: 1, max: 1_048_576 });
export const streamModeDetails = structure('StreamModeDetails', {
  StreamMode: required(oneOf('PROVISIONED', 'ON_DEMAND')),
});
export const maxRecordSizeInKib = integer({ min: 1024, max: 10_240 });
export const recordDistributionStrategy = oneOf('AUTO', 'USER_PARTITION_KEY');
export const consumerArn = string({
  min: 1,
  max: 2048,
  pattern: '^(arn):aws.*:kinesis:.*:\\d{12}:.*stream\\/[a-zA-Z0-9_.-]+\\/consumer\\/[a-zA-Z0-9_.-]+:[0-9]+',
});
export const shardId = string({ min: 1, max: 128, pattern: '[a-zA-Z0-9_.-]+' });
export const streamStatus = oneOf('CREATING', 'DELETING', 'ACTIVE', 'UPDATING');
/** A decimal number; whether it is below 2^128 is for the operation to say. */
export const hashKey = string({ pattern: '^(0|([1-9]\\d{0,38}))$' });
const hashKeyRange = structure('HashKeyRange', {
  StartingHashKey: required(hashKey),
  EndingHashKey: required(hashKey),
});
export const sequenceNumber = string({ pattern: '^(0|([1-9]\\d{0,128}))$' });
const sequenceNumberRange = structure('SequenceNumberRange', {
  StartingSequenceNumber: required(sequenceNumber),
  EndingSequenceNumber: sequenceNumber,
});
const shard = structure('Shard', {
  ShardId: required(shardId),
  ParentShardId: shardId,
  AdjacentParentShardId: shardId,
  HashKeyRange: required(hashKeyRange),
  SequenceNumberRange: required(sequenceNumberRange),
});
export const shardList = list(shard);
export const metricsNameList = list(
  oneOf(
    'IncomingBytes',
    'IncomingRecords',
    'OutgoingBytes',
    'OutgoingRecords',
    'WriteProvisionedThroughputExceeded',
    'ReadProvisionedThroughputExceeded',
    'IteratorAgeMilliseconds',
    'ALL',
  ),
  { min: 1, max: 7 },
);
/** NONE is said of streams only: records of an unencrypted stream leave the member out. */
export const encryptionType = oneOf('NONE', 'KMS');
export const warmThroughputObject = structure('WarmThroughputObject', {
  TargetMiBps: integer({ min: 0 }),
  CurrentMiBps: integer({ min: 0 }),
});
export const shardIterator = string({ min: 1, max: 512 });
/** The stream's own bound of one record is for the operation to say. */
export const data = blob({ min: 0, max: 10_485_760 });
/** Not required: streams that distribute by themselves take records without. */
export const partitionKey = string({ min: 1, max: 256 });
const record = structure('Record', {
  SequenceNumber: required(sequenceNumber),
  ApproximateArrivalTimestamp: timestamp(),
  Data: required(data),
  PartitionKey: partitionKey,
  EncryptionType: encryptionType,
});
export const recordList = list(record);
const childShard = structure('ChildShard', {
  ShardId: required(shardId),
  ParentShards: required(list(shardId)),
  HashKeyRange: required(hashKeyRange),
});
/** Direct children only, told at the end of a closed shard. */
export const childShardList = list(childShard);
/** In the order in which AWS prints it. */
export const shardIteratorType = oneOf(
  'AFTER_SEQUENCE_NUMBER',
  'LATEST',
  'AT_TIMESTAMP',
  'AT_SEQUENCE_NUMBER',
  'TRIM_HORIZON',
);
