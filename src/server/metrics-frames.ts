/** Makes frames of what was counted and of what the catalog says now. */
import type { Catalog } from '../model/catalog.ts';
import { consumerStatus, consumersAt } from '../model/consumer.ts';
import {
  type ConsumerMetrics,
  type DaemonMetrics,
  METRICS_FORMAT,
  type MetricsFrame,
  type ReaderMetrics,
  type ShardMetrics,
  type StreamMetrics,
} from '../model/metrics-frame.ts';
import { withoutExpired } from '../model/retention.ts';
import type { Shard } from '../model/shard.ts';
import type { ShardKey } from '../model/shard-key.ts';
import type { Stream } from '../model/stream.ts';
import type { EpochMs } from '../model/time.ts';
import type { RecentMax } from '../runtime/counters.ts';
import type { Metrics } from './metrics-counting.ts';
import { consumerId, type Now, ShardCounters, type StreamCounters } from './metrics-stream.ts';

/** What the daemon knows of itself; the rest was counted. */
export type DaemonFigures = Omit<
  DaemonMetrics,
  'uptimeMs' | 'startedAtMs' | 'subscriptions' | 'commits' | 'syncs' | 'writtenBytes' | 'readBytes'
>;

/** What the store knows of a shard's log. */
export interface LogCounts {
  readonly bytes: number;
  readonly records?: number | undefined;
  readonly firstMs?: EpochMs | undefined;
  readonly lastMs?: EpochMs | undefined;
  readonly hotReads: number;
  readonly coldReads: number;
}

/** What a frame is made of. */
export interface FrameParts {
  readonly metrics: Metrics;
  readonly catalog: Catalog;
  readonly daemon: DaemonFigures;
  /** Of the shards, by their keys. */
  readonly logs: ReadonlyMap<ShardKey, LogCounts>;
  /** The service's time. */
  readonly nowMs: EpochMs;
}

/** The frame of this moment. */
export function frameOf({ metrics, catalog, daemon, logs, nowMs }: FrameParts): MetricsFrame {
  const { startedAtMs, subscriptions, writtenBytes, readBytes } = metrics;
  const atMs = metrics.nowMs();
  const streams = [...catalog.streams.values()].map((stream): [string, StreamMetrics] => {
    const told = { nowMs, atMs, logs };
    return [String(stream.id), streamMetrics(withoutExpired(stream, nowMs), metrics.stream(stream.id), told)];
  });
  return {
    format: METRICS_FORMAT,
    atMs: nowMs,
    daemon: {
      ...daemon,
      ...{ uptimeMs: metrics.uptimeMs(), startedAtMs, subscriptions, writtenBytes, readBytes },
      commits: metrics.commits.counts(),
      syncs: metrics.syncs.counts(),
    },
    operations: metrics.operations.members(),
    streams: Object.fromEntries(streams),
    events: metrics.eventLog.members(),
  };
}

/** The moment, and what the store says of it. */
interface Moment extends Now {
  readonly logs: FrameParts['logs'];
}

function streamMetrics(stream: Stream, counters: StreamCounters, now: Moment): StreamMetrics {
  const { name, namespace, status, mode, createdMs, retentionHours, recordBytesMax, distribution, shards } = stream;
  const openShards = shards.filter(({ closedMs }) => closedMs === undefined).length;
  return {
    ...{ name, namespace, status, mode, createdMs, retentionHours, recordBytesMax },
    encryption: stream.encryptionKeyId === undefined ? 'NONE' : 'KMS',
    ...(distribution && { distribution }),
    ...{ openShards, closedShards: shards.length - openShards },
    ...counters.flow.counts(),
    shards: Object.fromEntries(
      shards.map((shard) => [String(shard.index), shardMetrics(shard, counters.shards.get(shard.index), now)]),
    ),
    consumers: consumersMetrics(stream, counters, now),
    readers: readersMetrics(counters, now),
    keys: counters.hottestKeys(now.atMs),
  };
}

/** First and last hash key in decimals, which takes a while: written once a shard. */
const ends = new WeakMap<Shard, { readonly start: string; readonly end: string }>();

function endsOf(shard: Shard): { readonly start: string; readonly end: string } {
  let known = ends.get(shard);
  if (known === undefined) {
    known = { start: String(shard.range.start), end: String(shard.range.end) };
    ends.set(shard, known);
  }
  return known;
}

const NOTHING = new ShardCounters();

/** One literal: there may be thousands. */
function shardMetrics(shard: Shard, counters: ShardCounters = NOTHING, { atMs, logs }: Moment): ShardMetrics {
  const { heat } = counters;
  const { start, end } = endsOf(shard);
  const log = logs.get(shard.key);
  heat?.fade(atMs);
  return {
    state: shard.closedMs === undefined ? 'open' : 'closed',
    start,
    end,
    parents: shard.parents,
    openedMs: shard.openedMs,
    closedMs: shard.closedMs,
    recordsIn: counters.recordsIn,
    bytesIn: counters.bytesIn,
    throttledRecords: counters.throttledRecords,
    reads: counters.reads,
    throttledReads: counters.throttledReads,
    recordsOut: counters.recordsOut,
    bytesOut: counters.bytesOut,
    lagMs: counters.lag.highest(atMs),
    firstMs: log?.firstMs,
    lastMs: log?.lastMs,
    storedRecords: log?.records,
    storedBytes: log?.bytes,
    hotReads: log?.hotReads,
    coldReads: log?.coldReads,
    heat: heat?.bytes(),
  };
}

function lagOf({ lag }: { readonly lag: RecentMax }, atMs: number): { readonly lagMs?: number } {
  const lagMs = lag.highest(atMs);
  return lagMs === undefined ? {} : { lagMs };
}

function consumersMetrics(
  stream: Stream,
  counters: StreamCounters,
  { nowMs, atMs }: Now,
): Readonly<Record<string, ConsumerMetrics>> {
  const members = consumersAt(stream, nowMs).map((consumer): [string, ConsumerMetrics] => {
    const counted = counters.consumer(consumer);
    const { subscriptions, recordsOut, bytesOut } = counted;
    const status = consumerStatus(consumer, nowMs) ?? 'DELETING';
    const { name } = consumer;
    return [consumerId(consumer), { name, status, subscriptions, recordsOut, bytesOut, ...lagOf(counted, atMs) }];
  });
  return Object.fromEntries(members);
}

function readersMetrics(counters: StreamCounters, { atMs }: Now): Readonly<Record<string, ReaderMetrics>> {
  const members = counters.readers(atMs).map((reader): [string, ReaderMetrics] => {
    const { id, address, agent, reads, recordsOut, bytesOut, lastReadMs } = reader;
    return [id, { address, agent, reads, recordsOut, bytesOut, lastReadMs, ...lagOf(reader, atMs) }];
  });
  return Object.fromEntries(members);
}
