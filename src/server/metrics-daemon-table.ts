/** Metrics of the daemon as a whole, as Prometheus is told them. */
import type { MetricsFrame, OperationMetrics } from '../model/metrics-frame.ts';
import { SECOND_MS } from '../model/time.ts';
import { type Described, type Metric, one } from './metrics-kinds.ts';

function ofDaemon(
  kind: 'counter' | 'gauge',
  described: Omit<Described, 'labels'>,
  value: (frame: MetricsFrame) => number | undefined,
): Metric {
  return { ...described, kind, labels: [], samples: (frame) => one(value(frame)) };
}

const RESULTS: readonly (readonly [string, (operation: OperationMetrics) => number])[] = [
  ['ok', ({ calls, clientFaults, throttled, serverFaults }) => calls - clientFaults - throttled - serverFaults],
  ['client_fault', ({ clientFaults }) => clientFaults],
  ['throttled', ({ throttled }) => throttled],
  ['server_fault', ({ serverFaults }) => serverFaults],
];

/** In the order they are told in. */
export const DAEMON_METRICS: readonly Metric[] = [
  {
    ...{ name: 'sluice_build_info', help: 'Always 1; its labels say what runs.', kind: 'gauge' },
    labels: ['version', 'durability', 'limits'],
    samples: ({ daemon: { version, durability, limits } }) => one(1, { version, durability, limits }),
  },
  {
    ...{ name: 'sluice_health', help: '1 for the state that the store is in, else 0.', kind: 'gauge' },
    labels: ['state'],
    samples: ({ daemon: { health } }) =>
      ['ok', 'read-only', 'failed'].map((state) => ({ labels: { state }, value: state === health.state ? 1 : 0 })),
  },
  ofDaemon(
    'gauge',
    { name: 'process_start_time_seconds', help: 'When the daemon started, in seconds since 1970.' },
    ({ daemon }) => daemon.startedAtMs / SECOND_MS,
  ),
  ofDaemon(
    'counter',
    { name: 'process_cpu_seconds_total', help: 'User and system time the daemon has taken.' },
    ({ daemon }) => daemon.cpuMs / SECOND_MS,
  ),
  ofDaemon(
    'gauge',
    { name: 'process_resident_memory_bytes', help: 'Memory the daemon holds.' },
    ({ daemon }) => daemon.rssBytes,
  ),
  ofDaemon(
    'gauge',
    { name: 'sluice_heap_bytes', help: 'Memory that JavaScript objects take.' },
    ({ daemon }) => daemon.heapBytes,
  ),
  ofDaemon(
    'gauge',
    { name: 'sluice_event_loop_lag_seconds', help: 'Longest delay of the event loop within the last 5 to 10 seconds.' },
    ({ daemon }) => daemon.loopLagMs / SECOND_MS,
  ),
  ofDaemon('gauge', { name: 'sluice_connections', help: 'Connections open now.' }, ({ daemon }) => daemon.connections),
  ofDaemon(
    'gauge',
    { name: 'sluice_stored_bytes', help: 'Bytes the store holds on disk, or in memory.' },
    ({ daemon }) => daemon.storedBytes,
  ),
  ofDaemon(
    'gauge',
    { name: 'sluice_disk_free_bytes', help: 'Bytes left on the file system of the data folder.' },
    ({ daemon }) => daemon.diskFreeBytes,
  ),
  ofDaemon(
    'gauge',
    { name: 'sluice_disk_size_bytes', help: 'Size of the file system of the data folder.' },
    ({ daemon }) => daemon.diskTotalBytes,
  ),
  ofDaemon(
    'counter',
    { name: 'sluice_disk_written_bytes_total', help: 'Bytes of records written to disk.' },
    ({ daemon }) => daemon.writtenBytes,
  ),
  ofDaemon(
    'counter',
    { name: 'sluice_disk_read_bytes_total', help: 'Bytes of records read from disk: readers too late for memory.' },
    ({ daemon }) => daemon.readBytes,
  ),
  {
    ...{
      name: 'sluice_commit_seconds',
      help: 'From handing records to the store until they are as durable as promised.',
    },
    ...{ kind: 'histogram', labels: [], samples: ({ daemon }) => one(daemon.commits) },
  },
  {
    ...{ name: 'sluice_sync_seconds', help: 'Calls that make the disk keep what was written (fdatasync, fsync).' },
    ...{ kind: 'histogram', labels: [], samples: ({ daemon }) => one(daemon.syncs) },
  },
  {
    ...{ name: 'sluice_requests_total', help: 'Calls of the API by operation and by how they ended.', kind: 'counter' },
    ...{ cloudWatch: 'PutRecord.Success, PutRecords.Success, GetRecords.Success', labels: ['operation', 'result'] },
    samples: ({ operations }) =>
      Object.entries(operations).flatMap(([operation, metrics]) =>
        RESULTS.map(([result, count]) => ({ labels: { operation, result }, value: count(metrics) })),
      ),
  },
  {
    ...{ name: 'sluice_request_seconds', help: 'From the whole request to its answer.', kind: 'histogram' },
    ...{ cloudWatch: 'PutRecord.Latency, PutRecords.Latency, GetRecords.Latency', labels: ['operation'] },
    samples: ({ operations }) =>
      Object.entries(operations).map(([operation, { latency }]) => ({ labels: { operation }, value: latency })),
  },
];
