/**
 * What the daemon tells of itself while it runs: one frame, and the changes from one frame to the next.
 * GET /_sluice/metrics/frame gives a full line; GET /_sluice/metrics/stream?interval=1000 goes on with a line an interval,
 * changed or not: a full one, then deltas (JSON Merge Patch, RFC 7386). Counters only grow while the daemon runs, so a
 * reader takes rates from the difference of any two frames and loses nothing with a frame it missed. Pure.
 */
import type { LatencyCounts } from './latency.ts';
import type { StreamMode, StreamStatus } from './stream.ts';
import type { EpochMs } from './time.ts';

/** Raised when a reader of the old form would misread the new one. */
export const METRICS_FORMAT = 1;

/** Everything at one time. No member is ever null: what is not known, or not there, is absent. */
export interface MetricsFrame {
  readonly format: typeof METRICS_FORMAT;
  /** The service's time, which --test-clock may have moved; durations are told by `daemon.uptimeMs`. */
  readonly atMs: EpochMs;
  readonly daemon: DaemonMetrics;
  /** By operation of the API; only those called since the start. */
  readonly operations: Readonly<Record<string, OperationMetrics>>;
  /** By the stream's id, which is never used again: names may come back. Those whose deletion is complete have left. */
  readonly streams: Readonly<Record<string, StreamMetrics>>;
  /** The newest METRICS_EVENTS_MAX, by number: they count up from 1 at the daemon's start. */
  readonly events: Readonly<Record<string, MetricsEvent>>;
}

export interface DaemonMetrics {
  readonly version: string;
  readonly pid: number;
  readonly url: string;
  /** Milliseconds since the start by a clock that never steps: the base of every rate. */
  readonly uptimeMs: number;
  readonly startedAtMs: EpochMs;
  /** Absent: in memory only. */
  readonly dataDir?: string;
  readonly durability: 'always' | 'interval' | 'os' | 'memory';
  /** Whether AWS's limits are in force. */
  readonly limits: 'off' | 'aws';
  readonly health: MetricsHealth;
  /** Of records, with all that belongs to them. */
  readonly storedBytes: number;
  /** Of the file system that holds the data folder; absent without one. */
  readonly diskFreeBytes?: number;
  readonly diskTotalBytes?: number;
  readonly connections: number;
  readonly subscriptions: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** User and system time since the start. */
  readonly cpuMs: number;
  /** The longest that the event loop was late within the last 5 to 10 seconds. */
  readonly loopLagMs: number;
  /** Appends from call to acknowledgement, one for each put that stored something. */
  readonly commits: LatencyCounts;
  /** fdatasync and fsync calls; none in memory. */
  readonly syncs: LatencyCounts;
  readonly writtenBytes: number;
  readonly readBytes: number;
}

export interface MetricsHealth {
  readonly state: 'ok' | 'read-only' | 'failed';
  /** Present unless ok. */
  readonly reason?: string;
}

/** Calls since the start, by how they ended. Subscriptions end when their answer begins. */
export interface OperationMetrics {
  readonly calls: number;
  /** Of `calls`: answered with a fault of the caller's, throttling not among them. */
  readonly clientFaults: number;
  readonly throttled: number;
  readonly serverFaults: number;
  readonly latency: LatencyCounts;
}

/** What went in and out since the daemon's start. Bytes are partition key and data, as AWS bills them. */
export interface FlowCounts {
  readonly recordsIn: number;
  readonly bytesIn: number;
  /** Records refused because the shard's limit, or the daemon's own, was reached. */
  readonly throttledRecords: number;
  /** GetRecords calls that were answered. */
  readonly reads: number;
  readonly throttledReads: number;
  /** To polling readers and to registered consumers. */
  readonly recordsOut: number;
  readonly bytesOut: number;
}

export interface StreamMetrics extends FlowCounts {
  readonly name: string;
  /** '' when all callers see the same streams, else `account/region`. */
  readonly namespace: string;
  readonly status: StreamStatus;
  readonly mode: StreamMode;
  readonly createdMs: EpochMs;
  readonly retentionHours: number;
  readonly recordBytesMax: number;
  readonly encryption: 'NONE' | 'KMS';
  /** 'AUTO': the service places records, so hash keys tell nothing. */
  readonly distribution?: 'AUTO';
  readonly openShards: number;
  /** Closed ones with records left. */
  readonly closedShards: number;
  /** By shard index. Counters of the stream hold what shards that have left counted too. */
  readonly shards: Readonly<Record<string, ShardMetrics>>;
  /** By `name:creation second`, the end of their ARNs. */
  readonly consumers: Readonly<Record<string, ConsumerMetrics>>;
  /** Of GetRecords, seen lately, by an id that lasts as long as the reader is listed; METRICS_READERS_MAX at most. */
  readonly readers: Readonly<Record<string, ReaderMetrics>>;
  /** Hottest first, METRICS_KEYS_MAX at most; from a sample, so light keys may be missing. */
  readonly keys: readonly HotKey[];
}

