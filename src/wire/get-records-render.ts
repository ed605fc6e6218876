/** What GetRecords and SubscribeToShard give, in JSON, straight from the store's bytes into one buffer: no object per record. Pure. */
import { Buffer } from 'node:buffer';
import type { ReadPage, ReadRecords, ShardEvent } from '../model/delivery.ts';
import { RECORD_FLAG, RECORD_HEADER_BYTES, type RecordBlock } from '../model/record-batch.ts';
import { SEQUENCE_NUMBER_CHARS, SequenceRun } from '../model/sequence-number.ts';
import type { ShardIdentity } from '../model/shard.ts';
import { type EpochMs, SECOND_MS } from '../model/time.ts';
import { type NativeBuffer, nativeAlloc, nativeView } from './native-buffer.ts';
import { childShardAnswer } from './shard-answer.ts';

/** What an answer with records begins with. */
export const HEAD = '{"Records":[';
const NUMBER_AT = '{"SequenceNumber":"'.length;
const KEY_OPEN = Buffer.from('","PartitionKey":"');
const CLOSE = Buffer.from('"},');
const CLOSE_ENCRYPTED = Buffer.from('","EncryptionType":"KMS"},');
const COMMA_BYTES = 1;
const HASH_BYTES = 16;
/** Around one record's data and key, at the most: the parts above, the template and an arrival time. */
const FRAME_BYTES_MAX = 200;
/** An escaped byte is at most \u001f. */
const ESCAPED_BYTES_MAX = 6;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The body of an answer up to the end of its records: the same bytes for all who are given these records. */
export function renderRecordsJson(page: ReadPage): Uint8Array {
  return render(page, ']');
}

/** What follows the records. What the page has not is left out. */
export function renderPageEndJson({ nextIterator, lagMs, children }: ReadPage): Uint8Array {
  const members = {
    NextShardIterator: nextIterator,
    MillisBehindLatest: lagMs,
    ChildShards: children?.map(childShardAnswer),
  };
  return Buffer.from(othersJson(members));
}

/** The payload of a SubscribeToShardEvent. What the event has not is left out. */
export function renderShardEventJson(event: ShardEvent): Uint8Array {
  const { continuation, lagMs, children } = event;
  const members = {
    ContinuationSequenceNumber: continuation,
    MillisBehindLatest: lagMs,
    ChildShards: children?.map(childShardAnswer),
  };
  return render(event, `]${othersJson(members)}`);
}

/** Members behind the records, and the end. Those that are undefined are left out. */
function othersJson(members: object): string {
  return `,${JSON.stringify(members).slice(1)}`;
}

/** The records and what is to follow them, which is ASCII. */
function render({ shard, blocks }: ReadRecords, tail: string): Uint8Array {
  const out = nativeAlloc(blocks.reduce((sum, block) => sum + bytesMax(block), HEAD.length + tail.length));
  const writer = new RecordWriter(out, out.latin1Write(HEAD, 0));
  for (const block of blocks) writer.writeBlock(shard, block);
  const recordsEnd = writer.at > HEAD.length ? writer.at - COMMA_BYTES : HEAD.length;
  return out.subarray(0, recordsEnd + out.latin1Write(tail, recordsEnd));
}

function bytesMax({ arena, starts, count }: RecordBlock): number {
  let keyBytes = 0;
  for (let i = 0; i < count; i++) keyBytes += keyBytesAt(arena, starts[i]!);
  const bytes = starts[count]! - starts[0]!;
  return Math.ceil((bytes * 4) / 3) + keyBytes * ESCAPED_BYTES_MAX + count * FRAME_BYTES_MAX;
}

