/** The second half of the scanner for PutRecords: fields found in a body, judged and decoded into one arena. Pure. */
import { PARTITION_KEY_CHARS_MAX, RECORD_BYTES_MAX } from '../model/limits.ts';
import { RECORD_FLAG, RECORD_HEADER_BYTES, type RecordBatch } from '../model/record-batch.ts';
import { writeHashKey } from './hash-key-digits.ts';
import { type NativeBuffer, nativeView } from './native-buffer.ts';

/** Indices into the positions of one record: where each field's text starts, and behind it where it ends. */
export const FIELDS = { data: 0, key: 2, hash: 4, stride: 6 } as const;

/** Records whose fields are known by position: those of record i begin at `i * FIELDS.stride`. A start of 0 means absent. */
export interface FoundRecords {
  readonly body: NativeBuffer;
  readonly positions: Uint32Array;
  readonly count: number;
}

const HASH_BYTES = 16;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;

/** The batch; undefined when a field is not of the plain form or breaks a constraint. */
export function fillBatch(found: FoundRecords, allocate: (bytes: number) => Uint8Array): RecordBatch | undefined {
  const starts = layOut(found);
  if (starts === undefined) return undefined;
  const arena = nativeView(allocate(starts[found.count]!));
  for (let i = 0; i < found.count; i++) {
    if (!fillRecord(found, i, { arena, start: starts[i]!, end: starts[i + 1]! })) return undefined;
  }
  return { arena, starts, count: found.count };
}

/** Where each record starts in the arena, from the lengths of its texts. */
function layOut({ body, positions, count }: FoundRecords): Uint32Array | undefined {
  const starts = new Uint32Array(count + 1);
  for (let i = 0, at = 0; i < count; i++) {
    const base = i * FIELDS.stride;
    const chars = positions[base + FIELDS.data + 1]! - positions[base + FIELDS.data]!;
    const keyChars = positions[base + FIELDS.key + 1]! - positions[base + FIELDS.key]!;
    const dataBytes = (chars / 4) * 3 - padding(body, positions[base + FIELDS.data + 1]!, chars);
    if (chars % 4 !== 0 || dataBytes > RECORD_BYTES_MAX || keyChars > PARTITION_KEY_CHARS_MAX) return undefined;
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

/** The place of one record in the arena. */
interface Slot {
  readonly arena: NativeBuffer;
  readonly start: number;
  readonly end: number;
}

function fillRecord({ body, positions }: FoundRecords, i: number, { arena, start, end }: Slot): boolean {
  const base = i * FIELDS.stride;
  const keyStart = positions[base + FIELDS.key]!;
  const keyEnd = positions[base + FIELDS.key + 1]!;
  const hashStart = positions[base + FIELDS.hash]!;
  let at = start + RECORD_HEADER_BYTES;
  for (let from = keyStart; from < keyEnd; from++) {
    const code = body[from]!;
    if (code < 0x20 || code > 0x7e || code === BACKSLASH) return false;
    arena[at++] = code;
  }
  if (hashStart !== 0) {
    if (!writeHashKey(body.latin1Slice(hashStart, positions[base + FIELDS.hash + 1]!), arena, at)) return false;
    at += HASH_BYTES;
  }
  const dataBytes = end - at;
  arena[start] = keyEnd - keyStart;
  arena[start + 1] = (keyEnd - keyStart) >> 8;
  arena[start + 2] =
    (hashStart === 0 ? 0 : RECORD_FLAG.EXPLICIT_HASH) | (keyStart === 0 ? RECORD_FLAG.NO_PARTITION_KEY : 0);
  for (let byte = 0; byte < 4; byte++) arena[start + 3 + byte] = dataBytes >> (8 * byte);
  const data = body.latin1Slice(positions[base + FIELDS.data]!, positions[base + FIELDS.data + 1]!);
  return isStrictBase64(data) && arena.base64Write(data, at) === dataBytes;
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
