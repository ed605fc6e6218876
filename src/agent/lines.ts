/**
 * Bytes of a file cut into lines, each with its line feed and its place in the file. What comes out does not depend on
 * how the bytes are cut into pieces on the way in. Pure.
 */
import assert from 'node:assert/strict';
import { OutgoingLine } from '../client/outgoing-line.ts';
import { characterBorder } from './oversize.ts';

/** A line, or what stands for one further on: a group of lines. */
export interface RawRecord {
  /** With the line feed; a view of the pushed bytes where the line lay in one piece, made when it is asked for. */
  readonly data: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Bytes between start and end that are not in `data`: the rest of an overlong line. */
  readonly skipped: number;
}

/** A line that lay in one piece and is all that its record is: the one object that is made of it. */
export class Line extends OutgoingLine implements RawRecord {
  readonly start: number;

  constructor(bytes: Uint8Array, range: { from: number; to: number }, start: number) {
    super(bytes, range.from, range.to);
    this.start = start;
  }

  get end(): number {
    return this.start + this.to - this.from;
  }

  get skipped(): number {
    return 0;
  }
}

/** The same record with other bytes. */
export function withData({ start, end, skipped }: RawRecord, data: Uint8Array): RawRecord {
  return { data, start, end, skipped };
}

export interface LineOptions {
  /** UTF-16LE: a line feed is two bytes, at an even place of the file. */
  readonly wide: boolean;
  /** Longer lines are cut. */
  readonly bytesMax: number;
  /** 'drop' passes over the rest of a cut line, 'pieces' gives it as further records. */
  readonly rest: 'drop' | 'pieces';
}

const LINE_FEED = 10;
const EMPTY = new Uint8Array(0);

/** Cuts one generation of one file. */
export class LineSplitter {
  readonly #options: LineOptions;
  /** The unfinished line, at most bytesMax of it. */
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #start = 0;
  #next: number | undefined;
  #isHead = false;
  /** NUL bytes passed over at the very beginning of the file. */
  holeBytes = 0;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** First byte that has not been given out. */
  get start(): number {
    return this.#start;
  }

  get next(): number {
    return this.#next ?? 0;
  }

  push(bytes: Uint8Array, position: number): RawRecord[] {
    if (this.#next === undefined) {
      this.#start = position;
      this.#isHead = position === 0 && !this.#options.wide;
    } else assert.equal(position, this.#next, 'bytes of a file come in one after the other');
    this.#next = position + bytes.length;
    const from = this.#isHead ? this.#skipHole(bytes) : 0;
    const lines: RawRecord[] = [];
    // Buffer's search takes a fifth of the time of Uint8Array's.
    const feeds = this.#options.wide ? undefined : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let begin = from;
    for (;;) {
      const feed = feeds === undefined ? this.#wideEnd(bytes, begin, position) : feeds.indexOf(LINE_FEED, begin) + 1;
      if (feed <= 0) break;
      if (this.#heldBytes === 0 && feed - begin <= this.#options.bytesMax) {
        lines.push(new Line(bytes, { from: begin, to: feed }, this.#start));
        this.#start += feed - begin;
      } else {
        this.#add(bytes.subarray(begin, feed), lines);
        this.#endLine(lines, position + feed);
      }
      begin = feed;
    }
    if (begin < bytes.length) this.#add(bytes.subarray(begin), lines);
    return lines;
  }

  /** The unterminated last line. */
  finish(): RawRecord[] {
    const lines: RawRecord[] = [];
    if (this.#next !== undefined && this.#start < this.#next) this.#endLine(lines, this.#next);
    return lines;
  }

  /** A hole that a writer left who went on at his old place in a truncated file. */
  #skipHole(bytes: Uint8Array): number {
    let from = 0;
    while (from < bytes.length && bytes[from] === 0) from++;
    this.holeBytes += from;
    this.#start += from;
    this.#isHead = from === bytes.length;
    return from;
  }

  /** Index after the next line feed of two bytes at or after `from`; -1 when there is none. */
  #wideEnd(bytes: Uint8Array, from: number, position: number): number {
    // The second byte of a wide line feed, at an odd place, tells that the first stood before it.
    for (let i = from + ((position + from + 1) % 2); i < bytes.length; i += 2) {
      const first = i > 0 ? bytes[i - 1] : this.#lastHeld();
      if (bytes[i] === 0 && first === LINE_FEED) return i + 1;
    }
    return -1;
  }

  #lastHeld(): number | undefined {
    return this.#held.at(-1)?.at(-1);
  }

  #add(bytes: Uint8Array, lines: RawRecord[]): void {
    const { rest, bytesMax } = this.#options;
    const room = rest === 'pieces' ? bytes.length : Math.min(bytes.length, bytesMax - this.#heldBytes);
    if (room > 0) this.#held.push(room === bytes.length ? bytes : bytes.subarray(0, room));
    this.#heldBytes += Math.max(0, room);
    if (rest === 'pieces') while (this.#heldBytes > bytesMax) this.#cutPiece(lines);
  }

  #cutPiece(lines: RawRecord[]): void {
    const data = this.#joined();
    const cut = characterBorder(data, this.#options.bytesMax);
    lines.push({ data: data.subarray(0, cut), start: this.#start, end: this.#start + cut, skipped: 0 });
    this.#start += cut;
    this.#held = [data.subarray(cut)];
    this.#heldBytes = data.length - cut;
  }

  #endLine(lines: RawRecord[], end: number): void {
    const data = this.#joined();
    lines.push({ data, start: this.#start, end, skipped: end - this.#start - data.length });
    this.#start = end;
    this.#held = [];
    this.#heldBytes = 0;
  }

  #joined(): Uint8Array {
    return this.#held.length === 1 ? this.#held[0]! : joinBytes(this.#held, this.#heldBytes);
  }
}

/** The parts one after the other; `length` is their sum. */
export function joinBytes(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 0) return EMPTY;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
