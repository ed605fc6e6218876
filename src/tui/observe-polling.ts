/** Observations from a server that tells no metrics: what ListStreams, ListShards and polite reading show. */
import type { Client } from '../client/client.ts';
import { ClientError } from '../client/client-error.ts';
import { isThrottle } from '../client/retry.ts';
import { POLLING_LIST_MS, SHARD_READS_PER_SECOND } from '../model/limits.ts';
import type { StreamMetrics } from '../model/metrics-frame.ts';
import { listStreams } from '../operations/kinesis/list-streams.ts';
import type { Clock } from '../runtime/clock.ts';
import type { CloudWatchWatch } from './cloud-watch-figures.ts';
import type { Observation } from './figures.ts';
import type { ReadRecord } from './peek-buffer.ts';
import { PolledStream } from './polled-stream.ts';
import { NOTHING_YET } from './shard-meter.ts';

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
/** How rarely a server is asked that refuses calls for their number. */
const LIMITED_MS_MIN = 5_000;
const LIMITED_MS_MAX = 60_000;

/** One observation an interval, for as long as calls succeed. @throws what a listing fails with. */
export async function* observePolling(options: PollingOptions): AsyncGenerator<Observation> {
  const { clock, signal, share } = options;
  let names: readonly string[] = [];
  let listedAtMs = Number.NEGATIVE_INFINITY;
  let stream: PolledStream | undefined;
  let limitedMs: number | undefined;
  for (;;) {
    const startMs = clock.monotonic();
    const periodMs = Math.max(options.intervalMs(), options.reads ? 1_000 / share : 0);
    try {
      if (startMs - listedAtMs >= POLLING_LIST_MS || names.length === 0) {
        names = await namesOf(options);
        listedAtMs = startMs;
      }
      const wanted = names.find((name) => name === options.stream()) ?? names[0];
      if (wanted !== stream?.name) stream = wanted === undefined ? undefined : polled(options, wanted);
      if (stream !== undefined) options.cloudWatch?.turnTo(stream.name);
      await stream?.round(periodMs);
      limitedMs = undefined;
    } catch (error) {
      if (!(error instanceof ClientError && isThrottle(error.code)) || names.length === 0) throw error;
      // Others ask too much already: what is known is shown, and asked for more and more rarely.
      limitedMs = Math.min(LIMITED_MS_MAX, Math.max(LIMITED_MS_MIN, 2 * (limitedMs ?? 0)));
    }
    yield observation(options, names, { stream, limitedMs });
    await clock.sleep(Math.max(100, (limitedMs ?? periodMs) - (clock.monotonic() - startMs)), signal);
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

interface Seen {
  readonly stream: PolledStream | undefined;
  readonly limitedMs: number | undefined;
}

function observation(options: PollingOptions, names: readonly string[], { stream, limitedMs }: Seen): Observation {
  const { clock, client, share, reads, cloudWatch } = options;
  const limited = stream?.isLimited ? ', limited: others read too' : '';
  const how = reads ? `reading ${share} of ${SHARD_READS_PER_SECOND} GetRecords/s` : 'not reading (--no-peek)';
  const label =
    cloudWatch === undefined
      ? `no metrics there: ${how}${reads ? ' a shard' : ''}${limited}`
      : `${how}${limited}; ${cloudWatch.label}`;
  const streams = names.map((name): [string, StreamMetrics] => [
    name,
    stream?.name === name ? stream.metrics() : unseen(name),
  ]);
  return {
    source: {
      kind: 'polling',
      endpoint: client.endpoint,
      limitedMs,
      label,
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
    ...NOTHING_YET,
    shards: {},
    consumers: {},
    readers: {},
    keys: [],
  };
}
