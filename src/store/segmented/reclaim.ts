/**
 * Disk space comes back: segments without live records are removed, sealed ones that are mostly dead are written
 * again, the active one is ended when it is old or mostly dead. Also writes the indexes of ended segments.
 */
import type { ShardKey } from '../../model/shard-key.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Disk, DiskFile } from '../../runtime/disk.ts';
import type { Logger } from '../../runtime/logger.ts';
import { StoreError } from '../store.ts';
import { type Block, BlockReader } from './block-reader.ts';
import type { RunHeader } from './frame.ts';
import { encodeIndex } from './index-file.ts';
import type { Lane } from './lane.ts';
import { writeNew } from './layout.ts';
import { rewriteSegment } from './rewrite.ts';
import { fateOf, shouldEndEarly } from './roll.ts';
import { applyBlock } from './scan.ts';
import type { Segment } from './segment.ts';
import { SEGMENT_HEADER_BYTES } from './segment-header.ts';
import type { SegmentWriter } from './segment-writer.ts';
import type { Segments } from './segments.ts';
import type { ShardState } from './shard-state.ts';

export interface ReclaimerOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly uuid: string;
  readonly segments: Segments;
  readonly writer: SegmentWriter;
  readonly lane: Lane;
  readonly shards: ReadonlyMap<ShardKey, ShardState>;
}

const LOOK_INTERVAL_MS = 10_000;

export class Reclaimer {
  readonly #options: ReclaimerOptions;
  readonly #stop = new AbortController();
  readonly #watching: Promise<void>;
  /** One thing at a time. */
  #work: Promise<void> = Promise.resolve();
  /** Damaged: kept as they are until nothing in them is alive. */
  readonly #damaged = new Set<Segment>();
  #wanted = true;

  constructor(options: ReclaimerOptions) {
    this.#options = options;
    this.#watching = this.#watch();
  }

  /** A segment has ended: it needs an index. */
  sealed(segment: Segment): void {
    this.#work = this.#work.then(() => this.#attempt(segment, () => this.#writeIndex(segment)));
    this.#wanted = true;
  }

  /** Records have died. */
  look(): void {
    this.#wanted = true;
  }

  /** Nothing new is begun. */
  stop(): void {
    this.#stop.abort();
  }

  /** Resolves when what was begun before `stop` is done. */
  async finished(): Promise<void> {
    await this.#watching;
    await this.#work;
  }

  async #watch(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#stop.signal.aborted) {
      try {
        await clock.sleep(LOOK_INTERVAL_MS, this.#stop.signal);
      } catch {
        return;
      }
      this.#endEarly();
      if (!this.#wanted) continue;
      this.#wanted = false;
      this.#work = this.#work.then(() => this.#round());
      await this.#work;
    }
  }

  #endEarly(): void {
    const { clock, writer, lane } = this.#options;
    const { table, createdMs } = writer.segment;
    const aliveBytes = table.aliveBytes(this.#horizonOf);
    if (shouldEndEarly({ ageMs: clock.now() - createdMs, bytes: table.bytes, aliveBytes })) lane.roll();
  }

  readonly #horizonOf = (shard: number): number | undefined => this.#options.shards.get(shard as ShardKey)?.horizon;

  async #round(): Promise<void> {
    const { segments, writer } = this.#options;
    for (const segment of segments.all()) {
      if (this.#stop.signal.aborted) return;
      if (segment !== writer.segment) await this.#attempt(segment, () => this.#treat(segment));
    }
  }

  /** What fails is tried again in the next round, unless the segment itself is damaged. */
  async #attempt(segment: Segment, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof StoreError) this.#damaged.add(segment);
      else this.#wanted = true;
      const reason = (error as Error).message;
      this.#options.logger.log('error', 'a segment could not be freed or indexed', { file: segment.path, reason });
    }
  }

  async #treat(segment: Segment): Promise<void> {
    const { table } = segment;
    const fate = fateOf({ bytes: table.bytes, aliveBytes: table.aliveBytes(this.#horizonOf) });
    if (fate === 'remove') await this.#remove(segment);
    else if (fate === 'rewrite' && !this.#damaged.has(segment)) await this.#rewrite(segment);
    else if (segment.indexBytes === 0) await this.#writeIndex(segment);
  }

  async #remove(segment: Segment): Promise<void> {
    const { disk, segments } = this.#options;
    this.#replaceEntries(segment, new Map());
    segments.delete(segment.name.id);
    this.#damaged.delete(segment);
    await segment.retire();
    await disk.remove(segment.path);
    if (segment.indexBytes > 0) await disk.remove(segments.indexPathOf(segment));
    await disk.syncDirectory(segments.lane);
  }

  /** Readers of the old file finish on it: it stays open while it is replaced. */
  async #rewrite(old: Segment): Promise<void> {
    const { disk, segments, uuid } = this.#options;
    const target = segments.describeAgain(old);
    const copied = new Map<ShardKey, ShardState>();
    const keeps = ({ shard, first, count }: RunHeader) => {
      const horizon = this.#horizonOf(shard);
      return count > 0 && horizon !== undefined && first + count > horizon;
    };
    const onBlock = (block: Block) => void applyBlock(block, target, copied);
    await old.borrow(async (file) => {
      const blocks = blocksOf(old, file);
      await rewriteSegment({ disk, lane: segments.lane, uuid, target, blocks, keeps, onBlock });
      target.sealed = true;
      target.table.freeze();
      segments.put(target);
      this.#replaceEntries(old, copied);
    });
    await old.retire();
    await this.#writeIndex(target);
  }

  /** Puts the entries found in `copied` in the place of those the shards have for this segment. */
  #replaceEntries({ name, table }: Segment, copied: ReadonlyMap<ShardKey, ShardState>): void {
    for (let i = 0; i < table.count; i++) {
      const key = table.row(i).shard as ShardKey;
      const entries = copied.get(key)?.index.ofSegment(name.id) ?? [];
      this.#options.shards.get(key)?.index.replaceSegment(name.id, entries);
    }
  }

  /** Does nothing for a segment that is gone or replaced by now. */
  async #writeIndex(segment: Segment): Promise<void> {
    const { disk, segments, shards, uuid } = this.#options;
    const { id } = segment.name;
    if (segments.get(id) !== segment) return;
    const rows = Array.from({ length: segment.table.count }, (_, i) => {
      const row = segment.table.row(i);
      return { ...row, entries: shards.get(row.shard as ShardKey)?.index.ofSegment(id) ?? [] };
    });
    const bytes = encodeIndex({ ...segment.name, uuid, bytes: segment.readable }, rows);
    await writeNew(disk, segments.indexPathOf(segment), bytes);
    await disk.syncDirectory(segments.lane);
    segment.indexBytes = bytes.length;
  }
}

async function* blocksOf(segment: Segment, file: DiskFile): AsyncGenerator<Block> {
  const reader = new BlockReader(file, segment.name, segment.readable);
  for (let at = SEGMENT_HEADER_BYTES; at < segment.readable; ) {
    const block = await reader.at(at);
    if (block === undefined) throw new StoreError('failed', `${segment.path} is damaged at byte ${at}`);
    yield block;
    at += block.header.length;
  }
}
