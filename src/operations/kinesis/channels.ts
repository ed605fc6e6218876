/** Channels: delivery of records to S3 and S3 Tables. Declarations only. */
import { integer, list, required } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import {
  channelArn,
  channelDescription,
  channelEncryptionConfiguration,
  channelLoggingConfiguration,
  channelLoggingUpdateInput,
  channelName,
  channelStreamConfiguration,
  channelSummary,
  roleArn,
  s3DestinationConfiguration,
  s3DestinationUpdateInput,
  s3TablesDestinationConfiguration,
  s3TablesDestinationUpdateInput,
  streamFilter,
} from './channel-shapes.ts';
import { nextToken, tagMap } from './shapes.ts';

/** Declares CreateChannel. */
export const createChannel = operation({
  name: 'CreateChannel',
  doc: 'Create a channel that delivers the records of streams to S3 or S3 Tables.',
  input: {
    ChannelName: required(channelName),
    ServiceExecutionRoleARN: required(roleArn),
    StreamConfigurationList: required(list(channelStreamConfiguration, { min: 1, max: 10_000 })),
    S3DestinationConfiguration: s3DestinationConfiguration,
    S3TablesDestinationConfiguration: s3TablesDestinationConfiguration,
    EncryptionConfiguration: channelEncryptionConfiguration,
    Tags: tagMap,
    LoggingConfiguration: channelLoggingConfiguration,
  },
  output: { ChannelDescription: required(channelDescription) },
  errors: [
    'AccessDeniedException',
    'InvalidArgumentException',
    'KMSAccessDeniedException',
    'KMSDisabledException',
    'KMSInvalidStateException',
    'KMSNotFoundException',
    'KMSOptInRequired',
    'KMSThrottlingException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
    'ValidationException',
  ],
});

/** Declares DeleteChannel. */
export const deleteChannel = operation({
  name: 'DeleteChannel',
  doc: 'Delete a channel.',
  input: { ChannelARN: required(channelArn) },
  output: null,
  errors: [
    'AccessDeniedException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceNotFoundException',
    'ValidationException',
  ],
});

/** Declares DescribeChannel. */
export const describeChannel = operation({
  name: 'DescribeChannel',
  doc: 'Show one channel.',
  input: { ChannelARN: required(channelArn) },
  output: { ChannelDescription: required(channelDescription) },
  errors: [
    'AccessDeniedException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceNotFoundException',
    'ValidationException',
  ],
});

/** Declares ListChannels. */
export const listChannels = operation({
  name: 'ListChannels',
  doc: 'List channels.',
  input: {
    StreamFilter: list(streamFilter, { min: 1, max: 10_000 }),
    MaxResults: integer({ min: 1, max: 10_000 }),
    NextToken: nextToken,
  },
  output: { ChannelSummaries: required(list(channelSummary)), NextToken: nextToken },
  errors: [
    'AccessDeniedException',
    'ExpiredNextTokenException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ValidationException',
  ],
});

/** Declares UpdateChannel. */
export const updateChannel = operation({
  name: 'UpdateChannel',
  doc: "Change a channel's data freshness or logging.",
  input: {
    ChannelARN: required(channelArn),
    S3DestinationConfiguration: s3DestinationUpdateInput,
    S3TablesDestinationConfiguration: s3TablesDestinationUpdateInput,
    LoggingConfiguration: channelLoggingUpdateInput,
  },
  output: { ChannelDescription: required(channelDescription) },
  errors: [
    'AccessDeniedException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
    'ValidationException',
  ],
});
