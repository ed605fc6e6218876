/** What the screen shows, computed from what was observed: rates, shares and histories. Types only. */
import type { HotKey, MetricsEvent, StreamMetrics } from '../model/metrics-frame.ts';
import type { EpochMs } from '../model/time.ts';
import type { CloudWatchFigures } from './cloud-watch-figures.ts';

/** Where figures come from, and so which of them exist. */
export interface SourceFacts {
  /** `daemon`: counted by the server. `polling`: seen by reading the stream. */
  readonly kind: 'daemon' | 'polling';
  readonly endpoint: string;
  /** `daemon 0.1.0 up 2h14m`, `polling, 2 of 5 GetRecords/s a shard`. */
  readonly label: string;
  /** The target refuses calls for their number: it is asked so rarely now. */
  readonly limitedMs?: number | undefined;
  readonly rssBytes?: number | undefined;
  /** Absent unless something is wrong with the server. */
  readonly trouble?: string | undefined;
}

/** Everything seen at one time; counters grow, rates are made of two observations. */
export interface Observation {
  readonly source: SourceFacts;
  readonly atMs: EpochMs;
  /** Milliseconds by a clock that never steps: the base of rates. Starts again with the server. */
  readonly tickMs: number;
  readonly streams: Readonly<Record<string, StreamMetrics>>;
  readonly events: Readonly<Record<string, MetricsEvent>>;
  /** GetRecords at the 99th percentile since the last observation. */
  readonly readMs?: number | undefined;
  /** Of the stream that is looked at, by its id. */
  readonly cloudWatch?: { readonly stream: string; readonly figures: CloudWatchFigures | undefined } | undefined;
}

/** Per second, unless it says otherwise. */
export interface Flow {
  readonly bytesIn: number;
  readonly recordsIn: number;
  readonly bytesOut: number;
  readonly recordsOut: number;
  readonly reads: number;
}

export type Heat = 'cool' | 'warm' | 'hot';

export interface ShardFigures extends Flow {
  readonly id: string;
  readonly index: number;
  /** `0003`. */
  readonly name: string;
  readonly isOpen: boolean;
  readonly start: bigint;
  readonly end: bigint;
  /** The range as parts of the hash space, 0 to 1. */
  readonly from: number;
  readonly to: number;
  readonly parents: readonly number[];
  /** Of what a shard may take, 1 at the limit. */
  readonly writeShare: number;
  readonly readShare: number;
  /** Which limit is the nearest: bytes in, records in, GetRecords calls, bytes out. */
  readonly binding: 'b' | 'r' | 'g' | 'o';
  readonly heat: Heat;
  /** For how long it has been warm or hot; 0 while it is cool. */
  readonly heatMs: number;
  /** Refused in the last minute. */
  readonly throttledPerMinute: number;
  /** undefined: nobody reads, or it is not known. */
  readonly lagMs: number | undefined;
  /** Bytes in per second over the last minute, oldest first. */
  readonly minute: readonly number[];
  readonly openedMs: EpochMs;
  readonly closedMs: EpochMs | undefined;
  readonly firstMs: EpochMs | undefined;
  readonly lastMs: EpochMs | undefined;
  readonly storedBytes: number | undefined;
  readonly storedRecords: number | undefined;
  /** Load of even parts of the hash range. */
  readonly buckets: readonly number[];
}

export interface ConsumerFigures {
  readonly id: string;
  readonly name: string;
  /** `efo`: registered; `poll`: whoever calls GetRecords. */
  readonly type: 'efo' | 'poll';
  readonly state: string;
  /** Subscriptions; undefined for polling readers. */
  readonly shards: number | undefined;
  readonly lagMs: number | undefined;
  readonly bytesOut: number;
  readonly recordsOut: number;
  readonly reads: number | undefined;
  readonly lastReadMs: EpochMs | undefined;
}

export interface KeyFigures extends HotKey {
  /** Of the bytes of its shard, 0 to 1; undefined when that is not known. */
  readonly share: number | undefined;
  readonly name: string;
}

export interface StreamFigures extends Flow {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly isOnDemand: boolean;
  readonly retentionHours: number;
  readonly createdMs: EpochMs;
  readonly encryption: 'NONE' | 'KMS';
  readonly openShards: number;
  readonly closedShards: number;
  /** By index. */
  readonly shards: readonly ShardFigures[];
  readonly consumers: readonly ConsumerFigures[];
  readonly keys: readonly KeyFigures[];
  readonly throttledPerMinute: number;
  readonly lagMs: number | undefined;
  readonly heat: Heat;
  /** Bytes per second over the last ten minutes, oldest first. */
  readonly historyIn: readonly number[];
  readonly historyOut: readonly number[];
  /** Rows of the key space's map, newest first: load of even parts of the hash space in one observation. */
  readonly keySpace: readonly (readonly number[])[];
  /** How long nothing has come in; undefined while that is not known. */
  readonly idleMs: number | undefined;
}

export interface EventFigures {
  readonly number: number;
  readonly atMs: EpochMs;
  readonly stream: string | undefined;
  readonly text: string;
  readonly isBad: boolean;
}

/** All of it. */
export interface Board {
  readonly source: SourceFacts;
  readonly atMs: EpochMs;
  readonly streams: readonly StreamFigures[];
  /** Newest first. */
  readonly events: readonly EventFigures[];
  readonly readMs: number | undefined;
  /** False until rates can be told: the first observation has none. */
  readonly hasRates: boolean;
  readonly cloudWatch: Observation['cloudWatch'];
}
