/** One stream, with its shards or without. Declarations only. */
import { boolean, integer, list, required, structure, timestamp } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import {
  count,
  encryptionType,
  keyId,
  maxRecordSizeInKib,
  metricsNameList,
  recordDistributionStrategy,
  shardId,
  shardList,
  streamArn,
  streamId,
  streamModeDetails,
  streamName,
  streamStatus,
  warmThroughputObject,
} from './shapes.ts';

const enhancedMetrics = structure('EnhancedMetrics', { ShardLevelMetrics: metricsNameList });
const enhancedMonitoringList = list(enhancedMetrics);
const streamDescription = structure('StreamDescription', {
  StreamName: required(streamName),
  StreamARN: required(streamArn),
  StreamStatus: required(streamStatus),
  StreamModeDetails: streamModeDetails,
  Shards: required(shardList),
  HasMoreShards: required(boolean()),
  RetentionPeriodHours: required(integer()),
  StreamCreationTimestamp: required(timestamp()),
  EnhancedMonitoring: required(enhancedMonitoringList),
  EncryptionType: encryptionType,
  KeyId: keyId,
});
const streamDescriptionSummary = structure('StreamDescriptionSummary', {
  StreamName: required(streamName),
  StreamARN: required(streamArn),
  StreamId: streamId,
  StreamStatus: required(streamStatus),
  StreamModeDetails: streamModeDetails,
  RetentionPeriodHours: required(integer()),
  StreamCreationTimestamp: required(timestamp()),
  EnhancedMonitoring: required(enhancedMonitoringList),
  EncryptionType: encryptionType,
  KeyId: keyId,
  OpenShardCount: required(count),
  ConsumerCount: count,
  WarmThroughput: warmThroughputObject,
  MaxRecordSizeInKiB: maxRecordSizeInKib,
  ChannelCount: count,
  RecordDistributionStrategy: recordDistributionStrategy,
  QueueCount: count,
});

/** Declares DescribeStream. */
export const describeStream = operation({
  name: 'DescribeStream',
  doc: 'Show a stream and a page of its shards.',
  input: {
    StreamName: streamName,
    Limit: integer({ min: 1, max: 10_000 }),
    ExclusiveStartShardId: shardId,
    StreamARN: streamArn,
    StreamId: streamId,
  },
  output: { StreamDescription: required(streamDescription) },
  errors: ['AccessDeniedException', 'InvalidArgumentException', 'LimitExceededException', 'ResourceNotFoundException'],
});

/** Declares DescribeStreamSummary. */
export const describeStreamSummary = operation({
  name: 'DescribeStreamSummary',
  doc: 'Show a stream without its shards.',
  input: { StreamName: streamName, StreamARN: streamArn, StreamId: streamId },
  output: { StreamDescriptionSummary: required(streamDescriptionSummary) },
  errors: ['AccessDeniedException', 'InvalidArgumentException', 'LimitExceededException', 'ResourceNotFoundException'],
});
