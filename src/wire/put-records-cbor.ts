/**
 * The bodies of PutRecords and PutRecord in the plain CBOR that SDKs write, read straight into a record batch. A strict
 * reader of a part of CBOR (RFC 8949): maps and lists with a length, or up to a break as the Java SDKs write them (Jackson
 * counts nothing ahead), texts and byte strings in one piece. Whatever else stands in the body makes it give up, and the
 * plain path judges. Pure.
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

/** As scanPutRecords, for CBOR. */
export function scanPutRecordsCbor(body: Uint8Array, allocate: Allocate = nativeAlloc): PutRecordsScan | undefined {
  const reader = new CborReader(nativeView(body));
  return reader.readBody() ? scanOf(reader, allocate) : undefined;
}

/** As scanPutRecord, for CBOR. */
export function scanPutRecordCbor(body: Uint8Array): PutRecordsScan | undefined {
  const reader = new CborReader(nativeView(body));
  return reader.readSingle() ? scanOf(reader, pooledAlloc) : undefined;
}

/** Major types. */
const BYTES = 2;
const TEXT = 3;
const LIST = 4;
const MAP = 5;
/** The low bits of a head without a length, and what ends such a map or list. */
const OPEN_END = 31;
const BREAK = 0xff;
/** In the place of a length. */
const UNTIL_BREAK = -1;
const NONE = -2;

/** With their heads: all are shorter than 24 characters. */
const named = (name: string) => Uint8Array.of((TEXT << 5) | name.length, ...new TextEncoder().encode(name));
const NAMES = {
  Records: named('Records'),
  StreamName: named('StreamName'),
  StreamARN: named('StreamARN'),
  Data: named('Data'),
  PartitionKey: named('PartitionKey'),
  ExplicitHashKey: named('ExplicitHashKey'),
} as const;

/** Finds the fields; their contents are judged where they are used. Each step is false when it gives up. */
class CborReader implements FoundBody {
  readonly body: NativeBuffer;
  readonly positions = positions;
  readonly isRaw = true;
  count = 0;
  streamName: string | undefined;
  streamArn: string | undefined;
  /** Beyond the body once something in it is cut off: it only grows, so the end shows it. */
  #at = 0;

  constructor(body: NativeBuffer) {
    this.body = body;
  }

  readBody(): boolean {
    const members = this.#takeLength(MAP);
    for (let i = 0; !this.#isOver(members, i); i++) {
      if (this.#takeName(NAMES.Records)) {
        if (this.count > 0 || !this.#readRecords()) return false;
      } else if (!this.#readStream()) return false;
    }
    return this.#at === this.body.length && this.count > 0;
  }

  /** The members of one record beside those of the stream. */
  readSingle(): boolean {
    this.count = 1;
    for (let field = 0; field < FIELDS.stride; field++) positions[field] = 0;
    const members = this.#takeLength(MAP);
    for (let i = 0; !this.#isOver(members, i); i++) {
      if (!this.#readMember(0) && !this.#readStream()) return false;
    }
    return this.#at === this.body.length && positions[FIELDS.data] !== 0;
  }

  /** An empty list is given up by the count. */
  #readRecords(): boolean {
    const records = this.#takeLength(LIST);
    for (let i = 0; !this.#isOver(records, i); i++) {
      if (i === PUT_RECORDS_MAX || !this.#readRecord(i * FIELDS.stride)) return false;
      this.count = i + 1;
    }
    return this.count > 0;
  }

  #readRecord(base: number): boolean {
    for (let field = 0; field < FIELDS.stride; field++) positions[base + field] = 0;
    const members = this.#takeLength(MAP);
    for (let i = 0; !this.#isOver(members, i); i++) if (!this.#readMember(base)) return false;
    return positions[base + FIELDS.data] !== 0;
  }

  #readMember(base: number): boolean {
    if (this.#takeName(NAMES.Data)) return this.#readField(base + FIELDS.data, BYTES);
    if (this.#takeName(NAMES.PartitionKey)) return this.#readField(base + FIELDS.key, TEXT);
    return this.#takeName(NAMES.ExplicitHashKey) && this.#readField(base + FIELDS.hash, TEXT);
  }

  /** Notes where a field's contents stand, once. */
  #readField(at: number, major: number): boolean {
    if (positions[at] !== 0 || !this.#takeString(major)) return false;
    positions[at] = this.#stringStart;
    positions[at + 1] = this.#at;
    return true;
  }

  #readStream(): boolean {
    if (this.#takeName(NAMES.StreamName)) {
      if (this.streamName !== undefined || !this.#takeString(TEXT)) return false;
      this.streamName = this.body.latin1Slice(this.#stringStart, this.#at);
      return true;
    }
    if (!this.#takeName(NAMES.StreamARN) || this.streamArn !== undefined || !this.#takeString(TEXT)) return false;
    this.streamArn = this.body.latin1Slice(this.#stringStart, this.#at);
    return true;
  }

  /** Stays in place when something else stands there. */
  #takeName(name: Uint8Array): boolean {
    const { body } = this;
    const start = this.#at;
    for (let i = 0; i < name.length; i++) if (body[start + i] !== name[i]) return false;
    this.#at = start + name.length;
    return true;
  }

  #stringStart = 0;

  #takeString(major: number): boolean {
    const length = this.#takeLength(major);
    this.#stringStart = this.#at;
    this.#at += length;
    return length >= 0 && this.#at <= this.body.length;
  }

  /** NONE for anything but an item of this kind whose length has 32 bits at most, or none. */
  #takeLength(major: number): number {
    const { body } = this;
    const at = this.#at;
    const minor = at < body.length ? body[at]! - (major << 5) : NONE;
    if (minor >= 0 && minor < 24) {
      this.#at = at + 1;
      return minor;
    }
    const bytes = minor === OPEN_END ? 0 : minor === 24 ? 1 : minor === 25 ? 2 : minor === 26 ? 4 : NONE;
    if (bytes === NONE || at + bytes >= body.length) return NONE;
    this.#at = at + 1 + bytes;
    if (bytes === 0) return UNTIL_BREAK;
    let length = 0;
    for (let i = 1; i <= bytes; i++) length = length * 256 + body[at + i]!;
    return length;
  }

  /** Whether `items` have gone by at the `i`th. There is no end of what is none: the next step gives up. */
  #isOver(items: number, i: number): boolean {
    if (items !== UNTIL_BREAK) return items === i;
    if (this.body[this.#at] !== BREAK) return false;
    this.#at += 1;
    return true;
  }
}
