/** Requests of PutRecords in CBOR (RFC 8949), written by hand: data are copied as they are. */
import type { Random } from '../runtime/random.ts';
import type { NativeBuffer } from '../wire/native-buffer.ts';
import { OutgoingLine } from './outgoing-line.ts';
import type { OutgoingRecord } from './put-target.ts';
import { RANDOM_KEY_CHARS_MAX, writeRandomKey } from './random-key.ts';
import { put, RequestMemory } from './request-memory.ts';
import type { StreamRef } from './stream-ref.ts';

/** Major types. */
const BYTES = 2;
const TEXT = 3;
const LIST = 4;
const MAP = 5;
const HEAD_BYTES_MAX = 5;
/** What the low bits of a head say, by the bytes of length that follow. */
const MINORS = [0, 24, 25, 0, 26];
/** Of a UTF-16 unit. */
const UTF8_BYTES_MAX = 3;

const MEMBERS = 2;
/** A record is a map of these two. */
const DATA = Uint8Array.of((MAP << 5) | MEMBERS, ...textOf('Data'));
const KEY = textOf('PartitionKey');
const FRAME_BYTES_MAX = DATA.length + KEY.length + 2 * HEAD_BYTES_MAX;
/** Around the data of a line with a random key. */
const LINE_FRAME_BYTES_MAX = FRAME_BYTES_MAX + RANDOM_KEY_CHARS_MAX;

export class CborBodies {
  readonly #head: Uint8Array;
  readonly #random: Random;
  readonly #memory = new RequestMemory();

  /** `random` makes keys that mean nothing. */
  constructor(stream: StreamRef, random: Random) {
    const [[name, value] = ['', '']] = Object.entries(stream);
    this.#head = Uint8Array.of((MAP << 5) | MEMBERS, ...textOf(name), ...textOf(value), ...textOf('Records'));
    this.#random = random;
  }

  /** The body of one request. It may be given back once the request was answered, and must not be before. */
  write(records: readonly OutgoingRecord[]): NativeBuffer {
    const out = this.#memory.take(this.#bytesMax(records));
    let at = writeHead(out, put(out, 0, this.#head), { major: LIST, length: records.length });
    for (let i = 0; i < records.length; ) {
      const lines = linesFrom(records, i);
      at = lines.length > 0 ? this.#writeLines(out, at, lines) : writeRecord(out, at, records[i]!);
      i += Math.max(1, lines.length);
    }
    return out.subarray(0, at) as NativeBuffer;
  }

  giveBack(body: Uint8Array): void {
    this.#memory.giveBack(body);
  }

  /**
   * Lines that follow one another are copied at once, to the end of what they may take; from there each goes to its place.
   * What is written before it never reaches it, because it takes no more than is left for it.
   */
  #writeLines(out: NativeBuffer, from: number, lines: readonly OutgoingLine[]): number {
    const { bytes, from: first } = lines[0]!;
    const { to: last } = lines.at(-1)!;
    const shift = from + lines.length * LINE_FRAME_BYTES_MAX - first;
    out.set(bytes.subarray(first, last), first + shift);
    let at = from;
    for (const line of lines) {
      const length = line.to - line.from;
      at = writeHead(out, put(out, at, DATA), { major: BYTES, length });
      out.copyWithin(at, line.from + shift, line.to + shift);
      const keyAt = put(out, at + length, KEY);
      // Shorter than 24 characters: a head of one byte.
      at = writeRandomKey(out, keyAt + 1, this.#random);
      out[keyAt] = (TEXT << 5) | (at - keyAt - 1);
    }
    return at;
  }

  /** As much as these records take at most. */
  #bytesMax(records: readonly OutgoingRecord[]): number {
    let most = this.#head.length + HEAD_BYTES_MAX;
    for (const record of records) {
      most += isKeyless(record)
        ? record.to - record.from + LINE_FRAME_BYTES_MAX
        : record.data.length + FRAME_BYTES_MAX + UTF8_BYTES_MAX * (record.partitionKey?.length ?? 0);
    }
    return most;
  }
}

/** A line whose key means nothing and is made as it is written. */
function isKeyless(record: OutgoingRecord | undefined): record is OutgoingLine {
  return record instanceof OutgoingLine && record.key === undefined;
}

/** As many keyless lines from `start` on as follow one another in the same bytes. */
function linesFrom(records: readonly OutgoingRecord[], start: number): readonly OutgoingLine[] {
  const lines: OutgoingLine[] = [];
  for (let i = start; i < records.length; i++) {
    const line = records[i];
    const before = lines.at(-1);
    if (!isKeyless(line) || (before !== undefined && (line.bytes !== before.bytes || line.from !== before.to))) break;
    lines.push(line);
  }
  return lines;
}

/** Returns where it ends. */
function writeRecord(out: NativeBuffer, from: number, { data, partitionKey = '' }: OutgoingRecord): number {
  const at = writeHead(out, put(out, from, DATA), { major: BYTES, length: data.length });
  out.set(data, at);
  const keyAt = put(out, at + data.length, KEY);
  const textAt = writeHead(out, keyAt, { major: TEXT, length: Buffer.byteLength(partitionKey) });
  return textAt + out.write(partitionKey, textAt);
}

/** What an item begins with; returns where its content does. */
function writeHead(out: Uint8Array, at: number, { major, length }: { major: number; length: number }): number {
  const extra = length < 24 ? 0 : length < 0x100 ? 1 : length < 0x1_0000 ? 2 : 4;
  out[at] = (major << 5) | (extra === 0 ? length : MINORS[extra]!);
  for (let i = extra, rest = length; i > 0; i--, rest = Math.floor(rest / 256)) out[at + i] = rest & 0xff;
  return at + 1 + extra;
}

function textOf(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const out = new Uint8Array(HEAD_BYTES_MAX + bytes.length);
  const at = writeHead(out, 0, { major: TEXT, length: bytes.length });
  out.set(bytes, at);
  return out.subarray(0, at + bytes.length);
}
