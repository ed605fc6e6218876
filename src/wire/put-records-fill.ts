/**
 * The second half of the scanners for PutRecords: fields found in a body, judged and decoded into one arena, and what the
 * body says of the stream. Pure.
 */
import { PARTITION_KEY_CHARS_MAX, PUT_RECORDS_MAX, RECORD_BYTES_MAX } from '../model/limits.ts';
import { RECORD_FLAG, RECORD_HEADER_BYTES, type RecordBatch } from '../model/record-batch.ts';
import { writeHashKey } from './hash-key-digits.ts';
import { type NativeBuffer, nativeView } from './native-buffer.ts';

export interface PutRecordsScan {
  readonly streamName: string | undefined;
  readonly streamArn: string | undefined;
  readonly batch: RecordBatch;
}

/** Gives memory of at least so many bytes. */
export type Allocate = (bytes: number) => Uint8Array;

/** Indices into the positions of one record: where each field's text starts, and behind it where it ends. */
export const FIELDS = { data: 0, key: 2, hash: 4, stride: 6 } as const;

/** Records whose fields are known by position: those of record i begin at `i * FIELDS.stride`. A start of 0 means absent. */
export interface FoundRecords {
  readonly body: NativeBuffer;
  readonly positions: Uint32Array;
  readonly count: number;
  /** Whether data stand there as they are, not in base64. */
  readonly isRaw: boolean;
}

/** The records of a body and the texts that name their stream. */
export interface FoundBody extends FoundRecords {
  readonly streamName: string | undefined;
  readonly streamArn: string | undefined;
}

/** Where the fields of the records stand. Shared by all readers: one body is read at a time, and none of them waits. */
export const fieldPositions = new Uint32Array(PUT_RECORDS_MAX * FIELDS.stride);

const HASH_BYTES = 16;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;

/** As declared for PutRecords; narrower where the declaration leaves room for texts that JSON would escape. */
const NAME = /^[a-zA-Z0-9_.-]{1,128}$/;
const ARN = /^arn:aws[a-z-]*:kinesis:[a-z0-9-]*:\d{12}:stream\/[a-zA-Z0-9_.-]+$/;
const ARN_CHARS_MAX = 2_048;

/** The request; undefined when anything in it is not of the plain form or breaks a constraint. */
export function scanOf(found: FoundBody, allocate: Allocate): PutRecordsScan | undefined {
  const { streamName, streamArn } = found;
  if (streamName !== undefined && !NAME.test(streamName)) return undefined;
  if (streamArn !== undefined && !(streamArn.length <= ARN_CHARS_MAX && ARN.test(streamArn))) return undefined;
  const batch = fillBatch(found, allocate);
  return batch && { streamName, streamArn, batch };
}

function fillBatch(found: FoundRecords, allocate: Allocate): RecordBatch | undefined {
  const starts = layOut(found);
  if (starts === undefined) return undefined;
  const arena = nativeView(allocate(starts[found.count]!));
  const slot: Slot = { arena, start: 0, end: 0 };
  for (let i = 0; i < found.count; i++) {
    slot.start = starts[i]!;
    slot.end = starts[i + 1]!;
    slot.start = fillHead(found, i, slot);
    if (slot.start < 0 || !fillData(found, i, slot)) return undefined;
  }
  return { arena, starts, count: found.count };
}

/** Where each record starts in the arena, from the lengths of its texts. */
function layOut({ body, positions, count, isRaw }: FoundRecords): Uint32Array | undefined {
  const starts = new Uint32Array(count + 1);
  for (let i = 0, at = 0; i < count; i++) {
    const base = i * FIELDS.stride;
    const chars = positions[base + FIELDS.data + 1]! - positions[base + FIELDS.data]!;
    const keyChars = positions[base + FIELDS.key + 1]! - positions[base + FIELDS.key]!;
    const dataBytes = isRaw ? chars : (chars / 4) * 3 - padding(body, positions[base + FIELDS.data + 1]!, chars);
    if (!isRaw && chars % 4 !== 0) return undefined;
    if (dataBytes > RECORD_BYTES_MAX || keyChars > PARTITION_KEY_CHARS_MAX) return undefined;
    if (keyChars === 0 && positions[base + FIELDS.key] !== 0) return undefined;
    at += RECORD_HEADER_BYTES + keyChars + (positions[base + FIELDS.hash] === 0 ? 0 : HASH_BYTES) + dataBytes;
    starts[i + 1] = at;
  }
  return starts;
}

