/** A stream as the catalog keeps it. Pure values; what may change and how is in catalog.ts. */
import type { ChannelHolder } from './channel.ts';
import type { ConsumerHolder } from './consumer.ts';
import type { EncryptionCalls, EncryptionChange } from './encryption.ts';
import type { QueueHolder } from './queue.ts';
import type { Shard } from './shard.ts';
import type { ShardKey } from './shard-key.ts';
import type { ShardMetric } from './shard-metrics.ts';
import type { EpochMs } from './time.ts';

export type StreamStatus = 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING';
export type StreamMode = 'PROVISIONED' | 'ON_DEMAND';

/** Whose call it is: ARNs are written in the caller's account and region. */
export interface Scope {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}

/** What a stream that is not ACTIVE is on its way to. */
export type Change =
  | { readonly kind: 'create'; readonly shards: number }
  | { readonly kind: 'split'; readonly shardIndex: number; readonly startingHashKey: bigint }
  | { readonly kind: 'merge'; readonly shardIndex: number; readonly adjacentIndex: number }
  | { readonly kind: 'scale'; readonly target: number }
  /** Each of the shards in the middle. */
  | { readonly kind: 'grow'; readonly shardIndexes: readonly number[] }
  | { readonly kind: 'set'; readonly settings: StreamPatch }
  | EncryptionChange
  | { readonly kind: 'delete' };

/** A change that was accepted and is still to be carried out, also after a restart. */
export interface Transition {
  readonly change: Change;
  /** When it is to be carried out. */
  readonly dueMs: EpochMs;
  /** Keys dealt for the shards it will open: `count` of them from `first` on. */
  readonly keys: { readonly first: ShardKey; readonly count: number };
}

export interface Stream extends ConsumerHolder, ChannelHolder, QueueHolder {
  /** One incarnation of the name; never used again. */
  readonly id: number;
  /** '' when all callers share one namespace, else `account/region`. */
  readonly namespace: string;
  readonly name: string;
  readonly status: StreamStatus;
  readonly mode: StreamMode;
  readonly createdMs: EpochMs;
  /** Logical second of creation: later than that of any earlier incarnation of the name. */
  readonly creationSeconds: number;
  /** 24 to 8760. */
  readonly retentionHours: number;
  /** Ascending by index; closed shards stay until all their records have expired. */
  readonly shards: readonly Shard[];
  readonly nextShardIndex: number;
  /** Bound of data plus partition key of one record. */
  readonly recordBytesMax: number;
  readonly tags: Readonly<Record<string, string>>;
  /** A JSON text, kept and shown; nothing is decided by it. */
  readonly policy?: string | undefined;
  /** AUTO: the service places records, whatever their keys. Absent: the partition key does. */
  readonly distribution?: 'AUTO' | undefined;
  /** What the owner asked to be ready for at any time. */
  readonly warmMibps?: number | undefined;
  /** Changes of the mode within the last day; absent when there was none. */
  readonly switchedMs?: readonly EpochMs[] | undefined;
  /** Present while new records are marked (and kept) encrypted. */
  readonly encryptionKeyId?: string | undefined;
  readonly encryptionCalls?: EncryptionCalls | undefined;
  /** Enhanced monitoring, in the API's order; [] when off. */
  readonly shardMetrics: readonly ShardMetric[];
  /** Present exactly while the status is not ACTIVE. */
  readonly transition?: Transition | undefined;
  /** Calls of UpdateShardCount within the last day; absent when there was none. */
  readonly scaledMs?: readonly EpochMs[] | undefined;
}

/** Members of a stream that its owner sets; null takes one away. */
export type StreamPatch = { readonly [K in Settable]?: Stream[K] | null };
type Settable =
  | 'mode'
  | 'recordBytesMax'
  | 'tags'
  | 'policy'
  | 'distribution'
  | 'warmMibps'
  | 'switchedMs'
  | 'shardMetrics';

/** arn:aws:kinesis:<region>:<account>:stream/<name>, in the partition of the region. */
export function streamArn(scope: Scope, name: string): string {
  return `arn:${partitionOf(scope.region)}:kinesis:${scope.region}:${scope.account}:stream/${name}`;
}

/** The partition of a region, as ARNs begin with it. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
