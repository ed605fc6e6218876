/** DescribeStream and DescribeStreamSummary. */
import { DESCRIBE_STREAM_SHARDS_MAX } from '../../model/limits.ts';
import { shardsAfter } from '../../model/shard-filter.ts';
import { type Scope, type Stream, streamArn } from '../../model/stream.ts';
import { describeStream, describeStreamSummary } from '../../operations/kinesis/describe-stream.ts';
import { shardAnswer } from '../../wire/shard-answer.ts';
import { type Handler, route } from '../route.ts';
import { streamNameOf } from './stream-name.ts';
import { BYTES_PER_KIB, warmThroughputAnswer } from './stream-settings.ts';

const handleDescribeStream: Handler<typeof describeStream> = async (input, { service, scope }) => {
  const stream = service.stream(scope, streamNameOf(input));
  const start = input.ExclusiveStartShardId;
  const shards = start === undefined ? stream.shards : shardsAfter(stream.shards, start);
  const page = shards.slice(0, Math.min(input.Limit ?? DESCRIBE_STREAM_SHARDS_MAX, DESCRIBE_STREAM_SHARDS_MAX));
  return {
    StreamDescription: {
      ...description(scope, stream),
      Shards: page.map(shardAnswer),
      HasMoreShards: page.length < shards.length,
    },
  };
};

const handleDescribeStreamSummary: Handler<typeof describeStreamSummary> = async (input, { service, scope }) => {
  const stream = service.stream(scope, streamNameOf(input));
  const consumers = service.consumers(scope, stream.name);
  return {
    // Without StreamId: clients turn it into a host name at AWS, even when they were given another endpoint.
    StreamDescriptionSummary: {
      ...description(scope, stream),
      OpenShardCount: stream.shards.filter((shard) => shard.closedMs === undefined).length,
      ConsumerCount: consumers.length,
      ChannelCount: stream.channels?.length ?? 0,
      MaxRecordSizeInKiB: stream.recordBytesMax / BYTES_PER_KIB,
      WarmThroughput: stream.mode === 'ON_DEMAND' ? warmThroughputAnswer(stream) : undefined,
      RecordDistributionStrategy:
        stream.mode === 'ON_DEMAND' ? (stream.distribution ?? 'USER_PARTITION_KEY') : undefined,
      QueueCount: stream.queues?.length ?? 0,
    },
  };
};

/** What both operations say of a stream. */
function description(scope: Scope, stream: Stream) {
  const encrypted = stream.encryptionKeyId !== undefined;
  return {
    StreamName: stream.name,
    StreamARN: streamArn(scope, stream.name),
    StreamStatus: stream.status,
    StreamModeDetails: { StreamMode: stream.mode },
    RetentionPeriodHours: stream.retentionHours,
    StreamCreationTimestamp: stream.createdMs,
    EnhancedMonitoring: [{ ShardLevelMetrics: stream.shardMetrics }],
    EncryptionType: encrypted ? ('KMS' as const) : ('NONE' as const),
    KeyId: stream.encryptionKeyId,
  };
}

export const describeStreamRoute = route({ operation: describeStream, handle: handleDescribeStream });
export const describeStreamSummaryRoute = route({
  operation: describeStreamSummary,
  handle: handleDescribeStreamSummary,
});
