/**
 * Several records in the data of one, as the Kinesis Producer Library writes them:
 * F3 89 9A C2 | AggregatedRecord (protobuf) | MD5 of the protobuf.
 * AggregatedRecord: 1 partition keys, 2 explicit hash keys, 3 records {1 key index, 2 hash key index, 3 data}. Pure.
 * Source: https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type ProtobufField, protobufFields, varintBytes, writeVarint } from './protobuf.ts';

const MAGIC = [0xf3, 0x89, 0x9a, 0xc2] as const;
const DIGEST_BYTES = 16;
const FRAME_BYTES = MAGIC.length + DIGEST_BYTES;

const KEY_TABLE = 1;
const HASH_KEY_TABLE = 2;
const RECORDS = 3;
const KEY_INDEX = 1;
const HASH_KEY_INDEX = 2;
const DATA = 3;

/** A record inside of an aggregate. */
export interface KplRecord {
  readonly partitionKey: string;
  /** Decimal digits. */
  readonly explicitHashKey?: string | undefined;
  readonly data: Uint8Array;
}

/** An aggregate that grows, and knows its size all the while. */
export class KplAggregate {
  readonly #keys = new Map<string, number>();
  readonly #hashKeys = new Map<string, number>();
  readonly #records: KplRecord[] = [];
  #bytes = FRAME_BYTES;

  /** In the order they were added. */
  get records(): readonly KplRecord[] {
    return this.#records;
  }

  /** Exact length of what `encode` gives. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Its length once `record` is added too. */
  bytesWith(record: KplRecord): number {
    const { partitionKey, explicitHashKey } = record;
    const key = entryBytes(this.#keys, partitionKey);
    const hashKey = explicitHashKey === undefined ? 0 : entryBytes(this.#hashKeys, explicitHashKey);
    const hashIndex = explicitHashKey === undefined ? undefined : placeOf(this.#hashKeys, explicitHashKey);
    return this.#bytes + key + hashKey + blockBytes(innerBytes(record, placeOf(this.#keys, partitionKey), hashIndex));
  }

  add(record: KplRecord): void {
    this.#bytes = this.bytesWith(record);
    this.#records.push(record);
    enter(this.#keys, record.partitionKey);
    if (record.explicitHashKey !== undefined) enter(this.#hashKeys, record.explicitHashKey);
  }

  /** The bytes of the one record that carries all. */
  encode(): Uint8Array {
    const out = Buffer.allocUnsafe(this.#bytes);
    out.set(MAGIC);
    let at: number = MAGIC.length;
    for (const key of this.#keys.keys()) at = writeBlock(out, at, KEY_TABLE, Buffer.from(key));
    for (const key of this.#hashKeys.keys()) at = writeBlock(out, at, HASH_KEY_TABLE, Buffer.from(key));
    for (const record of this.#records) at = this.#writeRecord(record, out, at);
    out.set(md5Of(out.subarray(MAGIC.length, at)), at);
    return out;
  }

  #writeRecord(record: KplRecord, out: Uint8Array, from: number): number {
    const key = this.#keys.get(record.partitionKey)!;
    const hashKey = record.explicitHashKey === undefined ? undefined : this.#hashKeys.get(record.explicitHashKey)!;
    let at = writeVarint(out, from, (RECORDS << 3) | 2);
    at = writeVarint(out, at, innerBytes(record, key, hashKey));
    at = writeVarint(out, at, KEY_INDEX << 3);
    at = writeVarint(out, at, key);
    if (hashKey !== undefined) {
      at = writeVarint(out, at, HASH_KEY_INDEX << 3);
      at = writeVarint(out, at, hashKey);
    }
    return writeBlock(out, at, DATA, record.data);
  }
}

/** The data of one record that carries all of them. */
export function aggregate(records: readonly KplRecord[]): Uint8Array {
  const all = new KplAggregate();
  for (const record of records) all.add(record);
  return all.encode();
}

/**
 * The records inside, their data as views; undefined when `data` is an ordinary record: shorter, of another magic, with
 * an MD5 or a protobuf that does not hold, as the Kinesis Client Library decides, or with a key that is in no table.
 * Which of them belong to the reader's shard is for the caller to say.
 */
export function deaggregate(data: Uint8Array): readonly KplRecord[] | undefined {
  if (data.length <= FRAME_BYTES || MAGIC.some((byte, i) => data[i] !== byte)) return undefined;
  const message = data.subarray(MAGIC.length, data.length - DIGEST_BYTES);
  if (!md5Of(message).equals(data.subarray(data.length - DIGEST_BYTES))) return undefined;
  const fields = protobufFields(message);
  if (fields === undefined) return undefined;
  const keys = texts(fields, KEY_TABLE);
  const hashKeys = texts(fields, HASH_KEY_TABLE);
  const records: KplRecord[] = [];
  for (const { number, value } of fields) {
    if (number !== RECORDS || typeof value === 'number') continue;
    const record = recordOf(value, keys, hashKeys);
    if (record === undefined) return undefined;
    records.push(record);
  }
  return records;
}

/** Of a member that comes twice the last one counts, as protobuf has it. */
function recordOf(bytes: Uint8Array, keys: readonly string[], hashKeys: readonly string[]): KplRecord | undefined {
  const fields = protobufFields(bytes);
  if (fields === undefined) return undefined;
  let partitionKey: string | undefined;
  let explicitHashKey: string | undefined;
  let data: Uint8Array | undefined;
  for (const { number, value } of fields) {
    if (number === DATA && typeof value !== 'number') data = value;
    if (number === KEY_INDEX && typeof value === 'number') partitionKey = keys[value];
    if (number === HASH_KEY_INDEX && typeof value === 'number') {
      explicitHashKey = hashKeys[value];
      if (explicitHashKey === undefined) return undefined;
    }
  }
  if (partitionKey === undefined || data === undefined) return undefined;
  return explicitHashKey === undefined ? { partitionKey, data } : { partitionKey, explicitHashKey, data };
}

function texts(fields: readonly ProtobufField[], number: number): string[] {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return fields.flatMap((field) =>
    field.number === number && typeof field.value !== 'number' ? [decoder.decode(field.value)] : [],
  );
}

function md5Of(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest();
}

/** Where a key stands in its table, or will. */
function placeOf(table: ReadonlyMap<string, number>, key: string): number {
  return table.get(key) ?? table.size;
}

function enter(table: Map<string, number>, key: string): void {
  if (!table.has(key)) table.set(key, table.size);
}

/** What a key adds to its table: nothing when it is there. */
function entryBytes(table: ReadonlyMap<string, number>, key: string): number {
  return table.has(key) ? 0 : blockBytes(Buffer.byteLength(key));
}

function innerBytes({ data }: KplRecord, key: number, hashKey: number | undefined): number {
  return 1 + varintBytes(key) + (hashKey === undefined ? 0 : 1 + varintBytes(hashKey)) + blockBytes(data.length);
}

/** A member of `length` bytes with its tag and length in front; every tag here is below 128. */
function blockBytes(length: number): number {
  return 1 + varintBytes(length) + length;
}

function writeBlock(out: Uint8Array, from: number, number: number, bytes: Uint8Array): number {
  const at = writeVarint(out, writeVarint(out, from, (number << 3) | 2), bytes.length);
  out.set(bytes, at);
  return at + bytes.length;
}
