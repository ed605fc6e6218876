/**
 * The engine that keeps records on disk: one log of segments shared by all shards, one sync a commit.
 * docs/format.md draws the files; lane.ts writes, recover.ts opens, segmented-log.ts reads, reclaim.ts frees.
 */
import { APPEND_WAITING_BYTES_MAX, FREE_BYTES_MIN, HOT_TAIL_BYTES_MAX, SEGMENT_BYTES_MAX } from '../../model/limits.ts';
import type { AppendSlice } from '../../model/record-batch.ts';
import type { Offset, ShardKey } from '../../model/shard-key.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Disk } from '../../runtime/disk.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { Random } from '../../runtime/random.ts';
import { pickedBytes } from '../copy-picks.ts';
import {
  type AppendOutcome,
  type Durability,
  type LogFigures,
  type ShardLog,
  type Store,
  StoreError,
  type StoreHealth,
} from '../store.ts';
import { createSegment } from './active-segment.ts';
import { CipherKeys } from './cipher.ts';
import type { Part } from './commit.ts';
import { HotTail } from './hot-tail.ts';
import { Lane } from './lane.ts';
import type { DurabilityMode } from './lane-options.ts';
import { openLayout } from './layout.ts';
import { logFigures } from './log-figures.ts';
import { Reclaimer } from './reclaim.ts';
import { type Recovered, recover } from './recover.ts';
import { SegmentWriter, type WriterOptions, type WriterStart } from './segment-writer.ts';
import { SegmentedLog } from './segmented-log.ts';
import { Segments } from './segments.ts';
import { ShardState } from './shard-state.ts';
import { SpaceWatch } from './space-watch.ts';

export interface SegmentedStoreOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Absolute; made if it is not there. Nobody else may use it: the caller holds the lock. */
  readonly directory: string;
  readonly durability: DurabilityMode;
  readonly segmentBytesMax?: number;
  readonly hotTailBytesMax?: number;
  /** Bytes of records that may wait for the disk. */
  readonly waitingBytesMax?: number;
  /** What has to wait for a commit to begin beside another. */
  readonly secondCommitBytesMin?: number | undefined;
  /** Appends are refused while less is free. */
  readonly freeBytesMin?: number | undefined;
  /** Appends are refused once the store holds more. */
  readonly bytesMax?: number | undefined;
  /** Segments, by id, that may have lost acknowledged records: damaged ones are copied to quarantine and what is not whole left out. */
  readonly acceptLoss?: readonly number[] | undefined;
  /**
   * Keys of CIPHER_KEY_BYTES bytes. With them, runs with records of flag ENCRYPTED are kept encrypted: the first key
   * encrypts, all decrypt.
   */
  readonly keys?: readonly Uint8Array[] | undefined;
}

/**
 * Opens the store in a directory, or makes one there.
 * @throws {DamagedSegmentError} with file and position when acknowledged records are damaged.
 * @throws {UnknownFormatError} when a newer program wrote it.
 * @throws {StoreError} 'failed' when part of the store is missing.
 * @throws {MissingKeyError} when it holds records that none of the keys decrypts.
 */
export async function openSegmentedStore(options: SegmentedStoreOptions): Promise<Store> {
  const { disk, clock, logger, durability } = options;
  const acceptLoss = new Set(options.acceptLoss);
  const keys = options.keys?.length ? new CipherKeys(options.keys, options.random) : undefined;
  const layout = await openLayout(options);
  const segments = new Segments(disk, layout.lane);
  const relaxed = durability !== 'always';
  const recovered = await recover({ disk, logger, layout, segments, acceptLoss, keys, relaxed });
  const { shards } = recovered;
  const writing = { disk, clock, uuid: layout.uuid, segments, shards, relaxed, keys };
  const start = recovered.start ?? (await firstSegment(writing));
  return new SegmentedStore(options, {
    uuid: layout.uuid,
    segments,
    recovered,
    keys,
    writer: new SegmentWriter(writing, start),
  });
}

