/**
 * A request of PutRecords in JSON, its records written straight into the body as they come: no object per record, and
 * any of them can be sent again, or read back, from the bytes that are there. Pure.
 */
import { Buffer } from 'node:buffer';
import { type NativeBuffer, nativeAlloc, nativeView } from './native-buffer.ts';

/** A record's data where they stand. One span may serve many records, one after the other. */
export interface ByteSpan {
  bytes: Uint8Array;
  start: number;
  /** Exclusive. */
  end: number;
}

/** Partition keys by chance: ASCII that JSON takes as it is. */
export interface KeySource {
  /** Of every key. */
  readonly length: number;
  /** Writes the next key to `into[at..]`. */
  writeKey(into: Uint8Array, at: number): void;
}

/** A record that is read back. */
export interface PutEntry {
  readonly partitionKey: string;
  readonly explicitHashKey?: string | undefined;
  readonly data: Uint8Array;
}

const FIRST_BYTES = 4_096;
const OPEN = Buffer.from('{"Data":"');
const KEY = Buffer.from('","PartitionKey":"');
const HASH = '","ExplicitHashKey":"';
const CLOSE = Buffer.from('"},');
const COMMA_BYTES = 1;
const TAIL = ']}';
/** Around data and key, at the most: the parts above and a hash key of 39 digits. */
const FRAME_BYTES_MAX = 100;
/** A UTF-16 unit is at most \u001f. */
const ESCAPED_BYTES_MAX = 6;
const PLAIN_KEY = /^[ !#-[\]-~]*$/;

/** One request, as it fills. */
export class PutRecordsRequest {
  readonly #head: string;
  readonly #keys: KeySource;
  #out: NativeBuffer = nativeAlloc(FIRST_BYTES);
  /** Where each record begins; behind the last one, where the next would. */
  #starts = new Uint32Array(64);
  /** The bytes that spans were last seen in. */
  #seen: Uint8Array = this.#out;
  #seenView: NativeBuffer = this.#out;
  #at: number;
  /** Records in it. */
  count = 0;
  /** What they count against the API's limit: data and keys. */
  bytes = 0;
  /** Of the data alone. */
  dataBytes = 0;

  /** `stream`: the members that name it. */
  constructor(stream: object, keys: KeySource) {
    this.#head = `${JSON.stringify(stream).slice(0, -1)},"Records":[`;
    this.#keys = keys;
    this.#at = this.#begin();
  }

  /** Empties it, to be filled again: what `body` gave is overwritten. */
  clear(): void {
    this.count = 0;
    this.bytes = 0;
    this.dataBytes = 0;
    this.#at = this.#begin();
  }

  /** Adds a record with its key, or undefined for one by chance. The bytes are copied. */
  add(span: ByteSpan, partitionKey: string | undefined, explicitHashKey?: string | undefined): void {
    const { bytes, start, end } = span;
    if (bytes !== this.#seen) {
      this.#seen = bytes;
      this.#seenView = nativeView(bytes);
    }
    const keyBytesMax = partitionKey === undefined ? this.#keys.length : partitionKey.length * ESCAPED_BYTES_MAX;
    this.#reserve(Math.ceil(((end - start) * 4) / 3) + keyBytesMax + FRAME_BYTES_MAX);
    this.#put(OPEN);
    if (end > start) this.#at += this.#out.latin1Write(this.#seenView.base64Slice(start, end), this.#at);
    this.#put(KEY);
    const keyBytes = partitionKey === undefined ? this.#writeRandomKey() : this.#writeKey(partitionKey);
    if (explicitHashKey !== undefined) {
      this.#at += this.#out.latin1Write(`${HASH}${JSON.stringify(explicitHashKey).slice(1, -1)}`, this.#at);
    }
    this.#put(CLOSE);
    this.count++;
    this.bytes += end - start + keyBytes;
    this.dataBytes += end - start;
    this.#mark();
  }

  /** The whole request; or, with `picks`, one of those records only. A view until the next `add`. */
  body(picks?: readonly number[]): Uint8Array {
    if (picks !== undefined) return this.#bodyOf(picks);
    this.#out.latin1Write(TAIL, this.#at - COMMA_BYTES);
    return this.#out.subarray(0, this.#at - COMMA_BYTES + TAIL.length);
  }

  /** Record `i`, read back. */
  entry(i: number): PutEntry {
    const text = this.#out.toString('utf8', this.#starts[i]!, this.#starts[i + 1]! - COMMA_BYTES);
    const { Data, PartitionKey, ExplicitHashKey } = JSON.parse(text) as Record<string, string>;
    return { partitionKey: PartitionKey!, explicitHashKey: ExplicitHashKey, data: Buffer.from(Data!, 'base64') };
  }

  #bodyOf(picks: readonly number[]): Uint8Array {
    const parts: Uint8Array[] = [Buffer.from(this.#head)];
    for (const i of picks) parts.push(this.#out.subarray(this.#starts[i]!, this.#starts[i + 1]!));
    const whole = Buffer.concat([...parts, Buffer.from(TAIL)]);
    // The last comma gives way to the tail.
    whole.write(TAIL, whole.length - TAIL.length - COMMA_BYTES);
    return whole.subarray(0, whole.length - COMMA_BYTES);
  }

  #begin(): number {
    this.#reserveFrom(0, Buffer.byteLength(this.#head));
    this.#starts[0] = this.#out.write(this.#head, 0);
    return this.#starts[0];
  }

  #mark(): void {
    if (this.count >= this.#starts.length) {
      const more = new Uint32Array(this.#starts.length * 2);
      more.set(this.#starts);
      this.#starts = more;
    }
    this.#starts[this.count] = this.#at;
  }

  #put(bytes: Uint8Array): void {
    this.#out.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #writeRandomKey(): number {
    const { length } = this.#keys;
    this.#keys.writeKey(this.#out, this.#at);
    this.#at += length;
    return length;
  }

  /** Returns the key's own bytes, without what escapes them. */
  #writeKey(key: string): number {
    if (PLAIN_KEY.test(key)) {
      this.#at += this.#out.latin1Write(key, this.#at);
      return key.length;
    }
    this.#at += this.#out.write(JSON.stringify(key).slice(1, -1), this.#at);
    return Buffer.byteLength(key);
  }

  #reserve(more: number): void {
    this.#reserveFrom(this.#at, more + TAIL.length);
  }

  /** Room for `more` bytes behind the first `kept`. */
  #reserveFrom(kept: number, more: number): void {
    if (kept + more <= this.#out.length) return;
    const larger = nativeAlloc(Math.max(this.#out.length * 2, kept + more));
    larger.set(this.#out.subarray(0, kept));
    this.#out = larger;
  }
}
