/** Acknowledged bytes that are not whole any more: found, kept, told; and left out if the operator says so. */
import { DISK_SLICE_BYTES } from '../../model/limits.ts';
import type { Disk } from '../../runtime/disk.ts';
import type { Logger } from '../../runtime/logger.ts';
import { StoreError } from '../store.ts';
import { type Block, BlockReader } from './block-reader.ts';
import { readRunHeader, viewOf } from './frame.ts';
import { createUnfinished, type Layout, unfinishedPath, writeAll } from './layout.ts';
import { rewriteSegment } from './rewrite.ts';
import { provesDamage, type Scan, searchBlocks } from './scan.ts';
import type { Segment } from './segment.ts';
import { SEGMENT_HEADER_BYTES } from './segment-header.ts';
import type { Segments } from './segments.ts';

/** Where whole blocks end although acknowledged ones should follow. */
export interface Damage {
  readonly position: number;
  readonly scan: Scan;
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
  const ranges = await lostRanges(options.disk, segment, damage);
  throw new StoreError(
    'failed',
    `${segment.path} is damaged at byte ${damage.position}: acknowledged records are lost (${ranges}). ` +
      `A copy is in ${copy}. The store does not open unless the loss is accepted.`,
  );
}

/** Copies the segment to quarantine and writes it again with the blocks that are whole. */
export async function acceptDamage(options: DamageOptions, segment: Segment, damage: Damage): Promise<Segment> {
  const { disk, layout, logger, segments } = options;
  const copy = await quarantine(options, segment, damage);
  const ranges = await lostRanges(disk, segment, damage);
  logger.log('error', 'accepted the loss of records', { file: segment.path, position: damage.position, ranges, copy });
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

async function* wholeBlocks(disk: Disk, segment: Segment, { position, scan }: Damage): AsyncGenerator<Block> {
  const file = await disk.open(segment.path, 'read');
  try {
    const reader = new BlockReader(file, segment.name, position);
    for (let at = SEGMENT_HEADER_BYTES; at < position; ) {
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

/** "log 7: offsets 120 to 180", by comparing what goes before the damage with what comes after it. */
async function lostRanges(disk: Disk, segment: Segment, damage: Damage): Promise<string> {
  const next = new Map<number, number>();
  const lost: string[] = [];
  for await (const block of wholeBlocks(disk, segment, damage)) {
    const view = viewOf(block.bytes);
    for (let i = 0; i < block.header.runs; i++) {
      const { shard, first, count } = readRunHeader(view, i);
      const expected = next.get(shard);
      if (block.position > damage.position && expected !== undefined && first > expected) {
        lost.push(`log ${shard}: offsets ${expected} to ${first - 1}`);
      }
      next.set(shard, first + count);
    }
  }
  if (lost.length === 0) return 'of which logs cannot be told';
  const shown = lost.slice(0, RANGES_SHOWN_MAX).join(', ');
  return lost.length > RANGES_SHOWN_MAX ? `${shown} and ${lost.length - RANGES_SHOWN_MAX} more` : shown;
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
