/**
 * A record that lies inside of larger bytes, as a line does in what was read of a file: neither a view of it nor the
 * text of a random key is made before someone asks, and whoever writes requests does not.
 */
import type { Random } from '../runtime/random.ts';
import type { OutgoingRecord } from './put-target.ts';
import { RANDOM_KEY_CHARS_MAX, randomKey } from './random-key.ts';

export class OutgoingLine implements OutgoingRecord {
  /** Not to be written to afterwards. */
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** The key, where it means something or was asked for. */
  key: string | undefined;
  /** Makes the key where there is none. */
  random: Random | undefined;

  constructor(bytes: Uint8Array, from: number, to: number) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.key = undefined;
    this.random = undefined;
  }

  get data(): Uint8Array {
    return this.bytes.subarray(this.from, this.to);
  }

  /** The same one whenever it is asked for. */
  get partitionKey(): string | undefined {
    if (this.key === undefined && this.random !== undefined) this.key = randomKey(this.random);
    return this.key;
  }
}

/** What a record counts against the service's limits, a key's UTF-16 length standing in for its bytes. */
export function outgoingBytes(record: OutgoingRecord): number {
  if (!(record instanceof OutgoingLine)) return record.data.length + (record.partitionKey?.length ?? 0);
  return record.to - record.from + (record.key?.length ?? (record.random === undefined ? 0 : RANDOM_KEY_CHARS_MAX));
}
