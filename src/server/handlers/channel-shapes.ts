/** Channels between the API's members and the service's. What is not delivered here is refused in words. */
import {
  type BucketPlace,
  type Channel,
  type ChannelFormat,
  type ChannelLogging,
  type ChannelStorage,
  channelArn,
  channelStatus,
  deadLetterPlace,
} from '../../model/channel.ts';
import { badChannelPrefix, notDelivered } from '../../model/channel-faults.ts';
import { Fault } from '../../model/fault.ts';
import { CHANNEL_FRESHNESS_SECONDS } from '../../model/limits.ts';
import { streamArn } from '../../model/stream.ts';
import type { createChannel } from '../../operations/kinesis/channels.ts';
import type { Input } from '../../operations/operation.ts';
import type { CreateChannel, FoundChannel } from '../../service/channels.ts';
import type { Call } from '../route.ts';
import { nameInArn } from './stream-name.ts';

type Create = Input<typeof createChannel>;
type Destination = NonNullable<Create['S3DestinationConfiguration']>;
type Logging = NonNullable<Create['LoggingConfiguration']>;

/** What is asked for, and of which stream. @throws {Fault} InvalidArgumentException for what cannot be delivered. */
export function requestedChannel(input: Create): { readonly stream: string; readonly channel: CreateChannel } {
  const [stream, ...others] = input.StreamConfigurationList;
  if (stream === undefined || others.length > 0) {
    throw new Fault('InvalidArgumentException', 'A channel delivers the records of exactly one stream.');
  }
  const destination = destinationOf(input);
  const freshness = destination.DataFreshnessInSeconds ?? CHANNEL_FRESHNESS_SECONDS;
  const channel: CreateChannel = {
    name: input.ChannelName,
    roleArn: input.ServiceExecutionRoleARN,
    format: formatOf(stream.RecordConfiguration.RecordFormatType),
    storage: storageOf(destination),
    deadLetters: deadLettersOf(destination),
    freshnessSeconds: freshness,
    encryptionKeyId: input.EncryptionConfiguration?.KeyId,
    logging: loggingOf(input.LoggingConfiguration),
    tags: { ...input.Tags },
  };
  return { stream: nameInArn(stream.StreamARN), channel };
}

function destinationOf({
  S3DestinationConfiguration: s3,
  S3TablesDestinationConfiguration: tables,
}: Create): Destination {
  if ((s3 === undefined) === (tables === undefined)) {
    const text = 'Exactly one of S3DestinationConfiguration and S3TablesDestinationConfiguration must be provided.';
    throw new Fault('InvalidArgumentException', text);
  }
  if (s3 === undefined) throw notDelivered('S3TablesDestinationConfiguration is not supported.');
  return s3;
}

function formatOf(given: ChannelFormat | 'GSR_JSON'): ChannelFormat {
  if (given !== 'GSR_JSON') return given;
  throw notDelivered('RecordFormatType GSR_JSON needs a schema registry, which is not there; use JSON.');
}

function storageOf({ StorageConfiguration: storage }: Destination): ChannelStorage {
  const { CompressionType: compression, OutputKeyTemplate: template } = storage;
  if (compression === 'ZSTD') throw notDelivered('CompressionType ZSTD is not supported; use GZIP or NONE.');
  return {
    bucketArn: storage.BucketARN,
    owner: storage.ExpectedBucketOwner,
    prefix: prefixOf('OutputKeyTemplate', template),
    storageClass: storage.StorageClass,
    compression,
  };
}

function deadLettersOf({ DeadLetterQueueS3Configuration: queue }: Destination): BucketPlace | undefined {
  if (queue === undefined) return undefined;
  const prefix = prefixOf('ErrorOutputPrefix', queue.ErrorOutputPrefix);
  return { bucketArn: queue.BucketARN, owner: queue.ExpectedBucketOwner, prefix };
}

/** Folders below the bucket and never above it. */
function prefixOf(member: string, given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  if (given.includes('{')) throw notDelivered(`Placeholders in ${member} are not supported.`);
  const folders = given.replace(/\/$/, '').split('/');
  if (folders.some((folder) => folder === '' || folder === '.' || folder === '..'))
    throw badChannelPrefix(member, given);
  return folders.join('/');
}

/** Off unless it says otherwise. */
export function loggingOf(given: Logging | undefined): ChannelLogging {
  const { Enabled: enabled = false, LogGroupName: group, LogStreamName: stream } = given?.CloudWatchLogs ?? {};
  return { enabled, group, stream };
}

/** A ChannelDescription. */
export function channelDescription({ stream, channel }: FoundChannel, { service, scope }: Call) {
  const { storage, logging, encryptionKeyId } = channel;
  return {
    ...identityOf(channel, { service, scope }),
    ServiceExecutionRoleARN: channel.roleArn,
    StreamConfigurationList: [
      {
        StreamARN: streamArn(scope, stream.name),
        StreamCreationTimestamp: stream.createdMs,
        RecordConfiguration: { RecordFormatType: channel.format },
      },
    ],
    S3DestinationConfiguration: {
      DataFreshnessInSeconds: channel.freshnessSeconds,
      // The declaration requires it, though CreateChannel does not.
      DeadLetterQueueS3Configuration: deadLetterAnswer(channel),
      StorageConfiguration: {
        BucketARN: storage.bucketArn,
        ExpectedBucketOwner: storage.owner,
        OutputKeyTemplate: storage.prefix,
        StorageClass: storage.storageClass,
        CompressionType: storage.compression,
      },
    },
    EncryptionConfiguration:
      encryptionKeyId === undefined ? undefined : { EncryptionType: 'KMS' as const, KeyId: encryptionKeyId },
    LoggingConfiguration: {
      CloudWatchLogs: { Enabled: logging.enabled, LogGroupName: logging.group, LogStreamName: logging.stream },
    },
  };
}

/** A ChannelSummary. */
export function channelSummary({ stream, channel }: FoundChannel, call: Call) {
  return {
    ...identityOf(channel, call),
    ChannelDestinationType: 'S3' as const,
    Streams: [{ StreamARN: streamArn(call.scope, stream.name), StreamCreationTimestamp: stream.createdMs }],
  };
}

function deadLetterAnswer(channel: Channel) {
  const { bucketArn, folder } = deadLetterPlace(channel);
  const { owner } = channel.deadLetters ?? channel.storage;
  return { BucketARN: bucketArn, ExpectedBucketOwner: owner, ErrorOutputPrefix: folder };
}

function identityOf(channel: Channel, { service, scope }: Pick<Call, 'service' | 'scope'>) {
  return {
    ChannelName: channel.name,
    ChannelARN: channelArn(scope, channel),
    ChannelId: channel.id,
    ChannelStatus: channelStatus(channel, service.now()),
    ChannelCreationTimestamp: channel.createdMs,
  };
}