export interface ShardMetrics extends FlowCounts {
  readonly state: 'open' | 'closed';
  /** First and last hash key, both inclusive, decimal. */
  readonly start: string;
  readonly end: string;
  /** Indexes: none, one after a split, two after a merge; they may have left. */
  readonly parents: readonly number[];
  readonly openedMs: EpochMs;
  readonly closedMs?: EpochMs | undefined;
  /** The furthest that a reader was behind (MillisBehindLatest) within the last 5 to 10 seconds; absent when none read. */
  readonly lagMs?: number | undefined;
  /** Arrival of the oldest and of the newest record that can be read; absent when the shard is empty or it is not known. */
  readonly firstMs?: EpochMs | undefined;
  readonly lastMs?: EpochMs | undefined;
  readonly storedRecords?: number | undefined;
  readonly storedBytes?: number | undefined;
  /** Reads answered from memory and reads that went to the disk. */
  readonly hotReads?: number | undefined;
  readonly coldReads?: number | undefined;
  /**
   * Bytes put into each of HEAT_BUCKETS even parts of the hash range, half of them forgotten each HEAT_HALF_LIFE_MS; of puts
   * of more than 64 records by a sample. Absent: none.
   */
  readonly heat?: readonly number[] | undefined;
}

/** A partition key that takes much of its stream. Bytes fade as a shard's heat does, so their ratio is the key's share. */
export interface HotKey {
  /** METRICS_KEY_CHARS_MAX characters at most; as the producer sent it: never show it unescaped. */
  readonly key: string;
  /** Index of the shard that took it last. */
  readonly shard: number;
  readonly bytes: number;
  /** The true figure lies between `bytes - errorBytes` and `bytes`, as far as the sample goes. */
  readonly errorBytes: number;
}

/** Enhanced fan-out. */
export interface ConsumerMetrics {
  readonly name: string;
  readonly status: 'CREATING' | 'ACTIVE' | 'DELETING';
  /** Open now. */
  readonly subscriptions: number;
  readonly recordsOut: number;
  readonly bytesOut: number;
  /** As a shard's, over all of its subscriptions. */
  readonly lagMs?: number;
}

/** Calls of GetRecords that look like one program's: same address, same user agent. */
export interface ReaderMetrics {
  /** The client's IP address. */
  readonly address: string;
  /** As the client names itself, cut to METRICS_READER_CHARS_MAX; never show it unescaped. */
  readonly agent: string;
  readonly reads: number;
  readonly recordsOut: number;
  readonly bytesOut: number;
  readonly lagMs?: number;
  readonly lastReadMs: EpochMs;
}

export interface MetricsEvent {
  readonly atMs: EpochMs;
  readonly kind: MetricsEventKind;
  /** Name; absent where it is about the daemon. */
  readonly stream?: string;
  /** Shards it is about: closed ones for a split or merge. */
  readonly shards?: readonly number[];
  /** Shards that a split or merge opened. */
  readonly opened?: readonly number[];
  readonly consumer?: string;
  /** What else there is to say, in words. */
  readonly detail?: string;
}

export type MetricsEventKind =
  | 'daemonStarted'
  | 'healthChanged'
  | 'streamCreating'
  | 'streamActive'
  | 'streamUpdating'
  | 'streamDeleting'
  | 'streamDeleted'
  | 'streamChanged'
  | 'shardSplit'
  | 'shardsMerged'
  /** Several at once, by UpdateShardCount or on-demand growth. */
  | 'resharded'
  | 'retentionChanged'
  | 'encryptionChanged'
  | 'consumerRegistered'
  | 'consumerDeregistered'
  | 'subscriptionStarted'
  | 'subscriptionEnded'
  | 'throttlingBegan'
  | 'throttlingEnded';

/** Members that changed; null takes one away; arrays and plain values stand for the old ones. */
export type Delta<T> = T extends readonly unknown[] | string | number | boolean
  ? T
  : { readonly [K in keyof T]?: Delta<T[K]> | null };

/** One line of either path. */
export type MetricsLine = { readonly full: MetricsFrame } | { readonly delta: Delta<MetricsFrame> };

/** The frame after a line; `before` is the frame after the line before it. A delta that comes first gives undefined. */
export function frameAfter(before: MetricsFrame | undefined, line: MetricsLine): MetricsFrame | undefined {
  if ('full' in line) return line.full;
  return before && (patched(before, line.delta) as MetricsFrame);
}

/** What makes `after` of `before`. */
export function deltaBetween(before: MetricsFrame, after: MetricsFrame): Delta<MetricsFrame> {
  return (difference(before, after) ?? {}) as Delta<MetricsFrame>;
}

type Members = Readonly<Record<string, unknown>>;

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What did not change is the same object as before. */
function patched(before: unknown, delta: unknown): unknown {
  if (!isMembers(delta)) return delta;
  const members: Record<string, unknown> = isMembers(before) ? { ...before } : {};
  for (const name of Object.keys(delta)) {
    const change = delta[name];
    if (change === null) delete members[name];
    else setMember(members, name, patched(memberOf(members, name), change));
  }
  return members;
}

/** Also under the one name whose assignment would mean something else. */
function setMember(members: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') members[name] = value;
  else Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
}

/** undefined when there is none. */
function difference(before: unknown, after: unknown): unknown {
  if (before === after) return undefined;
  if (!isMembers(before) || !isMembers(after)) return isEqual(before, after) ? undefined : after;
  const changes: [string, unknown][] = [];
  for (const name of Object.keys(after)) {
    const change = difference(memberOf(before, name), after[name]);
    if (change !== undefined) changes.push([name, change]);
  }
  for (const name of Object.keys(before)) {
    if (memberOf(after, name) === undefined && before[name] !== undefined) changes.push([name, null]);
  }
  return changes.length > 0 ? Object.fromEntries(changes) : undefined;
}

function memberOf(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

/** Lists by their contents. */
function isEqual(before: unknown, after: unknown): boolean {
  if (!Array.isArray(before) || !Array.isArray(after)) return before === after;
  return before.length === after.length && before.every((value, i) => difference(value, after[i]) === undefined);
}
