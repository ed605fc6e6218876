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
import { consumerId, type Now, type ShardCounters, type StreamCounters } from './metrics-stream.ts';

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

type ShardFacts = Pick<ShardMetrics, 'state' | 'start' | 'end' | 'parents' | 'openedMs' | 'closedMs'>;

/** What of a shard only the catalog changes: written once. */
const facts = new WeakMap<Shard, ShardFacts>();

function factsOf(shard: Shard): ShardFacts {
  const known = facts.get(shard);
  if (known !== undefined) return known;
  const { range, parents, openedMs, closedMs } = shard;
  const state = closedMs === undefined ? 'open' : 'closed';
  const made: ShardFacts = {
    ...{ state, start: String(range.start), end: String(range.end), parents, openedMs },
    ...(closedMs !== undefined && { closedMs }),
  };
  facts.set(shard, made);
  return made;
}

const NOTHING = {
  recordsIn: 0,
  bytesIn: 0,
  throttledRecords: 0,
  reads: 0,
  throttledReads: 0,
  recordsOut: 0,
  bytesOut: 0,
};

function shardMetrics(shard: Shard, counters: ShardCounters | undefined, { atMs, logs }: Moment): ShardMetrics {
  const stored = storedOf(logs.get(shard.key));
  if (counters === undefined) return { ...factsOf(shard), ...NOTHING, ...stored };
  counters.heat?.fade(atMs);
  const heat = counters.heat?.bytes();
  return { ...factsOf(shard), ...counters.counts(), ...lagOf(counters, atMs), ...stored, ...(heat && { heat }) };
}

function storedOf(log: LogCounts | undefined): Partial<ShardMetrics> {
  if (log === undefined) return {};
  const { bytes: storedBytes, records: storedRecords, firstMs, lastMs, hotReads, coldReads } = log;
  return {
    ...{ storedBytes, hotReads, coldReads },
    ...(storedRecords !== undefined && { storedRecords }),
    ...(firstMs !== undefined && { firstMs }),
    ...(lastMs !== undefined && { lastMs }),
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
