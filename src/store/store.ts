/**
 * The seam for storage engines: many shards, one durable commit. Offsets grow per shard and may have gaps, so an
 * engine that does not deal them itself (Kafka) fits behind it too. No Kinesis words here.
 *
 * Order: appends to one shard become readable in the order in which `append` was called. Readers see only what is as
 * durable as the engine promises. Failure is typed, never a false success; after an error the records of that
 * append may or may not exist, but no offset is ever dealt twice.
 */
import type { AppendSlice, RecordBlock } from '../model/record-batch.ts';
import type { Offset, ShardKey } from '../model/shard-key.ts';
import type { EpochMs } from '../model/time.ts';

/** What an acknowledgement means. 'replicated' is not 'disk': a broker's page cache is memory on several machines. */
export type Durability = 'disk' | 'pageCache' | 'replicated' | 'memory';

/** Record i of the slice has offset `offsetIn(first, i)`: within one slice offsets follow each other. */
export interface Appended {
  readonly first: Offset;
  /** When the engine took the slice; never below an earlier arrival in the same shard. */
  readonly arrivalMs: EpochMs;
  readonly durability: Durability;
}

/** 'unknown': the write may or may not have happened. The others: nothing was written. */
export type StoreErrorKind = 'unknown' | 'readOnly' | 'failed' | 'noSuchShard' | 'sealed' | 'overloaded' | 'closed';

export type AppendOutcome = Appended | { readonly error: StoreError };

/** Both bounds hold at once, but one record is always returned if there is one. Bytes count keys and data. */
export interface ReadLimit {
  readonly records: number;
  readonly bytes: number;
}

export type StoreHealth =
  | { readonly state: 'ok' }
  | { readonly state: 'read-only'; readonly reason: string }
  | { readonly state: 'failed'; readonly reason: string };

/** What is known of a log without asking the disk. */
export interface LogFigures {
  /** Of the records that can be read, as the engine keeps them: about, where part of a file is trimmed. */
  readonly bytes: number;
  /** Absent when the engine cannot tell records from holes in the offsets. */
  readonly records?: number | undefined;
  /** Arrivals of the oldest record that can be read, or of one shortly before it, and of the newest; absent without one. */
  readonly firstMs?: EpochMs | undefined;
  readonly lastMs?: EpochMs | undefined;
  /** Calls of `read` since the start: answered from memory, and not. */
  readonly hotReads: number;
  readonly coldReads: number;
}

export interface Store {
  /** Makes empty logs. Fine if one exists already and is empty. */
  create(shards: readonly ShardKey[]): Promise<void>;
  /** One outcome a slice, in order, once each is as durable as it says. All slices of a call share one commit. Rejects only for a closed store. */
  append(slices: readonly AppendSlice[]): Promise<readonly AppendOutcome[]>;
  /** @throws {StoreError} 'noSuchShard'. */
  open(shard: ShardKey): Promise<ShardLog>;
  /** Advice, idempotent: records below may go. The catalog owns the horizon, and a reader may still see them. */
  trim(horizons: readonly { readonly shard: ShardKey; readonly before: Offset }[]): Promise<void>;
  /** Once, after the catalog is loaded: every other shard may go. */
  retain(live: readonly ShardKey[]): Promise<void>;
  /** The shards are gone at once; their disk comes back within a minute. */
  drop(shards: readonly ShardKey[]): Promise<void>;
  health(): StoreHealth;
  /** Bytes the engine holds on disk (or in memory). */
  usage(): { readonly bytes: number };
  /** Of every log there is. Looks at all of them: for people who watch, not for each request. */
  figures(): ReadonlyMap<ShardKey, LogFigures>;
  /** Waits for appends under way, makes all of it durable, releases the files. */
  close(): Promise<void>;
}

export interface ShardLog {
  /** `next` is above every readable record; equal to `first` when there is none. */
  range(): Promise<{ readonly first: Offset; readonly next: Offset }>;
  /**
   * Blocks from the first record at or after `from` (which may fall in a gap or below the first record) until a
   * limit is met; empty at the end.
   * @throws {StoreError} 'failed' when the bytes on disk are damaged: never skipped silently.
   */
  read(from: Offset, limit: ReadLimit): Promise<readonly RecordBlock[]>;
  /** Offset of the first record that arrived at or after `at`; the end when there is none. */
  find(at: EpochMs): Promise<Offset>;
  /** Nothing is appended afterwards. Idempotent, and survives a restart. */
  seal(): Promise<void>;
  /** Yields the new end once per commit that touched this shard; ends when the signal fires. */
  watch(signal: AbortSignal): AsyncIterable<Offset>;
}

/** A store said no. `kind` decides what a caller does; the message is for people. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;
  constructor(kind: StoreErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StoreError';
    this.kind = kind;
  }
}
