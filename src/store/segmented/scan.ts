/**
 * Reading a segment from its start: its blocks in order, what they say about shards, and where they stop being whole.
 */
import { DISK_SLICE_BYTES } from '../../model/limits.ts';
import type { ShardKey } from '../../model/shard-key.ts';
import type { DiskFile } from '../../runtime/disk.ts';
import { type Block, BlockReader } from './block-reader.ts';
import {
  BLOCK_FLAG,
  BLOCK_KIND,
  BLOCK_MAGIC,
  type LanePosition,
  RUN_FLAG,
  RUN_HEADER_BYTES,
  readRunHeader,
  runEnd,
  type SegmentName,
  viewOf,
} from './frame.ts';
import type { Segment } from './segment.ts';
import { SEGMENT_HEADER_BYTES } from './segment-header.ts';
import { ShardState } from './shard-state.ts';

export interface Scan {
  /** Where whole blocks end. */
  readonly end: number;
  readonly commit: number;
  /** How far this segment was known to be on disk, by what its blocks say. */
  readonly durable: number;
  readonly sealed: boolean;
  /** The last block is the mark of a clean stop. */
  readonly clean: boolean;
  /** Blocks were acknowledged before they were synced. */
  readonly relaxed: boolean;
  /** The first block is a snapshot, as it has to be. */
  readonly complete: boolean;
}

/** Visits the whole blocks of a segment in order; a commit number that does not grow ends them (stale bytes). */
export async function scanSegment(file: DiskFile, name: SegmentName, visit: (block: Block) => void): Promise<Scan> {
  const size = await file.size();
  const reader = new BlockReader(file, name, size);
  const scan = { end: SEGMENT_HEADER_BYTES, commit: 0, durable: SEGMENT_HEADER_BYTES };
  const state = { sealed: false, clean: false, relaxed: false, complete: false };
  for (;;) {
    const block = await reader.at(scan.end);
    if (block === undefined || block.header.commit <= scan.commit) return { ...scan, ...state };
    const { kind, flags, commit, durable, length } = block.header;
    visit(block);
    if (scan.end === SEGMENT_HEADER_BYTES) state.complete = kind === BLOCK_KIND.SNAPSHOT;
    if (kind === BLOCK_KIND.SNAPSHOT) state.relaxed = (flags & BLOCK_FLAG.RELAXED) !== 0;
    state.sealed = kind === BLOCK_KIND.SEAL;
    state.clean = kind === BLOCK_KIND.MARKER && (flags & BLOCK_FLAG.CLEAN) !== 0;
    scan.end += length;
    scan.commit = commit;
    if (durable.segment === name.id) scan.durable = Math.max(scan.durable, durable.position);
  }
}

/** Whole blocks that lie anywhere at or after `from`, found by their magic number. */
export async function searchBlocks(file: DiskFile, name: SegmentName, from: number): Promise<Block[]> {
  const size = await file.size();
  const reader = new BlockReader(file, name, size);
  const magic = new Uint8Array(4);
  viewOf(magic).setUint32(0, BLOCK_MAGIC, true);
  const found: Block[] = [];
  const slice = Buffer.alloc(Math.min(DISK_SLICE_BYTES, Math.max(size - from, 0)));
  for (let at = from; at < size; ) {
    const count = await file.read(slice, at);
    if (count < magic.length) break;
    const hit = slice.subarray(0, count).indexOf(magic);
    if (hit < 0) {
      at += count - (magic.length - 1);
      continue;
    }
    const block = await reader.at(at + hit);
    if (block !== undefined) found.push(block);
    at += hit + (block?.header.length ?? 1);
  }
  return found;
}

/** Whether a block found behind a damaged place says that the place had been on disk. */
export function provesDamage(durable: LanePosition, segment: SegmentName, position: number): boolean {
  return durable.segment > segment.id || (durable.segment === segment.id && durable.position > position);
}

/** Takes what a block says about shards into their states, and its runs into their indexes and the segment's table. */
export function applyBlock(block: Block, segment: Segment, shards: Map<ShardKey, ShardState>): ShardState[] {
  const view = viewOf(block.bytes);
  const touched: ShardState[] = [];
  for (let i = 0; i < block.header.runs; i++) {
    const run = readRunHeader(view, i);
    const state = stateOf(shards, run.shard as ShardKey);
    const next = run.first + run.count;
    state.dealt = next;
    state.next = next;
    state.arrivalMs = run.arrivalMs;
    state.sealed = (run.flags & RUN_FLAG.SEALED) !== 0;
    touched.push(state);
    if (run.count === 0) continue;
    const { first, arrivalMs } = run;
    const bytes = runEnd(view, i) - run.start + RUN_HEADER_BYTES;
    state.index.add({ first, arrivalMs, segment: segment.name.id, position: block.position, bytes });
    segment.table.add({ shard: run.shard, first, next, bytes });
  }
  return touched;
}

/** The state of a shard, made when it is not known yet. */
export function stateOf(shards: Map<ShardKey, ShardState>, key: ShardKey): ShardState {
  let state = shards.get(key);
  if (state === undefined) {
    state = new ShardState(key);
    shards.set(key, state);
  }
  return state;
}
