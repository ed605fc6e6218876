/**
 * Blocks: the frames of a segment file, one per commit, one checksum each. All numbers are little endian.
 *
 *   0       4     8        12     13      14    16       24          32               40                44     48            64
 *   magic | crc | length | kind | flags | 0   | commit | arrivalMs | durableSegment | durablePosition | runs | cipher bytes |
 *   u32     u32   u32      u8     u8      u16   u64      u64         u64              u32               u32    u32 + 12 B
 *
 *   then `runs` run headers of 32 bytes, ascending by shard, then the records of each run, as model/record-batch.ts
 *   encodes them:
 *
 *   0       4       8       12      16      24
 *   shard | flags | count | start | first | arrivalMs     start: byte in the block; a run ends where the next starts
 *   u32     u32     u32     u32     u64     u64
 *
 * crc: CRC-32 of bytes 8 to length, seeded with the segment and the position, so stale or misplaced bytes fail too.
 * durable*: the place in the lane known to be on disk when the block was written. A run without records states that
 * the shard exists, with `first` the next offset to deal. Cipher bytes: key id and nonce, zero without encrypted runs,
 * whose records are followed by a tag of 16 bytes (cipher.ts).
 */
import { crc32 } from 'node:zlib';
import { RECORD_FLAG, RECORD_HEADER_BYTES, type RecordBlock } from '../../model/record-batch.ts';
import type { Offset, ShardKey } from '../../model/shard-key.ts';
import { StoreError } from '../store.ts';
import type { BlockCipherBytes } from './cipher.ts';
import { readU64, writeU64 } from './u64.ts';

export const BLOCK_HEADER_BYTES = 64;
export const RUN_HEADER_BYTES = 32;
/** "SLB1" in the file. */
export const BLOCK_MAGIC = 0x31424c53;

/** DATA: records and statements about shards. SNAPSHOT: every shard there is. MARKER: nothing but `durable`. SEAL: the segment ends here. */
export const BLOCK_KIND = { DATA: 1, SNAPSHOT: 2, MARKER: 3, SEAL: 4 } as const;

export const BLOCK_FLAG = {
  /** On a marker: the store was closed in order, nothing follows. */
  CLEAN: 1,
  /** On a snapshot: what follows was acknowledged before it was synced. */
  RELAXED: 2,
} as const;

export const RUN_FLAG = {
  /** Nothing may be appended to the shard any more. */
  SEALED: 1,
  /** The records are encrypted, and a tag follows them. */
  ENCRYPTED: 2,
} as const;

/** A segment and how often it was written again: together they seed the checksums. */
export interface SegmentName {
  readonly id: number;
  readonly generation: number;
}

/** A byte in the lane: all segments before `segment`, and this one up to `position`. */
export interface LanePosition {
  readonly segment: number;
  readonly position: number;
}

export interface BlockFields {
  readonly kind: number;
  readonly flags: number;
  readonly runs: number;
  /** Grows from block to block, never used twice. */
  readonly commit: number;
  readonly arrivalMs: number;
  readonly durable: LanePosition;
  /** Present when runs of the block are encrypted. */
  readonly cipher?: BlockCipherBytes | undefined;
}

export interface BlockHeader extends BlockFields {
  /** Of the whole block. */
  readonly length: number;
}

export interface RunHeader {
  readonly shard: number;
  readonly flags: number;
  readonly count: number;
  readonly start: number;
  readonly first: number;
  readonly arrivalMs: number;
}

const KIND_MAX = BLOCK_KIND.SEAL;
const CIPHER_AT = 48;

/** The start value of a block's checksum: different for any two positions of one segment. */
export function blockSeed(segment: SegmentName, position: number): number {
  let h = Math.imul(segment.id ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15) ^ Math.floor(segment.id / 2 ** 32), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13) ^ segment.generation, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 16) ^ position, 0x165667b1);
  return (h ^ (h >>> 15)) >>> 0;
}

/** Bytes of exactly this length with arbitrary contents, in memory of their own. */
export function freshBytes(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}

/** A view of exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Fills in the header of a block whose runs and records are in place, and its checksum last. */
export function finishBlock(block: Uint8Array, fields: BlockFields, seed: number): void {
  const view = viewOf(block);
  view.setUint32(0, BLOCK_MAGIC, true);
  view.setUint32(8, block.length, true);
  view.setUint8(12, fields.kind);
  view.setUint8(13, fields.flags);
  view.setUint16(14, 0, true);
  writeU64(view, 16, fields.commit);
  writeU64(view, 24, fields.arrivalMs);
  writeU64(view, 32, fields.durable.segment);
  view.setUint32(40, fields.durable.position, true);
  view.setUint32(44, fields.runs, true);
  view.setUint32(CIPHER_AT, fields.cipher?.keyId ?? 0, true);
  if (fields.cipher === undefined) block.fill(0, CIPHER_AT + 4, BLOCK_HEADER_BYTES);
  else block.set(fields.cipher.nonce, CIPHER_AT + 4);
  view.setUint32(4, crc32(block.subarray(8), seed), true);
}

