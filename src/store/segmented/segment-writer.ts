/**
 * The end of the lane: where the next block goes, under which commit number, and what is known to be on disk.
 * Writes the blocks that stand alone: snapshots, seals, marks; and makes the next segment.
 */
import type { Clock } from '../../runtime/clock.ts';
import type { Disk, DiskFile } from '../../runtime/disk.ts';
import { StoreError } from '../store.ts';
import { type ActiveSegment, closeActive, createSegment, snapshotFlags } from './active-segment.ts';
import type { CipherKeys } from './cipher.ts';
import { type BlockPlace, buildPlainBlock } from './commit.ts';
import { BLOCK_FLAG, BLOCK_KIND, type LanePosition } from './frame.ts';
import { writeAll } from './layout.ts';
import type { Segment } from './segment.ts';
import type { Segments } from './segments.ts';
import type { ShardState } from './shard-state.ts';

export interface WriterOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly uuid: string;
  readonly segments: Segments;
  readonly shards: ReadonlyMap<number, ShardState>;
  /** What follows is acknowledged before it is synced. */
  readonly relaxed: boolean;
  /** For records that are to be encrypted. */
  readonly keys: CipherKeys | undefined;
}

/** Where writing goes on. */
export interface WriterStart {
  readonly active: ActiveSegment;
  /** The highest commit number in use. */
  readonly commit: number;
}

export class SegmentWriter {
  readonly #options: WriterOptions;
  #active: ActiveSegment;
  #commit: number;
  #durable: LanePosition;
  /** What the last block of this segment said to be durable. */
  #saidDurable = 0;
  #dataEnd = 0;

  constructor(options: WriterOptions, { active, commit }: WriterStart) {
    this.#options = options;
    this.#active = active;
    this.#commit = commit;
    this.#durable = { segment: active.segment.name.id, position: active.position };
  }

  get segment(): Segment {
    return this.#active.segment;
  }

  get position(): number {
    return this.#active.position;
  }

  /** The handle for a commit: two commits under way never share one. */
  fileFor(commit: number): DiskFile {
    return this.#active.files[commit % 2 === 0 ? 0 : 1];
  }

  /** A place for the next block, with a commit number of its own. */
  place(): BlockPlace {
    const durable = this.#durable;
    this.#saidDurable = durable.position;
    const { segment, position } = this.#active;
    const { clock, keys } = this.#options;
    return { segment: segment.name, position, commit: ++this.#commit, durable, nowMs: clock.now(), keys };
  }

  /** The next block goes behind this one. */
  advance(bytes: number): void {
    this.#active.position += bytes;
  }

  /** Blocks up to `end` are acknowledged. */
  acknowledge(end: number, holdsRecords: boolean): void {
    this.#active.segment.readable = end;
    if (holdsRecords) this.#dataEnd = end;
  }

  /** Everything up to `end` of the active segment is on disk. */
  durableTo(end: number): void {
    const { id } = this.segment.name;
    if (this.#durable.segment === id && this.#durable.position >= end) return;
    this.#durable = { segment: id, position: end };
  }

  /** All that has been acknowledged is on disk. */
  get isSynced(): boolean {
    return this.#durable.segment === this.segment.name.id && this.#durable.position >= this.segment.readable;
  }

  /** The last records are on disk and no block says so yet. Behind a seal nothing is written: the next segment says it. */
  get markerIsDue(): boolean {
    if (this.segment.sealed) return false;
    return this.#durable.position >= this.#dataEnd && this.#saidDurable < this.#dataEnd;
  }

  /** Drops what was written behind the last acknowledged block. */
  async takeBack(): Promise<void> {
    const end = this.segment.readable;
    await this.#active.files[0].truncate(end);
    this.#active.position = end;
  }

  /** Syncs what has been acknowledged. Nothing else may sync at the same time. */
  async sync(): Promise<void> {
    const { segment, files } = this.#active;
    const end = segment.readable;
    await this.#syncFile(files[0]);
    this.durableTo(end);
  }

  /** States every shard, so that recovery needs nothing that lies before. */
  writeSnapshot(): Promise<void> {
    const { relaxed, shards } = this.#options;
    return this.#writeAlone(BLOCK_KIND.SNAPSHOT, snapshotFlags(relaxed), [...shards.values()]);
  }

  /** The mark of a clean stop. */
  writeCleanMark(): Promise<void> {
    return this.#writeAlone(BLOCK_KIND.MARKER, BLOCK_FLAG.CLEAN);
  }

  /** Ends the active segment and makes the next; returns the ended one. Can be tried again after it failed. */
  async roll(): Promise<Segment> {
    const { disk, clock, segments, uuid, shards, keys, relaxed } = this.#options;
    const old = this.#active;
    if (!old.segment.sealed) {
      await this.#writeAlone(BLOCK_KIND.SEAL, 0);
      old.segment.sealed = true;
    }
    const nowMs = clock.now();
    const id = old.segment.name.id + 1;
    const segment = segments.describe({ id, generation: 0, createdMs: nowMs, keyId: keys?.keyId ?? 0 });
    this.#active = await createSegment({
      disk,
      uuid,
      segment,
      lane: segments.lane,
      shards: [...shards.values()],
      relaxed,
      place: { commit: ++this.#commit, nowMs },
    });
    segments.put(segment);
    this.durableTo(segment.readable);
    this.#dataEnd = 0;
    this.#saidDurable = 0;
    old.segment.table.freeze();
    await closeActive(old);
    return old.segment;
  }

  close(): Promise<void> {
    return closeActive(this.#active);
  }

  /** Writes and syncs one block while nothing else is under way. */
  async #writeAlone(kind: number, flags: number, shards: readonly ShardState[] = []): Promise<void> {
    const { files, position } = this.#active;
    const block = buildPlainBlock(kind, flags, { ...this.place(), shards });
    await writeAll(files[0], block, position);
    await this.#syncFile(files[0]);
    this.advance(block.length);
    this.acknowledge(position + block.length, false);
    this.durableTo(position + block.length);
  }

  /** A disk that turns out to be full only now is a failure like any other: records are lost already. */
  async #syncFile(file: DiskFile): Promise<void> {
    try {
      await file.sync();
    } catch (cause) {
      throw new StoreError('failed', `a sync of ${this.segment.path} failed: ${(cause as Error).message}`, { cause });
    }
  }
}
