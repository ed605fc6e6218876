/** Observations from a server that tells no metrics: what ListStreams, ListShards and polite reading show. */
import type { Client } from '../client/client.ts';
import { POLLING_LIST_MS, SHARD_READS_PER_SECOND } from '../model/limits.ts';
import type { StreamMetrics } from '../model/metrics-frame.ts';
import { listStreams } from '../operations/kinesis/list-streams.ts';
import type { Clock } from '../runtime/clock.ts';
import type { CloudWatchWatch } from './cloud-watch-figures.ts';
import type { Observation } from './figures.ts';
import type { ReadRecord } from './peek-buffer.ts';
import { PolledStream } from './polled-stream.ts';

export interface PollingOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly intervalMs: () => number;
  /** GetRecords calls a second and shard. */
  readonly share: number;
  /** false: nothing is read, so only shards and states are known. */
  readonly reads: boolean;
  /** The stream that is looked at; undefined: the first there is. */
  readonly stream: () => string | undefined;
  /** On AWS: what only the service knows. */
  readonly cloudWatch?: CloudWatchWatch | undefined;
  readonly onPage?: ((place: string, records: readonly ReadRecord[]) => void) | undefined;
}

const STREAMS_MAX = 1_000;

/** One observation an interval, for as long as calls succeed. @throws what a listing fails with. */
export async function* observePolling(options: PollingOptions): AsyncGenerator<Observation> {
  const { clock, signal, share } = options;
  let names: readonly string[] = [];
  let listedAtMs = Number.NEGATIVE_INFINITY;
  let stream: PolledStream | undefined;
  for (;;) {
    const startMs = clock.monotonic();
    if (startMs - listedAtMs >= POLLING_LIST_MS || names.length === 0) {
      names = await namesOf(options);
      listedAtMs = startMs;
    }
    const wanted = names.find((name) => name === options.stream()) ?? names[0];
    if (wanted !== stream?.name) stream = wanted === undefined ? undefined : polled(options, wanted);
    const periodMs = Math.max(options.intervalMs(), options.reads ? 1_000 / share : 0);
    if (stream !== undefined) options.cloudWatch?.turnTo(stream.name);
    await stream?.round(periodMs);
    yield observation(options, names, stream);
    await clock.sleep(Math.max(100, periodMs - (clock.monotonic() - startMs)), signal);
  }
}

function polled({ client, clock, signal, share, reads, onPage }: PollingOptions, name: string): PolledStream {
  const give = onPage && ((shardId: string, records: readonly ReadRecord[]) => onPage(`${name}/${shardId}`, records));
  return new PolledStream({ client, clock, signal, name, share: reads ? share : 0, onPage: give });
}

async function namesOf({ client, signal }: PollingOptions): Promise<readonly string[]> {
  const names: string[] = [];
  for (;;) {
    const last = names.at(-1);
    const page = await client.call(listStreams, last === undefined ? {} : { ExclusiveStartStreamName: last }, {
      signal,
    });
    names.push(...page.StreamNames);
    if (!page.HasMoreStreams || page.StreamNames.length === 0 || names.length >= STREAMS_MAX) return names;
  }
}

function observation(options: PollingOptions, names: readonly string[], stream: PolledStream | undefined): Observation {
  const { clock, client, share, reads, cloudWatch } = options;
  const limited = stream?.isLimited ? ', limited: others read too' : '';
  const how = reads
    ? `reading ${share} of ${SHARD_READS_PER_SECOND} GetRecords/s a shard${limited}`
    : 'not reading (--no-peek)';
  const streams = names.map((name): [string, StreamMetrics] => [
    name,
    stream?.name === name ? stream.metrics() : unseen(name),
  ]);
  return {
    source: {
      kind: 'polling',
      endpoint: client.endpoint,
      label: [`no metrics there: ${how}`, ...(cloudWatch === undefined ? [] : [cloudWatch.label])].join('; '),
    },
    atMs: clock.now(),
    tickMs: clock.monotonic(),
    streams: Object.fromEntries(streams),
    events: {},
    cloudWatch: cloudWatch && stream && { stream: stream.name, figures: cloudWatch.figures },
  };
}

/** A stream that is not looked at. */
function unseen(name: string): StreamMetrics {
  return {
    name,
    namespace: '',
    status: 'ACTIVE',
    mode: 'PROVISIONED',
    createdMs: 0,
    retentionHours: 24,
    recordBytesMax: 0,
    encryption: 'NONE',
    openShards: 0,
    closedShards: 0,
    recordsIn: 0,
    bytesIn: 0,
    throttledRecords: 0,
    reads: 0,
    throttledReads: 0,
    recordsOut: 0,
    bytesOut: 0,
    shards: {},
    consumers: {},
    readers: {},
    keys: [],
  };
}
