/**
 * What reading and writing KPL aggregates needs of protobuf: varints and a message's members. Pure.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */

/** One member as it stands on the wire. */
export interface ProtobufField {
  readonly number: number;
  /** A varint (exact up to 2^53), or the bytes of a string, bytes or message as a view. */
  readonly value: number | Uint8Array;
}

const VARINT_BYTES_MAX = 10;
const FIELD_NUMBER_MAX = 2 ** 29 - 1;
/** As deep as Java's parser follows groups. */
const GROUP_DEPTH_MAX = 100;

/** Bytes that `value`, a whole number of at least 0, takes as a varint. */
export function varintBytes(value: number): number {
  let bytes = 1;
  for (let left = value; left >= 128; left = Math.floor(left / 128)) bytes++;
  return bytes;
}

/** Writes a varint at `at` and returns the place behind it. */
export function writeVarint(out: Uint8Array, at: number, value: number): number {
  let next = at;
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) out[next++] = (left % 128) | 0x80;
  out[next++] = left;
  return next;
}

/**
 * The varints and byte members of a message, in order; undefined when the bytes are no message.
 * Fixed-width members and groups are passed over: a reader that does not know them does so too.
 */
export function protobufFields(message: Uint8Array): readonly ProtobufField[] | undefined {
  const fields: ProtobufField[] = [];
  const reader = new FieldReader(message);
  while (!reader.done) {
    const field = reader.next();
    if (field === 'broken') return undefined;
    if (field !== 'passed') fields.push(field);
  }
  return fields;
}

class FieldReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  next(depth = 0): ProtobufField | 'passed' | 'broken' {
    const tag = this.#varint();
    const number = Math.floor(tag / 8);
    if (!(number >= 1 && number <= FIELD_NUMBER_MAX)) return 'broken';
    switch (tag % 8) {
      case 0: {
        const value = this.#varint();
        return Number.isNaN(value) ? 'broken' : { number, value };
      }
      case 1:
        return this.#pass(8);
      case 2: {
        const length = this.#varint();
        const start = this.#at;
        return this.#pass(length) === 'broken' ? 'broken' : { number, value: this.#bytes.subarray(start, this.#at) };
      }
      case 3:
        return depth < GROUP_DEPTH_MAX ? this.#passGroup(number, depth + 1) : 'broken';
      case 5:
        return this.#pass(4);
      default:
        return 'broken';
    }
  }

  /** NaN when it does not end. */
  #varint(): number {
    let value = 0;
    let unit = 1;
    for (let i = 0; i < VARINT_BYTES_MAX && this.#at < this.#bytes.length; i++) {
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
      unit *= 128;
    }
    return Number.NaN;
  }

  #pass(length: number): 'passed' | 'broken' {
    if (!(length <= this.#bytes.length - this.#at)) return 'broken';
    this.#at += length;
    return 'passed';
  }

  /** Up to the mark that closes the group of this number. */
  #passGroup(number: number, depth: number): 'passed' | 'broken' {
    for (;;) {
      const start = this.#at;
      const tag = this.#varint();
      if (tag === number * 8 + 4) return 'passed';
      this.#at = start;
      if (this.next(depth) === 'broken') return 'broken';
    }
  }
}
