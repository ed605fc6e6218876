/** Shapes of channels alone: where and how records are delivered. Declarations only. */
import { boolean, integer, list, oneOf, required, string, structure, timestamp } from '../../wire/shape.ts';
import { keyId, streamArn } from './shapes.ts';

export const channelName = string({ min: 1, max: 128, pattern: '[a-zA-Z0-9_.-]+' });
export const roleArn = string({
  min: 1,
  max: 512,
  pattern: 'arn:aws[-a-z0-9]*:iam::\\d{12}:role/[a-zA-Z_0-9+=,.@\\-_/]+',
});
const recordConfiguration = structure('RecordConfiguration', {
  RecordFormatType: required(oneOf('GSR_JSON', 'JSON', 'STRING', 'BYTE_ARRAY')),
  GSRSchemaARN: string({
    min: 1,
    max: 512,
    pattern: 'arn:aws[-a-z0-9]*:glue:[-a-z0-9]+:\\d{12}:schema/[-a-zA-Z0-9_$#.]+/[-a-zA-Z0-9_$#.]+',
  }),
});
export const channelStreamConfiguration = structure('ChannelStreamConfiguration', {
  StreamARN: required(streamArn),
  RecordConfiguration: required(recordConfiguration),
});
const bucketArn = string({ min: 1, max: 2048, pattern: 'arn:aws[-a-z0-9]*:s3:::[a-z0-9._-]{3,63}' });
const expectedBucketOwner = string({ min: 12, max: 12, pattern: '\\d{12}' });
const deadLetterQueueS3Configuration = structure('DeadLetterQueueS3Configuration', {
  BucketARN: required(bucketArn),
  ExpectedBucketOwner: required(expectedBucketOwner),
  ErrorOutputPrefix: string({ min: 1, max: 512, pattern: "[0-9A-Za-z!\\-_'.*()\\/]+" }),
});
const s3StorageConfiguration = structure('S3StorageConfiguration', {
  BucketARN: required(bucketArn),
  ExpectedBucketOwner: required(expectedBucketOwner),
  OutputKeyTemplate: string({ min: 1, max: 1024, pattern: "[0-9A-Za-z!\\-_'.*()\\/=:{}]+" }),
  StorageClass: oneOf('STANDARD', 'INTELLIGENT_TIERING', 'GLACIER_IR'),
  CompressionType: required(oneOf('NONE', 'GZIP', 'ZSTD')),
});
export const s3DestinationConfiguration = structure('S3DestinationConfiguration', {
  DataFreshnessInSeconds: integer(),
  DeadLetterQueueS3Configuration: deadLetterQueueS3Configuration,
  StorageConfiguration: required(s3StorageConfiguration),
});
const partitionField = structure('PartitionField', {
  Transform: required(oneOf('TIME_HOUR')),
  SourceName: required(string({ min: 1, max: 255, pattern: '[a-zA-Z0-9\\.\\_]+' })),
});
const partitionSpec = structure('PartitionSpec', {
  PartitionFields: required(list(partitionField, { min: 1, max: 10 })),
});
const s3TablesConfiguration = structure('S3TablesConfiguration', {
  TableBucketARN: required(
    string({ min: 1, max: 2048, pattern: 'arn:aws[-a-z0-9]*:s3tables:[-a-z0-9]+:\\d{12}:bucket/[a-z0-9_-]{3,63}' }),
  ),
  Namespace: required(string({ min: 1, max: 255, pattern: '[0-9a-z_]+' })),
  TableName: required(string({ min: 1, max: 255, pattern: '[0-9a-z_]+' })),
  CompressionType: required(oneOf('NONE', 'ZSTD', 'SNAPPY')),
  PartitionSpec: partitionSpec,
});
const s3TablesConfigurationList = list(s3TablesConfiguration, { min: 1, max: 10_000 });
export const s3TablesDestinationConfiguration = structure('S3TablesDestinationConfiguration', {
  DataFreshnessInSeconds: integer(),
  DeadLetterQueueS3Configuration: required(deadLetterQueueS3Configuration),
  S3TablesConfigurationList: required(s3TablesConfigurationList),
});
export const channelEncryptionConfiguration = structure('ChannelEncryptionConfiguration', {
  EncryptionType: required(oneOf('KMS')),
  KeyId: required(keyId),
});
const cloudWatchLogGroupName = string({ min: 1, max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]+' });
const cloudWatchLogStreamName = string({ min: 1, max: 512, pattern: '[^:*]*' });
const cloudWatchLogs = structure('CloudWatchLogs', {
  Enabled: required(boolean()),
  LogGroupName: cloudWatchLogGroupName,
  LogStreamName: cloudWatchLogStreamName,
});
export const channelLoggingConfiguration = structure('ChannelLoggingConfiguration', {
  CloudWatchLogs: required(cloudWatchLogs),
});
export const channelArn = string({ min: 1, max: 2048, pattern: 'arn:aws.*:kinesis:.*:\\d{12}:channel/\\S+' });
const channelId = string({ min: 1, max: 64 });
const channelStatus = oneOf('CREATING', 'ACTIVE', 'UPDATING', 'DELETING', 'FAILED');
const channelStatusReason = string({ min: 1, max: 2048 });
const channelStreamDescription = structure('ChannelStreamDescription', {
  StreamARN: required(streamArn),
  StreamCreationTimestamp: required(timestamp()),
  RecordConfiguration: required(recordConfiguration),
});
const s3DestinationDescription = structure('S3DestinationDescription', {
  DataFreshnessInSeconds: required(integer()),
  DeadLetterQueueS3Configuration: required(deadLetterQueueS3Configuration),
  StorageConfiguration: required(s3StorageConfiguration),
});
const s3TablesDestinationDescription = structure('S3TablesDestinationDescription', {
  DataFreshnessInSeconds: required(integer()),
  DeadLetterQueueS3Configuration: required(deadLetterQueueS3Configuration),
  S3TablesConfigurationList: required(s3TablesConfigurationList),
});
export const channelDescription = structure('ChannelDescription', {
  ChannelName: required(channelName),
  ChannelARN: required(channelArn),
  ChannelId: required(channelId),
  ChannelStatus: required(channelStatus),
  ChannelStatusReason: channelStatusReason,
  ChannelCreationTimestamp: required(timestamp()),
  ServiceExecutionRoleARN: required(roleArn),
  StreamConfigurationList: required(list(channelStreamDescription, { min: 1, max: 10_000 })),
  S3DestinationConfiguration: s3DestinationDescription,
  S3TablesDestinationConfiguration: s3TablesDestinationDescription,
  EncryptionConfiguration: channelEncryptionConfiguration,
  LoggingConfiguration: required(channelLoggingConfiguration),
});
export const streamFilter = structure('StreamFilter', {
  StreamARN: required(streamArn),
  StreamCreationTimestamp: timestamp(),
});
const channelStreamIdentifier = structure('ChannelStreamIdentifier', {
  StreamARN: required(streamArn),
  StreamCreationTimestamp: required(timestamp()),
});
export const channelSummary = structure('ChannelSummary', {
  ChannelName: required(channelName),
  ChannelARN: required(channelArn),
  ChannelId: required(channelId),
  ChannelStatus: required(channelStatus),
  ChannelStatusReason: channelStatusReason,
  ChannelCreationTimestamp: required(timestamp()),
  ChannelDestinationType: required(oneOf('S3', 'S3_TABLES')),
  Streams: required(list(channelStreamIdentifier, { min: 1, max: 10_000 })),
});
export const s3DestinationUpdateInput = structure('S3DestinationUpdateInput', {
  DataFreshnessInSeconds: required(integer()),
});
export const s3TablesDestinationUpdateInput = structure('S3TablesDestinationUpdateInput', {
  DataFreshnessInSeconds: required(integer()),
});
const cloudWatchLogsUpdateInput = structure('CloudWatchLogsUpdateInput', {
  Enabled: required(boolean()),
  LogGroupName: cloudWatchLogGroupName,
  LogStreamName: cloudWatchLogStreamName,
});
export const channelLoggingUpdateInput = structure('ChannelLoggingUpdateInput', {
  CloudWatchLogs: required(cloudWatchLogsUpdateInput),
});
