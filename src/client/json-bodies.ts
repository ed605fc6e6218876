/** Requests of many records in JSON, written by hand: no text is made but that in base64. */
import type { Random } from '../runtime/random.ts';
import { base64Between, base64Of, type NativeBuffer } from '../wire/native-buffer.ts';
import { OutgoingLine } from './outgoing-line.ts';
import type { OutgoingRecord } from './put-target.ts';
import { RANDOM_KEY_CHARS_MAX, writeRandomKey } from './random-key.ts';
import { put, RequestMemory } from './request-memory.ts';

/** The request's object up to its records. */
function headOf(target: object): string {
  return `${JSON.stringify(target).slice(0, -1)},"Records":[`;
}

/** Texts of keys that JSON writes as they are. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A key as JSON text of ASCII alone, its quotes included. */
function keyText(key: string): string {
  if (PLAIN.test(key)) return `"${key}"`;
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(key).replace(/[^ -~]/g, escaped);
}

const ascii = (text: string) => new TextEncoder().encode(text);
/** What stands around data and key. */
const FIRST = ascii('{"Data":"');
const NEXT = ascii(',{"Data":"');
const END = ascii('"}');
const KEY = ascii('","PartitionKey":"');
/** As `\u0041`. */
const KEY_CHAR_BYTES_MAX = 6;
const RECORD_FRAME_CHARS = NEXT.length + KEY.length + END.length;

export class JsonBodies {
  readonly #head: string;
  readonly #random: Random | undefined;
  readonly #memory = new RequestMemory();

  /** `target`: the members that name it. `random` makes keys that mean nothing; without it the service takes no keys. */
  constructor(target: object, random: Random | undefined) {
    this.#head = headOf(target);
    this.#random = random;
  }

  /** The body of one request. It may be given back once the request was answered, and must not be before. */
  write(records: readonly OutgoingRecord[]): NativeBuffer {
    const out = this.#memory.take(this.#bytesMax(records));
    let at = out.latin1Write(this.#head, 0);
    for (let i = 0; i < records.length; i++) {
      const record = records[i]!;
      at = put(out, at, i === 0 ? FIRST : NEXT);
      const isLine = record instanceof OutgoingLine;
      const base64 = isLine ? base64Between(record.bytes, record.from, record.to) : base64Of(record.data);
      at += out.latin1Write(base64, at);
      if (this.#random === undefined) at = put(out, at, END);
      else if (isLine && record.key === undefined) {
        at = put(out, writeRandomKey(out, put(out, at, KEY), this.#random), END);
      } else at += out.latin1Write(`","PartitionKey":${keyText(record.partitionKey ?? '')}}`, at);
    }
    at += out.latin1Write(']}', at);
    return out.subarray(0, at) as NativeBuffer;
  }

  giveBack(body: Uint8Array): void {
    this.#memory.giveBack(body);
  }

  /** As much as these records take at most. */
  #bytesMax(records: readonly OutgoingRecord[]): number {
    let most = this.#head.length + 2;
    for (const record of records) {
      const isLine = record instanceof OutgoingLine;
      const bytes = isLine ? record.to - record.from : record.data.length;
      const keyChars = isLine && record.key === undefined ? RANDOM_KEY_CHARS_MAX : (record.partitionKey?.length ?? 0);
      most += Math.ceil(bytes / 3) * 4 + RECORD_FRAME_CHARS + KEY_CHAR_BYTES_MAX * keyChars;
    }
    return most;
  }
}
