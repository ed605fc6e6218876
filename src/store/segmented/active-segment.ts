/** The segment that is being written, and the making of a new one. */
import type { Disk, DiskFile } from '../../runtime/disk.ts';
import { type BlockPlace, buildPlainBlock } from './commit.ts';
import { BLOCK_FLAG, BLOCK_KIND } from './frame.ts';
import { writeNew } from './layout.ts';
import type { Segment } from './segment.ts';
import { encodeSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.ts';
import type { ShardState } from './shard-state.ts';

/**
 * Two handles on the file. The kernel tells a failed write-back once per handle: two commits that sync at the same
 * time must not share one, or the wrong one of them may hear of it.
 */
export interface ActiveSegment {
  readonly segment: Segment;
  readonly files: readonly [DiskFile, DiskFile];
  /** Where the next block goes. */
  position: number;
}

/** Opens a segment for writing at its readable end. Relaxed, it is the kernel's to say when what is written goes to the disk. */
export async function openActive(disk: Disk, segment: Segment, relaxed: boolean): Promise<ActiveSegment> {
  const hints = { direct: !relaxed };
  const first = await disk.open(segment.path, 'update', hints);
  try {
    const second = await disk.open(segment.path, 'update', hints);
    return { segment, files: [first, second], position: segment.readable };
  } catch (error) {
    await first.close();
    throw error;
  }
}

export async function closeActive(active: ActiveSegment): Promise<void> {
  for (const file of active.files) await file.close();
}

export interface NewSegment {
  readonly disk: Disk;
  readonly lane: string;
  readonly uuid: string;
  readonly segment: Segment;
  /** All there are: the segment's first block names them, so that older segments are not needed to know them. */
  readonly shards: readonly ShardState[];
  /** What follows is acknowledged before it is synced. */
  readonly relaxed: boolean;
  readonly place: Pick<BlockPlace, 'commit' | 'nowMs'>;
}

/** Makes a segment with its header and snapshot; it is on disk under its name when this returns. */
export async function createSegment(options: NewSegment): Promise<ActiveSegment> {
  const { disk, lane, segment, relaxed } = options;
  const { name, path, createdMs } = segment;
  const header = encodeSegmentHeader({ ...name, uuid: options.uuid, createdMs, keyId: segment.keyId });
  const durable = { segment: name.id, position: SEGMENT_HEADER_BYTES };
  const place = { ...options.place, segment: name, position: SEGMENT_HEADER_BYTES, durable };
  const snapshot = buildPlainBlock(BLOCK_KIND.SNAPSHOT, snapshotFlags(relaxed), { ...place, shards: options.shards });
  const bytes = Buffer.concat([header, snapshot]);
  await writeNew(disk, path, bytes);
  await disk.syncDirectory(lane);
  segment.readable = bytes.length;
  return openActive(disk, segment, relaxed);
}

/** Flags of a snapshot, which say of all that follows it how it was acknowledged. */
export function snapshotFlags(relaxed: boolean): number {
  return relaxed ? BLOCK_FLAG.RELAXED : 0;
}