async function firstSegment({ disk, clock, uuid, segments, relaxed, keys }: WriterOptions): Promise<WriterStart> {
  const nowMs = clock.now();
  const segment = segments.describe({ id: 1, generation: 0, createdMs: nowMs, keyId: keys?.keyId ?? 0 });
  const place = { commit: 1, nowMs };
  const active = await createSegment({ disk, lane: segments.lane, uuid, segment, shards: [], relaxed, place });
  segments.put(segment);
  return { active, commit: 1 };
}

interface StoreParts {
  readonly uuid: string;
  readonly segments: Segments;
  readonly recovered: Recovered;
  readonly writer: SegmentWriter;
  readonly keys: CipherKeys | undefined;
}

class SegmentedStore implements Store {
  readonly #shards: Map<ShardKey, ShardState>;
  readonly #segments: Segments;
  readonly #lane: Lane;
  readonly #reclaimer: Reclaimer;
  readonly #space: SpaceWatch;
  readonly #durability: Durability;
  readonly #keys: CipherKeys | undefined;
  readonly #hotTail: HotTail;
  #closed = false;

  constructor(options: SegmentedStoreOptions, { uuid, segments, recovered, writer, keys }: StoreParts) {
    const { disk, clock, logger, segmentBytesMax = SEGMENT_BYTES_MAX } = options;
    this.#shards = recovered.shards;
    this.#segments = segments;
    this.#durability = options.durability === 'always' ? 'disk' : 'pageCache';
    this.#keys = keys;
    this.#hotTail = new HotTail(options.hotTailBytesMax ?? HOT_TAIL_BYTES_MAX);
    this.#lane = new Lane({
      clock,
      logger,
      writer,
      segmentBytesMax,
      durability: options.durability,
      waitingBytesMax: options.waitingBytesMax ?? APPEND_WAITING_BYTES_MAX,
      hotTail: this.#hotTail,
      secondCommitBytesMin: options.secondCommitBytesMin,
      start: recovered.restated ? 'restated' : recovered.start === undefined ? 'new' : 'resumed',
      onSealed: (segment) => this.#reclaimer.sealed(segment),
    });
    const freeBytesMin = options.freeBytesMin ?? Math.max(FREE_BYTES_MIN, 4 * segmentBytesMax);
    const { bytesMax = Number.POSITIVE_INFINITY } = options;
    this.#space = new SpaceWatch({ disk, clock, lane: this.#lane, segments, writer, freeBytesMin, bytesMax });
    this.#reclaimer = new Reclaimer({
      disk,
      clock,
      logger,
      uuid,
      segments,
      writer,
      lane: this.#lane,
      shards: this.#shards,
    });
    for (const segment of recovered.unindexed) this.#reclaimer.sealed(segment);
    // Runs of one segment share a key, which its header names.
    if (keys !== undefined && writer.segment.keyId !== keys.keyId) this.#lane.roll();
  }

  async create(shards: readonly ShardKey[]): Promise<void> {
    this.#checkOpen();
    const made: ShardState[] = [];
    const parts = shards.map((key) => {
      const known = this.#shards.get(key);
      if (known !== undefined) return statement(checkNew(known));
      const state = new ShardState(key);
      made.push(state);
      return statement(state);
    });
    for (const state of made) this.#shards.set(state.key, state);
    const error = await this.#submit(parts);
    if (error === undefined) return;
    for (const state of made) this.#forget(state);
    throw error;
  }

  append(slices: readonly AppendSlice[]): Promise<readonly AppendOutcome[]> {
    return new Promise((resolve) => {
      this.#checkOpen();
      const parts = slices.map((slice) => this.#part(slice));
      const accepted = parts.filter((part): part is Part => !(part instanceof StoreError));
      const settle = (failure?: StoreError) => resolve(parts.map((part) => this.#outcome(part, failure)));
      return accepted.length > 0 ? this.#lane.submit(accepted, settle) : settle();
    });
  }

  #outcome(part: Part | StoreError, failure: StoreError | undefined): AppendOutcome {
    if (part instanceof StoreError) return { error: part };
    if (failure !== undefined) return { error: failure };
    if (part.gone) return { error: noSuchShard(part.shard.key) };
    return { first: part.first as Offset, arrivalMs: part.arrivalMs, durability: this.#durability };
  }

  async open(shard: ShardKey): Promise<ShardLog> {
    this.#checkOpen();
    const state = this.#shards.get(shard);
    if (state === undefined) throw noSuchShard(shard);
    return new SegmentedLog({
      state,
      segments: this.#segments,
      keys: this.#keys,
      hotTail: this.#hotTail,
      checkThere: (asked) => this.#checkThere(asked),
      seal: (asked) => this.#seal(asked),
    });
  }

  async trim(horizons: readonly { readonly shard: ShardKey; readonly before: Offset }[]): Promise<void> {
    for (const { shard, before } of horizons) {
      const state = this.#shards.get(shard);
      if (state !== undefined) state.horizon = Math.max(state.horizon, Math.min(before, state.next));
    }
    this.#reclaimer.look();
  }

  async retain(live: readonly ShardKey[]): Promise<void> {
    const keep = new Set(live);
    await this.drop([...this.#shards.keys()].filter((shard) => !keep.has(shard)));
  }

  async drop(shards: readonly ShardKey[]): Promise<void> {
    for (const shard of shards) {
      const state = this.#shards.get(shard);
      if (state !== undefined) this.#forget(state);
    }
    this.#reclaimer.look();
  }

  health(): StoreHealth {
    return this.#closed ? { state: 'failed', reason: 'the store is closed' } : this.#lane.health;
  }

  usage(): { readonly bytes: number } {
    return { bytes: this.#segments.bytes };
  }

  figures(): ReadonlyMap<ShardKey, LogFigures> {
    return logFigures(this.#shards, this.#segments.all());
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const state of this.#shards.values()) state.watchers.close();
    await this.#space.close();
    this.#reclaimer.stop();
    try {
      await this.#lane.close();
    } finally {
      await this.#reclaimer.finished();
      await this.#segments.close();
    }
  }

  #submit(parts: readonly Part[]): Promise<StoreError | undefined> {
    return new Promise((settle) => this.#lane.submit(parts, settle));
  }

  #part(slice: AppendSlice): Part | StoreError {
    const shard = this.#shards.get(slice.shard);
    if (shard === undefined) return noSuchShard(slice.shard);
    if (shard.sealed) return new StoreError('sealed', `log ${slice.shard} is sealed`);
    return { shard, slice, bytes: pickedBytes(slice), first: 0, arrivalMs: 0, gone: false };
  }

  async #seal(state: ShardState): Promise<void> {
    if (state.sealed) return;
    state.sealed = true;
    const error = await this.#submit([statement(state)]);
    if (error === undefined) return;
    state.sealed = false;
    throw error;
  }

  #forget(state: ShardState): void {
    state.dropped = true;
    state.watchers.close();
    this.#shards.delete(state.key);
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreError('closed', 'the store is closed');
  }

  #checkThere(state: ShardState): void {
    this.#checkOpen();
    if (state.dropped) throw noSuchShard(state.key);
  }
}

function statement(shard: ShardState): Part {
  return { shard, bytes: 0, first: 0, arrivalMs: 0, gone: false };
}

function checkNew(state: ShardState): ShardState {
  if (state.isEmpty && !state.sealed) return state;
  throw new StoreError('failed', `log ${state.key} exists already and is not a new one`);
}

function noSuchShard(shard: ShardKey): StoreError {
  return new StoreError('noSuchShard', `there is no log ${shard}`);
}
