/**
 * Records that wait to be sent, as requests that fill: in the order they were put, or, where a key may stand in a
 * request only once, by turns of the keys.
 */
import { PRODUCER_REQUEST_BYTES_MAX } from '../model/limits.ts';
import { type ByteSpan, type KeySource, type PutEntry, PutRecordsRequest } from '../wire/put-records-request.ts';
import type { StreamRef } from './stream-ref.ts';

export interface QueueOptions {
  readonly stream: StreamRef;
  readonly keys: KeySource;
  /** Records in one request, at most. */
  readonly recordsMax: number;
  /** Data and keys in one request, at most, unless a single record is longer. */
  readonly bytesMax?: number | undefined;
}

export interface RequestQueue {
  add(span: ByteSpan, partitionKey: string | undefined, explicitHashKey: string | undefined): void;
  /** The oldest full request; with `partial` also one that is not full. */
  take(partial: boolean): PutRecordsRequest | undefined;
  /** A request that is done and may be filled again. */
  giveBack(request: PutRecordsRequest): void;
  /** A request can leave without waiting for more records. */
  readonly hasFull: boolean;
  /** Records waiting, and what they count against the API's limit. */
  readonly count: number;
  readonly bytes: number;
  /** What waits, oldest first. */
  records(): PutEntry[];
}

/** Cleared requests kept for reuse: as many as can be under way, and one that fills. */
const SPARE_MAX = 8;

/** In the order they were put. */
export class PlainQueue implements RequestQueue {
  readonly #options: QueueOptions;
  readonly #bytesMax: number;
  #full: PutRecordsRequest[] = [];
  #open: PutRecordsRequest | undefined;
  readonly #spare: PutRecordsRequest[] = [];
  count = 0;
  bytes = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#bytesMax = options.bytesMax ?? PRODUCER_REQUEST_BYTES_MAX;
  }

  add(span: ByteSpan, partitionKey: string | undefined, explicitHashKey: string | undefined): void {
    const length = span.end - span.start + (partitionKey?.length ?? this.#options.keys.length);
    if (this.#open !== undefined && this.#open.bytes + length > this.#bytesMax) this.#close();
    this.#open ??= this.#spare.pop() ?? new PutRecordsRequest(this.#options.stream, this.#options.keys);
    const before = this.#open.bytes;
    this.#open.add(span, partitionKey, explicitHashKey);
    this.count++;
    this.bytes += this.#open.bytes - before;
    if (this.#open.count >= this.#options.recordsMax) this.#close();
  }

  get hasFull(): boolean {
    return this.#full.length > 0;
  }

  take(partial: boolean): PutRecordsRequest | undefined {
    if (this.#full.length === 0 && partial) this.#close();
    const request = this.#full.shift();
    if (request === undefined) return undefined;
    this.count -= request.count;
    this.bytes -= request.bytes;
    return request;
  }

  giveBack(request: PutRecordsRequest): void {
    if (this.#spare.length >= SPARE_MAX) return;
    request.clear();
    this.#spare.push(request);
  }

  records(): PutEntry[] {
    const requests = this.#open === undefined ? this.#full : [...this.#full, this.#open];
    return requests.flatMap((request) => Array.from({ length: request.count }, (_, i) => request.entry(i)));
  }

  #close(): void {
    if (this.#open === undefined) return;
    this.#full.push(this.#open);
    this.#open = undefined;
  }
}

/** At most one record of a key in a request: what fails and is sent again cannot fall behind a later one of its key. */
export class KeyedQueue implements RequestQueue {
  readonly #options: QueueOptions;
  readonly #bytesMax: number;
  /** By key, in the order in which it is their turn. */
  readonly #lanes = new Map<string, PutEntry[]>();
  count = 0;
  bytes = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#bytesMax = options.bytesMax ?? PRODUCER_REQUEST_BYTES_MAX;
  }

  add({ bytes, start, end }: ByteSpan, partitionKey: string | undefined, explicitHashKey: string | undefined): void {
    const entry = { partitionKey: partitionKey ?? this.#randomKey(), explicitHashKey, data: bytes.slice(start, end) };
    const lane = this.#lanes.get(entry.partitionKey);
    if (lane === undefined) this.#lanes.set(entry.partitionKey, [entry]);
    else lane.push(entry);
    this.count++;
    this.bytes += entryBytes(entry);
  }

  /** A lane of several waits for its turns, not for more records. */
  get hasFull(): boolean {
    const { size } = this.#lanes;
    return size >= this.#options.recordsMax || this.count > size || this.bytes >= this.#bytesMax;
  }

  take(partial: boolean): PutRecordsRequest | undefined {
    const { stream, keys, recordsMax } = this.#options;
    if (this.count === 0 || !(partial || this.hasFull)) return undefined;
    const request = new PutRecordsRequest(stream, keys);
    const lanes = this.#lanes.size;
    for (const [key, lane] of this.#lanes) {
      // Those behind have had their turn in this request.
      if (request.count >= Math.min(lanes, recordsMax)) break;
      const entry = lane[0]!;
      const { data } = entry;
      if (request.count > 0 && request.bytes + entryBytes(entry) > this.#bytesMax) break;
      request.add({ bytes: data, start: 0, end: data.length }, key, entry.explicitHashKey);
      this.#lanes.delete(key);
      lane.shift();
      if (lane.length > 0) this.#lanes.set(key, lane);
      this.count--;
      this.bytes -= entryBytes(entry);
    }
    return request;
  }

  giveBack(): void {}

  records(): PutEntry[] {
    return [...this.#lanes.values()].flat();
  }

  #randomKey(): string {
    const { keys } = this.#options;
    const key = new Uint8Array(keys.length);
    keys.writeKey(key, 0);
    return Buffer.from(key).toString('latin1');
  }
}

function entryBytes({ data, partitionKey }: PutEntry): number {
  return data.length + Buffer.byteLength(partitionKey);
}
