/** Metrics of streams, shards and registered consumers, as Prometheus is told them. */
import type { ConsumerMetrics, FlowCounts, MetricsFrame, ShardMetrics, StreamMetrics } from '../model/metrics-frame.ts';
import { shardId } from '../model/shard.ts';
import { HOUR_MS, SECOND_MS } from '../model/time.ts';
import type { Described, Labels, Metric } from './metrics-kinds.ts';

const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / SECOND_MS);
const STREAM_LABELS = ['stream', 'namespace'];

/** Callers of one namespace need no label for it. */
function streamLabels({ name, namespace }: StreamMetrics): Labels {
  return namespace === '' ? { stream: name } : { stream: name, namespace };
}

type OfStream = (stream: StreamMetrics) => number | undefined;
type OfShard = (shard: ShardMetrics) => number | undefined;
type OfConsumer = (consumer: ConsumerMetrics) => number | undefined;

function ofStreams(kind: 'counter' | 'gauge', described: Omit<Described, 'labels'>, value: OfStream): Metric {
  const samples = (frame: MetricsFrame) =>
    Object.values(frame.streams).map((stream) => ({ labels: streamLabels(stream), value: value(stream) }));
  return { ...described, kind, labels: STREAM_LABELS, samples };
}

function ofShards(kind: 'counter' | 'gauge', described: Omit<Described, 'labels'>, value: OfShard): Metric {
  const samples = (frame: MetricsFrame) =>
    shardsOf(frame).map(({ labels, shard }) => ({ labels, value: value(shard) }));
  return { ...described, kind, labels: [...STREAM_LABELS, 'shard'], samples };
}

interface LabeledShard {
  readonly labels: Labels;
  readonly shard: ShardMetrics;
}

const labeled = new WeakMap<MetricsFrame, readonly LabeledShard[]>();

/** Every shard of a frame, labeled once for all its metrics. */
function shardsOf(frame: MetricsFrame): readonly LabeledShard[] {
  const known = labeled.get(frame);
  if (known !== undefined) return known;
  const shards = Object.values(frame.streams).flatMap((stream) => {
    const labels = streamLabels(stream);
    return Object.entries(stream.shards).map(([index, shard]) => {
      return { labels: { ...labels, shard: shardId(Number(index)) }, shard };
    });
  });
  labeled.set(frame, shards);
  return shards;
}

function ofConsumers(kind: 'counter' | 'gauge', described: Omit<Described, 'labels'>, value: OfConsumer): Metric {
  const samples = (frame: MetricsFrame) =>
    Object.values(frame.streams).flatMap((stream) =>
      Object.values(stream.consumers).map((consumer) => ({
        labels: { ...streamLabels(stream), consumer: consumer.name },
        value: value(consumer),
      })),
    );
  return { ...described, kind, labels: [...STREAM_LABELS, 'consumer'], samples };
}

/** What is counted for streams and for shards alike. */
interface FlowMetric {
  readonly suffix: string;
  readonly help: string;
  /** Of the stream and of the shard; the second is enhanced monitoring's. */
  readonly cloudWatch: readonly [string, string];
  readonly value: (flow: FlowCounts) => number;
}

const FLOW: readonly FlowMetric[] = [
  {
    ...{ suffix: 'in_records_total', help: 'Records put.', value: ({ recordsIn }) => recordsIn },
    cloudWatch: ['IncomingRecords', 'IncomingRecords'],
  },
  {
    ...{ suffix: 'in_bytes_total', help: 'Bytes of data and partition keys put.', value: ({ bytesIn }) => bytesIn },
    cloudWatch: ['IncomingBytes', 'IncomingBytes'],
  },
  {
    ...{ suffix: 'out_records_total', help: 'Records given to readers, each time.', value: (flow) => flow.recordsOut },
    cloudWatch: ['GetRecords.Records', 'OutgoingRecords'],
  },
  {
    ...{ suffix: 'out_bytes_total', help: 'Bytes given to readers, each time.', value: ({ bytesOut }) => bytesOut },
    cloudWatch: ['GetRecords.Bytes', 'OutgoingBytes'],
  },
  {
    ...{
      suffix: 'throttled_records_total',
      help: 'Records refused for their rate.',
      value: (flow) => flow.throttledRecords,
    },
    cloudWatch: ['WriteProvisionedThroughputExceeded', 'WriteProvisionedThroughputExceeded'],
  },
  {
    ...{ suffix: 'throttled_reads_total', help: 'GetRecords calls refused for their rate.' },
    ...{ value: ({ throttledReads }: FlowCounts) => throttledReads },
    cloudWatch: ['ReadProvisionedThroughputExceeded', 'ReadProvisionedThroughputExceeded'],
  },
  {
    ...{ suffix: 'reads_total', help: 'GetRecords calls answered.', value: ({ reads }) => reads },
    cloudWatch: ['GetRecords.Success', ''],
  },
];

