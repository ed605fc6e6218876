/**
 * Every metric that Prometheus is told, with the CloudWatch metric it stands beside. docs/metrics.md is made of it.
 * Source of the CloudWatch names: https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
 */
import { DAEMON_METRICS } from './metrics-daemon-table.ts';
import type { Metric } from './metrics-kinds.ts';
import { STREAM_METRICS } from './metrics-stream-table.ts';

/** In the order they are told in. */
export const METRICS: readonly Metric[] = [...DAEMON_METRICS, ...STREAM_METRICS];
