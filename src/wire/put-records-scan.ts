/**
 * The bodies of PutRecords and PutRecord in the plain JSON that SDKs write, read straight into a record batch: no JSON.parse, no object
 * per record. A strict reader of a part of JSON: whatever else stands in the body (an escape, a duplicate or unknown
 * member, null, a text that is not ASCII, a value that breaks a constraint) makes it give up, and the plain path judges.
 * Pure.
 */
import { PUT_RECORDS_MAX } from '../model/limits.ts';
import { type NativeBuffer, nativeAlloc, nativeView, pooledAlloc } from './native-buffer.ts';
import {
  type Allocate,
  FIELDS,
  type FoundBody,
  type PutRecordsScan,
  fieldPositions as positions,
  scanOf,
} from './put-records-fill.ts';

/**
 * The request, equal to what parsing, checking and encodeBatch would give; undefined when it is for them to judge. The
 * arena of the batch is what `allocate` gave, asked once at most.
 */
export function scanPutRecords(body: Uint8Array, allocate: Allocate = nativeAlloc): PutRecordsScan | undefined {
  const reader = new BodyReader(nativeView(body));
  return reader.readBody() ? scanOf(reader, allocate) : undefined;
}

/** The same for PutRecord. A request with a number for ordering, or a dry run, is not of the plain form. */
export function scanPutRecord(body: Uint8Array): PutRecordsScan | undefined {
  const reader = new BodyReader(nativeView(body));
  return reader.readSingle() ? scanOf(reader, pooledAlloc) : undefined;
}

const quoted = (name: string) => new TextEncoder().encode(`"${name}"`);
const NAMES = {
  Records: quoted('Records'),
  StreamName: quoted('StreamName'),
  StreamARN: quoted('StreamARN'),
  Data: quoted('Data'),
  PartitionKey: quoted('PartitionKey'),
  ExplicitHashKey: quoted('ExplicitHashKey'),
} as const;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Finds the fields; their contents are judged where they are used. Each step is false when it gives up. */
class BodyReader implements FoundBody {
  readonly body: NativeBuffer;
  readonly positions = positions;
  readonly isRaw = false;
  count = 0;
  streamName: string | undefined;
  streamArn: string | undefined;
  #at = 0;

  constructor(body: NativeBuffer) {
    this.body = body;
  }

  readBody(): boolean {
    if (!this.#take(OPEN)) return false;
    do {
      if (this.#takeName(NAMES.Records)) {
        if (this.count > 0 || !this.#readRecords()) return false;
      } else if (!this.#readStream()) return false;
    } while (this.#take(COMMA));
    return this.#readEnd() && this.count > 0;
  }

  /** The members of one record beside those of the stream. */
  readSingle(): boolean {
    this.count = 1;
    for (let field = 0; field < FIELDS.stride; field++) positions[field] = 0;
    if (!this.#take(OPEN)) return false;
    do {
      const field = this.#takeField();
      if (field < 0 ? !this.#readStream() : !this.#readField(field)) return false;
    } while (this.#take(COMMA));
    return this.#readEnd() && positions[FIELDS.data] !== 0;
  }

  #readEnd(): boolean {
    if (!this.#take(CLOSE)) return false;
    this.#skipBlanks();
    return this.#at === this.body.length;
  }

  #readStream(): boolean {
    if (this.#takeName(NAMES.StreamName)) {
      if (this.streamName !== undefined) return false;
      this.streamName = this.#takeText();
      return this.streamName !== undefined;
    }
    if (!this.#takeName(NAMES.StreamARN) || this.streamArn !== undefined) return false;
    this.streamArn = this.#takeText();
    return this.streamArn !== undefined;
  }

  /** An empty list is given up by not finding a record in it. */
  #readRecords(): boolean {
    if (!this.#take(OPEN_LIST)) return false;
    do {
      if (this.count === PUT_RECORDS_MAX || !this.#readRecord()) return false;
      this.count += 1;
    } while (this.#take(COMMA));
    return this.#take(CLOSE_LIST);
  }

  #readRecord(): boolean {
    const base = this.count * FIELDS.stride;
    for (let field = 0; field < FIELDS.stride; field++) positions[base + field] = 0;
    if (!this.#take(OPEN)) return false;
    do {
      const field = this.#takeField();
      if (field < 0 || !this.#readField(base + field)) return false;
    } while (this.#take(COMMA));
    return positions[base + FIELDS.data] !== 0 && this.#take(CLOSE);
  }

  /** Notes where a field's text stands, once. */
  #readField(at: number): boolean {
    if (positions[at] !== 0 || !this.#takeString()) return false;
    positions[at] = this.#stringStart;
    positions[at + 1] = this.#at - 1;
    return true;
  }

  #takeField(): number {
    if (this.#takeName(NAMES.Data)) return FIELDS.data;
    if (this.#takeName(NAMES.PartitionKey)) return FIELDS.key;
    return this.#takeName(NAMES.ExplicitHashKey) ? FIELDS.hash : -1;
  }

  /** A member's name, in quotes, and its colon. Stays in place when something else stands there. */
  #takeName(quoted: Uint8Array): boolean {
    this.#skipBlanks();
    const { body } = this;
    const start = this.#at;
    for (let i = 0; i < quoted.length; i++) if (body[start + i] !== quoted[i]) return false;
    this.#at = start + quoted.length;
    if (this.#take(COLON)) return true;
    this.#at = start;
    return false;
  }

  #stringStart = 0;

  /** A string, up to the next quote: an escaped one leaves a backslash before it, which no field may hold. */
  #takeString(): boolean {
    if (!this.#take(QUOTE)) return false;
    this.#stringStart = this.#at;
    const end = this.body.indexOf(QUOTE, this.#at);
    this.#at = end + 1;
    return end >= 0;
  }

  #takeText(): string | undefined {
    return this.#takeString() ? this.body.latin1Slice(this.#stringStart, this.#at - 1) : undefined;
  }

  #take(code: number): boolean {
    this.#skipBlanks();
    if (this.body[this.#at] !== code) return false;
    this.#at += 1;
    return true;
  }

  /** JSON's four blanks. */
  #skipBlanks(): void {
    let code = this.body[this.#at];
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
      this.#at += 1;
      code = this.body[this.#at];
    }
  }
}