/** Writes run header `i` of a block. */
export function writeRunHeader(view: DataView, i: number, run: RunHeader): void {
  writeRunHeaderAt(view, BLOCK_HEADER_BYTES + i * RUN_HEADER_BYTES, run);
}

/** Writes a run header at byte `at`. */
export function writeRunHeaderAt(view: DataView, at: number, run: RunHeader): void {
  view.setUint32(at, run.shard, true);
  view.setUint32(at + 4, run.flags, true);
  view.setUint32(at + 8, run.count, true);
  view.setUint32(at + 12, run.start, true);
  writeU64(view, at + 16, run.first);
  writeU64(view, at + 24, run.arrivalMs);
}

/** The header at byte `at`, when 64 bytes there look like one. Nothing is certain before `isWhole`. */
export function readBlockHeader(bytes: Uint8Array, at: number): BlockHeader | undefined {
  if (at + BLOCK_HEADER_BYTES > bytes.length) return undefined;
  const view = viewOf(bytes);
  if (view.getUint32(at, true) !== BLOCK_MAGIC) return undefined;
  const length = view.getUint32(at + 8, true);
  const kind = view.getUint8(at + 12);
  const runs = view.getUint32(at + 44, true);
  if (length < BLOCK_HEADER_BYTES + runs * RUN_HEADER_BYTES || kind < BLOCK_KIND.DATA || kind > KIND_MAX) {
    return undefined;
  }
  const keyId = view.getUint32(at + CIPHER_AT, true);
  const nonce = bytes.subarray(at + CIPHER_AT + 4, at + BLOCK_HEADER_BYTES);
  return {
    length,
    kind,
    flags: view.getUint8(at + 13),
    runs,
    commit: readU64(view, at + 16),
    arrivalMs: readU64(view, at + 24),
    durable: { segment: readU64(view, at + 32), position: view.getUint32(at + 40, true) },
    cipher: keyId === 0 ? undefined : { keyId, nonce },
  };
}

/** Whether the bytes, exactly one block long, carry the right checksum for their place. */
export function isWhole(block: Uint8Array, seed: number): boolean {
  return viewOf(block).getUint32(4, true) === crc32(block.subarray(8), seed);
}

/** Run header `i` of a whole block. */
export function readRunHeader(view: DataView, i: number): RunHeader {
  const at = BLOCK_HEADER_BYTES + i * RUN_HEADER_BYTES;
  return {
    shard: view.getUint32(at, true),
    flags: view.getUint32(at + 4, true),
    count: view.getUint32(at + 8, true),
    start: view.getUint32(at + 12, true),
    first: readU64(view, at + 16),
    arrivalMs: readU64(view, at + 24),
  };
}

/** Where the records of run `i` end: where those of the next start, or at the end of the block. */
export function runEnd(view: DataView, i: number): number {
  const runs = view.getUint32(44, true);
  return i + 1 < runs ? view.getUint32(BLOCK_HEADER_BYTES + (i + 1) * RUN_HEADER_BYTES + 12, true) : view.byteLength;
}

/** The number of the shard's run in a whole block, or -1. */
export function findRun(view: DataView, shard: ShardKey): number {
  let low = 0;
  let high = view.getUint32(44, true) - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = view.getUint32(BLOCK_HEADER_BYTES + middle * RUN_HEADER_BYTES, true);
    if (found === shard) return middle;
    if (found < shard) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/**
 * The records of run `i` of a whole block, which is not encrypted: views of it.
 * @throws {StoreError} 'failed' when the run does not fit together, which a right checksum should rule out.
 */
export function runRecords(block: Uint8Array, i: number): RecordBlock {
  const view = viewOf(block);
  const run = readRunHeader(view, i);
  if (run.start < BLOCK_HEADER_BYTES) throw misfit(run.shard);
  return recordsIn(block, { from: run.start, to: runEnd(view, i) }, run);
}

/** The records of a run that lie in some bytes of an arena: views of it. @throws {StoreError} as runRecords. */
export function recordsIn(
  arena: Uint8Array,
  { from, to: end }: { readonly from: number; readonly to: number },
  run: RunHeader,
): RecordBlock {
  if (end > arena.length || run.count > end) throw misfit(run.shard);
  const view = viewOf(arena);
  const starts = new Uint32Array(run.count + 1);
  let at = from;
  for (let n = 0; n < run.count; n++) {
    if (at + RECORD_HEADER_BYTES > end) throw misfit(run.shard);
    starts[n] = at;
    const hashBytes = arena[at + 2]! & RECORD_FLAG.EXPLICIT_HASH ? 16 : 0;
    at += RECORD_HEADER_BYTES + view.getUint16(at, true) + hashBytes + view.getUint32(at + 3, true);
  }
  if (at !== end) throw misfit(run.shard);
  starts[run.count] = end;
  return {
    arena,
    starts,
    count: run.count,
    first: run.first as Offset,
    next: (run.first + run.count) as Offset,
    arrivalMs: run.arrivalMs,
  };
}

function misfit(shard: number): StoreError {
  return new StoreError('failed', `the records of log ${shard} do not fit their block`);
}
