/** The agent's figures in Prometheus' text format. Pure. Source: https://prometheus.io/docs/instrumenting/exposition_formats/ */
import { LATENCY_BOUNDS_MS } from '../model/latency.ts';
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
  counter('rotations_total', 'Files seen to be rotated, by rename or by copy.', (flow) => flow.events.rotations),
  counter('truncations_total', 'Files cut in place without a copy.', (flow) => flow.events.truncations),
  counter('copies_detected_total', 'Copies of files that were recognized.', (flow) => flow.events.copies),
  counter('possibly_lost_bytes_total', 'Bytes gone before they were read.', (flow) => flow.events.lostBytes),
  gauge('bytes_behind', 'Bytes on disk that are not delivered.', (flow) => flow.behindBytes),
  gauge('files_open', 'Files held open.', (flow) => flow.openFiles),
  gauge('files_watched', 'Files known.', (flow) => flow.files.length),
  gauge('deleted_open_bytes', 'Undelivered bytes of deleted files.', (flow) => flow.deletedOpenBytes),
  gauge('unacked_bytes', 'Bytes read and not acknowledged.', (flow) => flow.unackedBytes),
  gauge('in_flight', 'Requests under way.', (flow) => flow.requestsInFlight),
  gauge('backoff_seconds', 'Seconds until requests are made again.', (flow) => flow.backoffMs / 1_000),
  gauge('oldest_unsent_seconds', 'Age of the oldest record that waits.', (flow) => flow.oldestUnsentMs / 1_000),
  gauge('last_success_timestamp', 'Unix time of the last success.', (flow) => (flow.lastSuccessMs ?? 0) / 1_000),
  gauge('up_to_date', '1 when everything is delivered.', (flow) => (isUpToDate(flow) ? 1 : 0)),
];

/** Every metric with one sample a flow, then those of the agent as a whole. */
export function metricsText(flows: readonly FlowStatus[], checkpointErrors: number): string {
  const families = METRICS.map(({ name, help, kind, of }) => {
    const full = `sluice_agent_${name}`;
    const samples = flows.map((flow) => `${full}{flow="${escaped(flow.id)}"} ${of(flow)}\n`);
    return family(full, { help, kind }, samples.join(''));
  });
  const put = 'sluice_agent_put_seconds';
  const errors = 'sluice_agent_checkpoint_errors_total';
  return [
    ...families,
    family(
      put,
      { help: 'How long requests took.', kind: 'histogram' },
      flows.map((flow) => putSamples(put, flow)).join(''),
    ),
    family(
      errors,
      { help: 'Checkpoints that could not be written.', kind: 'counter' },
      `${errors} ${checkpointErrors}\n`,
    ),
  ].join('');
}

function family(name: string, { help, kind }: { help: string; kind: string }, samples: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${samples}`;
}

/** Buckets hold everything up to their bound, in seconds. */
function putSamples(name: string, { id, putLatency }: FlowStatus): string {
  const label = `flow="${escaped(id)}"`;
  const { count, sumMs, buckets } = putLatency;
  let below = 0;
  const lines = LATENCY_BOUNDS_MS.map((bound, i) => {
    below += buckets[i]!;
    return `${name}_bucket{${label},le="${bound / 1_000}"} ${below}\n`;
  });
  return `${lines.join('')}${name}_bucket{${label},le="+Inf"} ${count}\n${name}_sum{${label}} ${sumMs / 1_000}\n${name}_count{${label}} ${count}\n`;
}

/** Nothing that is there is left to deliver. */
function isUpToDate(flow: FlowStatus): boolean {
  return flow.behindBytes === 0 && flow.heldRecords === 0;
}

/** Each flow succeeded lately or has nothing to do. */
export function isReady(flows: readonly FlowStatus[], nowMs: number): boolean {
  return flows.every((flow) => isUpToDate(flow) || nowMs - (flow.lastSuccessMs ?? 0) < 300_000);
}

function escaped(label: string): string {
  return label.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
}