/** How many of the last characters of a base64 text pad it. */
function padding(body: Uint8Array, end: number, chars: number): number {
  if (chars === 0 || body[end - 1] !== EQUALS) return 0;
  return body[end - 2] === EQUALS ? 2 : 1;
}

/** Where a record, or what is left of it to fill in, stands in the arena: one for all records of a batch. */
interface Slot {
  readonly arena: NativeBuffer;
  start: number;
  end: number;
}

/** What stands before the data of a record. Returns the byte behind it; -1 when it is not of the plain form. */
function fillHead({ body, positions }: FoundRecords, i: number, { arena, start, end }: Slot): number {
  const base = i * FIELDS.stride;
  const keyStart = positions[base + FIELDS.key]!;
  const keyEnd = positions[base + FIELDS.key + 1]!;
  const hashStart = positions[base + FIELDS.hash]!;
  let at = start + RECORD_HEADER_BYTES;
  for (let from = keyStart; from < keyEnd; from++) {
    const code = body[from]!;
    if (code < 0x20 || code > 0x7e || code === BACKSLASH) return -1;
    arena[at++] = code;
  }
  if (hashStart !== 0) {
    if (!writeHashKey(body.latin1Slice(hashStart, positions[base + FIELDS.hash + 1]!), arena, at)) return -1;
    at += HASH_BYTES;
  }
  const dataBytes = end - at;
  arena[start] = keyEnd - keyStart;
  arena[start + 1] = (keyEnd - keyStart) >> 8;
  arena[start + 2] =
    (hashStart === 0 ? 0 : RECORD_FLAG.EXPLICIT_HASH) | (keyStart === 0 ? RECORD_FLAG.NO_PARTITION_KEY : 0);
  for (let byte = 0; byte < 4; byte++) arena[start + 3 + byte] = dataBytes >> (8 * byte);
  return at;
}

/** False for what is not base64 that fills the slot. */
function fillData(found: FoundRecords, i: number, slot: Slot): boolean {
  if (!found.isRaw) return decodeData(found, i, slot);
  copyData(found, i, slot);
  return true;
}

function decodeData({ body, positions }: FoundRecords, i: number, { arena, start, end }: Slot): boolean {
  const at = i * FIELDS.stride + FIELDS.data;
  const text = body.latin1Slice(positions[at]!, positions[at + 1]!);
  return isStrictBase64(text) && arena.base64Write(text, start) === end - start;
}

/** Up to here a loop is faster than a view and a call for it. */
const LOOPED_BYTES_MAX = 160;

function copyData({ body, positions }: FoundRecords, i: number, { arena, start, end }: Slot): void {
  const from = positions[i * FIELDS.stride + FIELDS.data]!;
  if (end - start > LOOPED_BYTES_MAX) arena.set(body.subarray(from, from + end - start), start);
  else for (let at = start; at < end; at++) arena[at] = body[from + at - start]!;
}

/**
 * Whether a text that decodes to its full length is also what JSON's plain path takes: Node's decoder knows the alphabet
 * of URLs too and ignores the bits that padding cuts off. Letters of neither alphabet make the decoded length too short.
 */
function isStrictBase64(text: string): boolean {
  if (text.indexOf('-') >= 0 || text.indexOf('_') >= 0) return false;
  const { length } = text;
  if (length === 0 || text.charCodeAt(length - 1) !== EQUALS) return true;
  return text.charCodeAt(length - 2) === EQUALS
    ? LAST_BEFORE_TWO.includes(text[length - 3]!)
    : LAST_BEFORE_ONE.includes(text[length - 2]!);
}

/** The letters whose last four, or two, bits are zero. */
const LAST_BEFORE_TWO = 'AQgw';
const LAST_BEFORE_ONE = 'AEIMQUYcgkosw048';
