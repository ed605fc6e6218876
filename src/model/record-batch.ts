/**
 * Many records in one arena: what a scanner fills, a store moves and a renderer reads, with no object per record.
 * Pure. A slice goes into a store, a block comes out.
 *
 * One encoded record (little endian), the same bytes in memory and on disk:
 *
 *   0        2       3          7            7+keyLength      [+16]
 *   keyLength u16 | flags u8 | dataLength u32 | partition key, UTF-8 | explicit hash key, big endian | data
 *
 * The explicit hash key stands there only with flag EXPLICIT_HASH. Records follow each other without padding.
 */

import type { Offset, ShardKey } from './shard-key.ts';
import type { EpochMs } from './time.ts';

/** Bytes before the partition key. */
export const RECORD_HEADER_BYTES = 7;

export const RECORD_FLAG = {
  /** 16 bytes of explicit hash key follow the partition key. */
  EXPLICIT_HASH: 1,
  /** The producer sent no partition key (streams that distribute by themselves). */
  NO_PARTITION_KEY: 2,
  /** The stream encrypted when the record came in; readers are told KMS. */
  ENCRYPTED: 4,
} as const;

/** `count` encoded records; record i is `arena.subarray(starts[i], starts[i + 1])`. Not changed from when a store takes it until it has answered; the store keeps a copy. */
export interface RecordBatch {
  readonly arena: Uint8Array;
  /** At least `count + 1` entries, ascending. */
  readonly starts: Uint32Array;
  readonly count: number;
}

/** The records `picks` of a batch, in that order, for one shard. At least one. */
export interface AppendSlice {
  readonly shard: ShardKey;
  readonly batch: RecordBatch;
  /** Indices into the batch. Not written to: slices may share theirs. */
  readonly picks: Uint32Array;
}

/** A run of records with consecutive offsets and one arrival time. An immutable view: hold it no longer than the answer. */
export interface RecordBlock extends RecordBatch {
  readonly first: Offset;
  /** Where to read on; above the last record's offset, not always by one. */
  readonly next: Offset;
  readonly arrivalMs: EpochMs;
}

/** Offset of record `i` of a slice or block whose first record has offset `first`. The only place outside an engine where offsets are counted. */
export function offsetIn(first: Offset, i: number): Offset {
  return (first + i) as Offset;
}

/** Bytes of partition key and data of record `i` of a batch or block: what limits and bills count. */
export function payloadBytes({ arena, starts }: RecordBatch, i: number): number {
  const start = starts[i]!;
  const explicitBytes = arena[start + 2]! & RECORD_FLAG.EXPLICIT_HASH ? 16 : 0;
  return starts[i + 1]! - start - RECORD_HEADER_BYTES - explicitBytes;
}

/** One record, taken out of a batch. `data` is a view of the arena: copy to keep. */
export interface RecordView {
  /** undefined when the producer sent none. */
  readonly partitionKey: string | undefined;
  /** 16 bytes, big endian; undefined when the producer sent none. */
  readonly explicitHash: Uint8Array | undefined;
  readonly data: Uint8Array;
  readonly encrypted: boolean;
}

/** A record as a producer hands it in, for the plain path and for tests. */
export interface RecordInput {
  readonly partitionKey?: string | undefined;
  /** In [0, 2^128). */
  readonly explicitHash?: bigint | undefined;
  readonly data: Uint8Array;
  readonly encrypted?: boolean;
}

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

/** Encodes records one after the other into a fresh arena. */
export function encodeBatch(records: readonly RecordInput[]): RecordBatch {
  const keys = records.map((record) => utf8.encode(record.partitionKey ?? ''));
  const starts = new Uint32Array(records.length + 1);
  for (const [i, record] of records.entries()) {
    const hashBytes = record.explicitHash === undefined ? 0 : 16;
    starts[i + 1] = starts[i]! + RECORD_HEADER_BYTES + keys[i]!.length + hashBytes + record.data.length;
  }
  const arena = new Uint8Array(starts[records.length]!);
  const view = new DataView(arena.buffer);
  for (const [i, record] of records.entries()) encodeRecord(view, starts[i]!, keys[i]!, record);
  return { arena, starts, count: records.length };
}

function encodeRecord(view: DataView, start: number, key: Uint8Array, record: RecordInput): void {
  const arena = new Uint8Array(view.buffer);
  const flags =
    (record.explicitHash === undefined ? 0 : RECORD_FLAG.EXPLICIT_HASH) |
    (record.partitionKey === undefined ? RECORD_FLAG.NO_PARTITION_KEY : 0) |
    (record.encrypted ? RECORD_FLAG.ENCRYPTED : 0);
  view.setUint16(start, key.length, true);
  view.setUint8(start + 2, flags);
  view.setUint32(start + 3, record.data.length, true);
  arena.set(key, start + RECORD_HEADER_BYTES);
  let at = start + RECORD_HEADER_BYTES + key.length;
  if (record.explicitHash !== undefined) {
    view.setBigUint64(at, record.explicitHash >> 64n);
    view.setBigUint64(at + 8, record.explicitHash & 0xffff_ffff_ffff_ffffn);
    at += 16;
  }
  arena.set(record.data, at);
}

/** Record `i` of a batch. */
export function recordAt(batch: RecordBatch, i: number): RecordView {
  const { arena } = batch;
  const start = batch.starts[i]!;
  const flags = arena[start + 2]!;
  const keyEnd = start + RECORD_HEADER_BYTES + (arena[start]! | (arena[start + 1]! << 8));
  const dataStart = flags & RECORD_FLAG.EXPLICIT_HASH ? keyEnd + 16 : keyEnd;
  return {
    partitionKey:
      flags & RECORD_FLAG.NO_PARTITION_KEY
        ? undefined
        : fromUtf8.decode(arena.subarray(start + RECORD_HEADER_BYTES, keyEnd)),
    explicitHash: flags & RECORD_FLAG.EXPLICIT_HASH ? arena.subarray(keyEnd, keyEnd + 16) : undefined,
    data: arena.subarray(dataStart, batch.starts[i + 1]!),
    encrypted: (flags & RECORD_FLAG.ENCRYPTED) !== 0,
  };
}