/** Bytes that a record of a block is rendered to, with its comma; `opening`: those of the block's `openingOf`. */
export function renderedBytes({ arena, starts }: RecordBlock, i: number, opening: number): number {
  const start = starts[i]!;
  const flags = arena[start + 2]!;
  const keyBytes = keyBytesAt(arena, start);
  const keyEnd = start + RECORD_HEADER_BYTES + keyBytes;
  const dataBytes = starts[i + 1]! - keyEnd - (flags & RECORD_FLAG.EXPLICIT_HASH ? HASH_BYTES : 0);
  const close = flags & RECORD_FLAG.ENCRYPTED ? CLOSE_ENCRYPTED : CLOSE;
  const bytes = opening + Math.ceil(dataBytes / 3) * 4 + close.length;
  if (flags & RECORD_FLAG.NO_PARTITION_KEY) return bytes;
  return bytes + KEY_OPEN.length + escapedBytes(arena, start + RECORD_HEADER_BYTES, keyEnd);
}

/** Bytes of a key as `writeRecords` writes it. */
function escapedBytes(arena: Uint8Array, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    if (isEscaped(arena[i]!)) return Buffer.byteLength(escapedKey(nativeView(arena), from, to));
  }
  return to - from;
}

function isEscaped(byte: number): boolean {
  return byte < 0x20 || byte === QUOTE || byte === BACKSLASH;
}

function escapedKey(arena: NativeBuffer, from: number, to: number): string {
  return JSON.stringify(arena.toString('utf8', from, to)).slice(1, -1);
}

function keyBytesAt(arena: Uint8Array, start: number): number {
  return arena[start]! | (arena[start + 1]! << 8);
}

/** What a record begins with: a place for its number, and its arrival. */
export function openingOf(arrivalMs: EpochMs): Buffer {
  const blank = ' '.repeat(SEQUENCE_NUMBER_CHARS);
  const arrival = arrivalMs / SECOND_MS;
  return Buffer.from(`{"SequenceNumber":"${blank}","ApproximateArrivalTimestamp":${arrival},"Data":"`);
}

/** Writes records, a comma behind each, into a buffer that is large enough. */
export class RecordWriter {
  readonly #out: NativeBuffer;
  /** Where to write on. */
  at: number;

  constructor(out: NativeBuffer, at: number) {
    this.#out = out;
    this.at = at;
  }

  writeBlock(shard: ShardIdentity, block: RecordBlock): void {
    this.writeRecords(shard, block, { from: 0, to: block.count });
  }

  /** Writes the records from number `from` to before `to`. Short parts go byte by byte, which a native copy does not beat. */
  writeRecords(shard: ShardIdentity, block: RecordBlock, { from, to }: { from: number; to: number }): void {
    const { first, arrivalMs, starts } = block;
    const arena = nativeView(block.arena);
    const numbers = new SequenceRun(shard, first, arrivalMs);
    const open = openingOf(arrivalMs);
    numbers.writeAt(0, open, NUMBER_AT);
    const out = this.#out;
    let at = this.at;
    for (let i = from; i < to; i++) {
      const start = starts[i]!;
      const flags = arena[start + 2]!;
      const keyStart = start + RECORD_HEADER_BYTES;
      const keyEnd = keyStart + keyBytesAt(arena, start);
      const dataStart = flags & RECORD_FLAG.EXPLICIT_HASH ? keyEnd + HASH_BYTES : keyEnd;
      out.set(open, at);
      numbers.writeOver(i, out, at + NUMBER_AT);
      at += open.length;
      at += out.latin1Write(arena.base64Slice(dataStart, starts[i + 1]!), at);
      if ((flags & RECORD_FLAG.NO_PARTITION_KEY) === 0) {
        for (let n = 0; n < KEY_OPEN.length; n++) out[at++] = KEY_OPEN[n]!;
        const keyAt = at;
        for (let n = keyStart; n < keyEnd; n++) {
          const byte = arena[n]!;
          if (isEscaped(byte)) {
            at = keyAt + out.write(escapedKey(arena, keyStart, keyEnd), keyAt);
            break;
          }
          out[at++] = byte;
        }
      }
      const close = flags & RECORD_FLAG.ENCRYPTED ? CLOSE_ENCRYPTED : CLOSE;
      for (let n = 0; n < close.length; n++) out[at++] = close[n]!;
    }
    this.at = at;
  }
}
