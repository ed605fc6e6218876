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
  readonly #working: Promise<void>;
  readonly #unindexed = new Set<Segment>();
  /** Could not be read or written: left as they are until the next start. */
  readonly #givenUp = new Set<Segment>();
  #wanted = true;

  constructor(options: ReclaimerOptions) {
    this.#options = options;
    this.#working = this.#work();
  }

  /** A segment has ended: it needs an index. */
  sealed(segment: Segment): void {
    this.#unindexed.add(segment);
    this.#wanted = true;
  }

  /** Records have died. */
  look(): void {
    this.#wanted = true;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    const { clock, writer, lane } = this.#options;
    while (!this.#stop.signal.aborted) {
      try {
        await clock.sleep(LOOK_INTERVAL_MS, this.#stop.signal);
      } catch {
        return;
      }
      const { table, createdMs } = writer.segment;
      const aliveBytes = table.aliveBytes(this.#horizonOf);
      if (shouldEndEarly({ ageMs: clock.now() - createdMs, bytes: table.bytes, aliveBytes })) lane.roll();
      if (this.#wanted) await this.#round();
    }
  }

  readonly #horizonOf = (shard: number): number | undefined => this.#options.shards.get(shard as ShardKey)?.horizon;

  async #round(): Promise<void> {
    this.#wanted = false;
    const { segments, writer } = this.#options;
    for (const segment of segments.all()) {
      if (this.#stop.signal.aborted) return;
      if (segment === writer.segment || this.#givenUp.has(segment)) continue;
      try {
        await this.#treat(segment);
      } catch (error) {
        this.#givenUp.add(segment);
        const reason = (error as Error).message;
        this.#options.logger.log('error', 'a segment could not be freed', { file: segment.path, reason });
      }
    }
  }

  async #treat(segment: Segment): Promise<void> {
    const { table } = segment;
    const fate = fateOf({ bytes: table.bytes, aliveBytes: table.aliveBytes(this.#horizonOf) });
    if (fate === 'remove') await this.#remove(segment);
    else if (fate === 'rewrite') await this.#rewrite(segment);
    else if (this.#unindexed.has(segment)) await this.#writeIndex(segment);
  }

  async #remove(segment: Segment): Promise<void> {
    const { disk, segments } = this.#options;
    this.#replaceEntries(segment, new Map());
    segments.delete(segment.name.id);
    this.#unindexed.delete(segment);
    await segment.retire();
    await disk.remove(segment.path);
    if (segment.indexBytes > 0) await disk.remove(segments.indexPathOf(segment));
    await disk.syncDirectory(segments.lane);
  }

  /** Readers of the old file finish on it: it stays open while it is replaced. */
  async #rewrite(old: Segment): Promise<void> {
    const { disk, segments, uuid } = this.#options;
    const target = segments.describe(old.name.id, old.name.generation + 1, old.createdMs);
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
      this.#unindexed.delete(old);
      this.#unindexed.add(target);
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

  async #writeIndex(segment: Segment): Promise<void> {
    const { disk, segments, shards, uuid } = this.#options;
    const { id } = segment.name;
    const rows = Array.from({ length: segment.table.count }, (_, i) => {
      const row = segment.table.row(i);
      return { ...row, entries: shards.get(row.shard as ShardKey)?.index.ofSegment(id) ?? [] };
    });
    const bytes = encodeIndex({ ...segment.name, uuid, bytes: segment.readable }, rows);
    await writeNew(disk, segments.indexPathOf(segment), bytes);
    await disk.syncDirectory(segments.lane);
    segment.indexBytes = bytes.length;
    this.#unindexed.delete(segment);
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
