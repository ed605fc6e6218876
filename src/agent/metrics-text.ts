/** The agent's figures in Prometheus' text format. Pure. Source: https://prometheus.io/docs/instrumenting/exposition_formats/ */
import type { FlowStatus } from './flow-status.ts';

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  readonly of: (flow: FlowStatus) => number;
}

const counter = (name: string, help: string, of: Metric['of']): Metric => ({ name, help, kind: 'counter', of });
const gauge = (name: string, help: string, of: Metric['of']): Metric => ({ name, help, kind: 'gauge', of });

const METRICS: readonly Metric[] = [
  counter('read_bytes_total', 'Bytes of raw records read.', (flow) => flow.reading.parsedBytes),
  counter('read_records_total', 'Raw records read.', (flow) => flow.reading.parsedRecords),
  counter('sent_records_total', 'Records the service acknowledged.', (flow) => flow.delivery.sentRecords),
  counter('sent_bytes_total', 'Bytes of acknowledged records.', (flow) => flow.delivery.sentBytes),
  counter('filtered_records_total', 'Records left out as configured.', (flow) => flow.reading.filteredRecords),
  counter('unmatched_records_total', 'Records no converter could read.', (flow) => flow.reading.unmatchedRecords),
  counter('truncated_records_total', 'Records cut to the limit.', (flow) => flow.reading.truncatedRecords),
  counter('oversize_records_total', 'Records dropped as too long.', (flow) => flow.reading.oversizeRecords),
  counter('skipped_bytes_total', 'Bytes that are in no record.', (flow) => flow.reading.skippedBytes),
  counter('dead_lettered_total', 'Records set aside.', (flow) => flow.delivery.deadLetters),
  counter('requests_total', 'Requests made.', (flow) => flow.delivery.requests),
  counter('failed_requests_total', 'Requests that failed.', (flow) => flow.delivery.failedRequests),
  counter('retries_total', 'Records sent again.', (flow) => flow.delivery.retriedRecords),
  counter('throttled_total', 'Records the service throttled.', (flow) => flow.delivery.throttledRecords),
  counter('ambiguous_batches_total', 'Requests without an answer.', (flow) => flow.delivery.ambiguousRequests),
  gauge('bytes_behind', 'Bytes on disk that are not delivered.', (flow) => flow.behindBytes),
  gauge('files_open', 'Files held open.', (flow) => flow.openFiles),
  gauge('files_watched', 'Files known.', (flow) => flow.files.length),
  gauge('deleted_open_bytes', 'Undelivered bytes of deleted files.', (flow) => flow.deletedOpenBytes),
  gauge('unacked_bytes', 'Bytes read and not acknowledged.', (flow) => flow.unackedBytes),
  gauge('in_flight', 'Requests under way.', (flow) => flow.requestsInFlight),
  gauge('backoff_seconds', 'Seconds until requests are made again.', (flow) => flow.backoffMs / 1_000),
  gauge('last_success_timestamp', 'Time of the last success.', (flow) => (flow.lastSuccessMs ?? 0) / 1_000),
  gauge('up_to_date', '1 when everything is delivered.', (flow) => (isUpToDate(flow) ? 1 : 0)),
];

/** Every metric with one sample a flow. */
export function metricsText(flows: readonly FlowStatus[]): string {
  const families = METRICS.map(({ name, help, kind, of }) => {
    const full = `sluice_agent_${name}`;
    const samples = flows.map((flow) => `${full}{flow="${escaped(flow.id)}"} ${of(flow)}\n`);
    return `# HELP ${full} ${help}\n# TYPE ${full} ${kind}\n${samples.join('')}`;
  });
  return families.join('');
}

/** Nothing that is there is left to deliver. */
export function isUpToDate(flow: FlowStatus): boolean {
  return flow.behindBytes === 0 && flow.heldRecords === 0;
}

/** Each flow succeeded lately or has nothing to do. */
export function isReady(flows: readonly FlowStatus[], nowMs: number): boolean {
  return flows.every((flow) => isUpToDate(flow) || nowMs - (flow.lastSuccessMs ?? 0) < 300_000);
}

function escaped(label: string): string {
  return label.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
}