const flowMetrics = FLOW.flatMap(({ suffix, help, cloudWatch: [ofStream, ofShard], value }): Metric[] => [
  ofStreams('counter', { name: `sluice_stream_${suffix}`, help, cloudWatch: ofStream }, value),
  ofShards('counter', { name: `sluice_shard_${suffix}`, help, ...(ofShard && { cloudWatch: ofShard }) }, value),
]);

const LAG = 'furthest that a reader was behind within the last 5 to 10 seconds; absent when none read.';

/** In the order they are told in. */
export const STREAM_METRICS: readonly Metric[] = [
  {
    ...{ name: 'sluice_stream_info', help: 'Always 1; its labels say how the stream is.', kind: 'gauge' },
    labels: [...STREAM_LABELS, 'status', 'mode', 'encryption'],
    samples: ({ streams }) =>
      Object.values(streams).map((stream) => {
        const { status, mode, encryption } = stream;
        return { labels: { ...streamLabels(stream), status, mode, encryption }, value: 1 };
      }),
  },
  ofStreams('gauge', { name: 'sluice_stream_open_shards', help: 'Shards that take records.' }, (of) => of.openShards),
  ofStreams(
    'gauge',
    { name: 'sluice_stream_closed_shards', help: 'Shards that take no more records and still have some.' },
    ({ closedShards }) => closedShards,
  ),
  ofStreams(
    'gauge',
    { name: 'sluice_stream_retention_seconds', help: 'How long records are kept.' },
    ({ retentionHours }) => (retentionHours * HOUR_MS) / SECOND_MS,
  ),
  ...flowMetrics,
  ofStreams(
    'gauge',
    {
      name: 'sluice_stream_lag_seconds',
      help: `Of all its shards the ${LAG}`,
      cloudWatch: 'GetRecords.IteratorAgeMilliseconds',
    },
    (stream) => seconds(highest(Object.values(stream.shards).map(({ lagMs }) => lagMs))),
  ),
  ofShards(
    'gauge',
    { name: 'sluice_shard_lag_seconds', help: `The ${LAG}`, cloudWatch: 'IteratorAgeMilliseconds' },
    ({ lagMs }) => seconds(lagMs),
  ),
  ofShards(
    'gauge',
    { name: 'sluice_shard_stored_bytes', help: 'Bytes of records kept, as the store keeps them.' },
    ({ storedBytes }) => storedBytes,
  ),
  ofShards(
    'gauge',
    { name: 'sluice_shard_oldest_record_timestamp_seconds', help: 'Arrival of the oldest record kept, since 1970.' },
    ({ firstMs }) => seconds(firstMs),
  ),
  ofShards(
    'gauge',
    { name: 'sluice_shard_newest_record_timestamp_seconds', help: 'Arrival of the newest record kept, since 1970.' },
    ({ lastMs }) => seconds(lastMs),
  ),
  ofShards(
    'counter',
    { name: 'sluice_shard_hot_reads_total', help: 'Reads of the store answered from memory.' },
    ({ hotReads }) => hotReads,
  ),
  ofShards(
    'counter',
    { name: 'sluice_shard_cold_reads_total', help: 'Reads of the store that went to the disk.' },
    ({ coldReads }) => coldReads,
  ),
  ofConsumers(
    'gauge',
    { name: 'sluice_consumer_subscriptions', help: 'Subscriptions of a registered consumer open now.' },
    ({ subscriptions }) => subscriptions,
  ),
  ofConsumers(
    'counter',
    { name: 'sluice_consumer_out_records_total', help: 'Records pushed.', cloudWatch: 'SubscribeToShardEvent.Records' },
    ({ recordsOut }) => recordsOut,
  ),
  ofConsumers(
    'counter',
    { name: 'sluice_consumer_out_bytes_total', help: 'Bytes pushed.', cloudWatch: 'SubscribeToShardEvent.Bytes' },
    ({ bytesOut }) => bytesOut,
  ),
  ofConsumers(
    'gauge',
    {
      ...{ name: 'sluice_consumer_lag_seconds', help: `Of all its shards the ${LAG}` },
      cloudWatch: 'SubscribeToShardEvent.MillisBehindLatest',
    },
    ({ lagMs }) => seconds(lagMs),
  ),
];

function highest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((high, value) => Math.max(high, value));
}
