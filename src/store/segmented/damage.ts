/** Acknowledged bytes that are not whole any more: found, kept, told; and left out if the operator says so. */
import { DISK_SLICE_BYTES } from '../../model/limits.ts';
import type { Disk } from '../../runtime/disk.ts';
import type { Logger } from '../../runtime/logger.ts';
import { StoreError } from '../store.ts';
import { type Block, BlockReader } from './block-reader.ts';
import { readRunHeader, viewOf } from './frame.ts';
import { createUnfinished, idInName, type Layout, segmentPath, unfinishedPath, writeAll } from './layout.ts';
import { rewriteSegment } from './rewrite.ts';
import { provesDamage, type Scan, searchBlocks } from './scan.ts';
import type { Segment } from './segment.ts';
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.ts';
import type { Segments } from './segments.ts';

/** Whole blocks end where acknowledged ones should follow, or the header is not sound. */
export interface Damage {
  /** The damaged byte: 0 for the header, else where whole blocks end. */
  readonly position: number;
  readonly scan: Scan;
}

/** Acknowledged records are damaged; whoever gives them up names the segment. */
export class DamagedSegmentError extends StoreError {
  readonly segment: number;
  constructor(segment: number, message: string) {
    super('failed', message);
    this.name = 'DamagedSegmentError';
    this.segment = segment;
  }
}

interface DamageOptions {
  readonly disk: Disk;
  readonly logger: Logger;
  readonly layout: Layout;
  readonly segments: Segments;
}

/** Shards named in a message at most. */
const RANGES_SHOWN_MAX = 20;

/** Whether what the scan of the newest segment stopped at had been acknowledged, rather than being a torn tail. */
export async function findDamage(disk: Disk, segment: Segment, scan: Scan): Promise<boolean> {
  if (!scan.complete) return true;
  const later = await laterBlocks(disk, segment, scan);
  return later.some((block) => provesDamage(block.header.durable, segment.name, scan.end));
}

/** Copies the segment to quarantine and says what is lost. */
export async function refuseDamage(options: DamageOptions, segment: Segment, damage: Damage): Promise<never> {
  const copy = await quarantine(options, segment, damage);
  const lost = await lossOf(options, segment, damage);
  throw new DamagedSegmentError(
    segment.name.id,
    `${segment.path} is damaged at byte ${damage.position}${damage.position === 0 ? ', in its header' : ''}: ${lost}. ` +
      `A copy is in ${copy}. The store does not open unless the loss is accepted.`,
  );
}

/** Copies the segment to quarantine and writes it again with the blocks that are whole. */
export async function acceptDamage(options: DamageOptions, segment: Segment, damage: Damage): Promise<Segment> {
  const { disk, layout, logger, segments } = options;
  const copy = await quarantine(options, segment, damage);
  const lost = await lossOf(options, segment, damage);
  logger.log('error', 'accepted the loss of records', { file: segment.path, position: damage.position, lost, copy });
  const target = segments.describeAgain(segment);
  await rewriteSegment({
    disk,
    lane: layout.lane,
    uuid: layout.uuid,
    target,
    blocks: wholeBlocks(disk, segment, damage),
    keeps: () => true,
    onBlock: () => undefined,
  });
  return target;
}

async function laterBlocks(disk: Disk, segment: Segment, scan: Scan): Promise<Block[]> {
  const file = await disk.open(segment.path, 'read');
  try {
    const found = await searchBlocks(file, segment.name, scan.end + 1);
    return found.filter((block) => block.header.commit > scan.commit);
  } finally {
    await file.close();
  }
}

async function* wholeBlocks(disk: Disk, segment: Segment, { scan }: Damage): AsyncGenerator<Block> {
  const file = await disk.open(segment.path, 'read');
  try {
    const reader = new BlockReader(file, segment.name, scan.end);
    for (let at = SEGMENT_HEADER_BYTES; at < scan.end; ) {
      const block = await reader.at(at);
      if (block === undefined) break;
      yield block;
      at += block.header.length;
    }
  } finally {
    await file.close();
  }
  yield* await laterBlocks(disk, segment, scan);
}

/** What is gone, in words: "lost are log 7: offsets 120 to 180", by comparing what goes before the damage with what comes after it. */
async function lossOf(options: DamageOptions, segment: Segment, damage: Damage): Promise<string> {
  const next = new Map<number, number>();
  const lost: string[] = [];
  const compare = (block: Block, isBehind: boolean) => {
    const view = viewOf(block.bytes);
    for (let i = 0; i < block.header.runs; i++) {
      const { shard, first, count } = readRunHeader(view, i);
      const expected = next.get(shard);
      if (isBehind && expected !== undefined && first > expected) {
        lost.push(`log ${shard}: offsets ${expected} to ${first - 1}`);
      }
      next.set(shard, first + count);
    }
  };
  for await (const block of wholeBlocks(options.disk, segment, damage)) {
    compare(block, block.position >= damage.scan.end);
  }
  const hasBlocks = next.size > 0;
  const follower = await followingBlock(options, segment);
  if (follower !== undefined) compare(follower, true);
  const isKnown = hasBlocks && (follower !== undefined || damage.scan.end === segment.readable);
  if (lost.length === 0) return isKnown ? 'no records are lost' : 'which records are lost cannot be told';
  const shown = lost.slice(0, RANGES_SHOWN_MAX).join(', ');
  return `lost are ${shown}${lost.length > RANGES_SHOWN_MAX ? ` and ${lost.length - RANGES_SHOWN_MAX} more` : ''}`;
}

/** The first block of the segment after it: a snapshot that says how far each log had come. */
async function followingBlock({ disk, layout }: DamageOptions, segment: Segment): Promise<Block | undefined> {
  const ids = (await disk.list(layout.lane)).flatMap((name) => idInName(name, 'seg') ?? []);
  const id = Math.min(...ids.filter((other) => other > segment.name.id));
  if (!Number.isFinite(id)) return undefined;
  const path = segmentPath(layout.lane, id);
  const file = await disk.open(path, 'read');
  try {
    const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
    const header = decodeSegmentHeader(bytes.subarray(0, await file.read(bytes, 0)), path);
    return await new BlockReader(file, header, await file.size()).at(SEGMENT_HEADER_BYTES);
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  } finally {
    await file.close();
  }
}

async function quarantine({ disk, layout }: DamageOptions, segment: Segment, damage: Damage): Promise<string> {
  const name = segment.path.slice(segment.path.lastIndexOf('/') + 1);
  const path = `${layout.quarantine}/${name}.${segment.name.generation}.${damage.position}`;
  await disk.makeDirectory(layout.quarantine);
  if ((await disk.stat(path)) !== undefined) return path;
  const source = await disk.open(segment.path, 'read');
  const target = await createUnfinished(disk, path);
  try {
    const slice = new Uint8Array(DISK_SLICE_BYTES);
    for (let at = 0; ; at += slice.length) {
      const count = await source.read(slice, at);
      await writeAll(target, slice.subarray(0, count), at);
      if (count < slice.length) break;
    }
    await target.sync();
  } finally {
    await source.close();
    await target.close();
  }
  await disk.rename(unfinishedPath(path), path);
  await disk.syncDirectory(layout.quarantine);
  return path;
}
