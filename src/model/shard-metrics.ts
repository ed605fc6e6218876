/** Enhanced monitoring: which metrics a stream has per shard after a change. Pure. */

/** In the API's order; ALL stands for the seven of them and is never kept. */
const SHARD_METRICS = [
  'IncomingBytes',
  'IncomingRecords',
  'OutgoingBytes',
  'OutgoingRecords',
  'WriteProvisionedThroughputExceeded',
  'ReadProvisionedThroughputExceeded',
  'IteratorAgeMilliseconds',
] as const;

export type ShardMetric = (typeof SHARD_METRICS)[number];
/** As a caller names them. */
export type MetricName = ShardMetric | 'ALL';

const isMeant = (named: readonly MetricName[], metric: ShardMetric) => named.includes('ALL') || named.includes(metric);

export function withMetrics(current: readonly ShardMetric[], named: readonly MetricName[]): readonly ShardMetric[] {
  return SHARD_METRICS.filter((metric) => current.includes(metric) || isMeant(named, metric));
}

export function withoutMetrics(current: readonly ShardMetric[], named: readonly MetricName[]): readonly ShardMetric[] {
  return current.filter((metric) => !isMeant(named, metric));
}
