/**
 * The index beside a sealed segment: a cache, made again from the segment when it is missing or does not fit.
 * Little endian:
 *
 *   0       8       10      12           20           24          32         48      52        56
 *   magic | major | minor | segment id | generation | seg bytes | store uuid | shards | entries | crc | ...
 *   8 B     u16     u16     u64          u32          u64         (16 B)       u32      u32       u32
 *
 *   then per shard 32 bytes:  shard u32 | entries u32 | first u64 | next u64 | bytes u64
 *   then per entry 20 bytes:  first u64 | arrivalMs u64 | position u32      in the order of the shards
 *
 * crc: CRC-32 of everything, with the crc itself taken as zero.
 */
import { crc32 } from 'node:zlib';
import { type SegmentName, viewOf } from './frame.ts';
import { FORMAT_MAJOR } from './segment-header.ts';
import type { TableRow } from './segment-table.ts';
import type { Entries, IndexEntry } from './shard-index.ts';
import { readU64, writeU64 } from './u64.ts';

/** Of the index itself. 1: entries are further apart than readers of 0 look; one of another minor is made again. */
const INDEX_MINOR = 1;
const HEADER_BYTES = 64;
const ROW_BYTES = 32;
const ENTRY_BYTES = 20;
const CRC_AT = 56;
/** "SLUICIDX" in the file. */
const MAGIC_LOW = 0x49554c53;
const MAGIC_HIGH = 0x58444943;

/** What an index belongs to: it fits only this very file. */
export interface IndexOwner extends SegmentName {
  readonly uuid: string;
  readonly bytes: number;
}

export interface ShardRow extends TableRow {
  readonly entries: readonly Omit<IndexEntry, 'segment'>[];
}

export function encodeIndex(owner: IndexOwner, rows: readonly ShardRow[]): Uint8Array {
  const entries = rows.reduce((sum, row) => sum + row.entries.length, 0);
  const bytes = new Uint8Array(HEADER_BYTES + rows.length * ROW_BYTES + entries * ENTRY_BYTES);
  const view = viewOf(bytes);
  writeOwner(bytes, owner);
  view.setUint32(48, rows.length, true);
  view.setUint32(52, entries, true);
  let at = HEADER_BYTES;
  for (const row of rows) {
    view.setUint32(at, row.shard, true);
    view.setUint32(at + 4, row.entries.length, true);
    writeU64(view, at + 8, row.first);
    writeU64(view, at + 16, row.next);
    writeU64(view, at + 24, row.bytes);
    at += ROW_BYTES;
  }
  for (const { first, arrivalMs, position } of rows.flatMap((row) => row.entries)) {
    writeU64(view, at, first);
    writeU64(view, at + 8, arrivalMs);
    view.setUint32(at + 16, position, true);
    at += ENTRY_BYTES;
  }
  view.setUint32(CRC_AT, crc32(bytes), true);
  return bytes;
}

/** The entries of one shard, read out of the file's bytes as they are asked for. */
class PackedEntries implements Entries {
  readonly #view: DataView;
  readonly #at: number;
  readonly count: number;

  constructor(view: DataView, at: number, count: number) {
    this.#view = view;
    this.#at = at;
    this.count = count;
  }

  first(i: number): number {
    return readU64(this.#view, this.#at + i * ENTRY_BYTES);
  }

  arrivalMs(i: number): number {
    return readU64(this.#view, this.#at + i * ENTRY_BYTES + 8);
  }

  position(i: number): number {
    return this.#view.getUint32(this.#at + i * ENTRY_BYTES + 16, true);
  }
}

export interface PackedRow extends TableRow {
  readonly entries: Entries;
}

/** The rows; undefined when the bytes are damaged or belong to another file. The bytes must not change afterwards. */
export function decodeIndex(bytes: Uint8Array, owner: IndexOwner): PackedRow[] | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = viewOf(bytes);
  const [shards, entries] = [view.getUint32(48, true), view.getUint32(52, true)];
  if (bytes.length !== HEADER_BYTES + shards * ROW_BYTES + entries * ENTRY_BYTES) return undefined;
  const expected = new Uint8Array(48);
  writeOwner(expected, owner);
  if (!expected.every((byte, i) => byte === bytes[i])) return undefined;
  if (checksumOf(bytes) !== view.getUint32(CRC_AT, true)) return undefined;
  let entryAt = HEADER_BYTES + shards * ROW_BYTES;
  return Array.from({ length: shards }, (_, i) => {
    const at = HEADER_BYTES + i * ROW_BYTES;
    const packed = new PackedEntries(view, entryAt, view.getUint32(at + 4, true));
    entryAt += packed.count * ENTRY_BYTES;
    return {
      shard: view.getUint32(at, true),
      first: readU64(view, at + 8),
      next: readU64(view, at + 16),
      bytes: readU64(view, at + 24),
      entries: packed,
    };
  });
}

/** Of everything, with the checksum itself taken as zero. */
function checksumOf(bytes: Uint8Array): number {
  const before = crc32(new Uint8Array(4), crc32(bytes.subarray(0, CRC_AT)));
  return crc32(bytes.subarray(CRC_AT + 4), before);
}

function writeOwner(bytes: Uint8Array, owner: IndexOwner): void {
  const view = viewOf(bytes);
  view.setUint32(0, MAGIC_LOW, true);
  view.setUint32(4, MAGIC_HIGH, true);
  view.setUint16(8, FORMAT_MAJOR, true);
  view.setUint16(10, INDEX_MINOR, true);
  writeU64(view, 12, owner.id);
  view.setUint32(20, owner.generation, true);
  writeU64(view, 24, owner.bytes);
  bytes.set(Buffer.from(owner.uuid.replaceAll('-', ''), 'hex'), 32);
}
