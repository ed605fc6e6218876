/**
 * Where many records can be put by one request, and each succeeds or fails by itself: a Kinesis stream or a Firehose
 * delivery stream. One request, no patience: whoever puts decides what to do about failures. Requests are written and
 * answers read here by hand, because a forwarder of logs does hardly anything else.
 */
import { putRecordBatch } from '../operations/firehose/put-record-batch.ts';
import { putRecords } from '../operations/kinesis/put-records.ts';
import type { Output } from '../operations/operation.ts';
import type { Random } from '../runtime/random.ts';
import { coerceJson } from '../wire/json.ts';
import { base64Between, base64Of, type NativeBuffer, nativeAlloc, nativeView } from '../wire/native-buffer.ts';
import { type Client, parsedAnswer } from './client.ts';
import { OutgoingLine } from './outgoing-line.ts';
import type { RecordError } from './producer-batch.ts';
import { RANDOM_KEY_CHARS_MAX, writeRandomKey } from './random-key.ts';
import type { StreamRef } from './stream-ref.ts';

export interface OutgoingRecord {
  /** undefined on Firehose, which has none. */
  readonly partitionKey: string | undefined;
  readonly data: Uint8Array;
}

export interface PutTarget {
  /**
   * Sends one request; returns why each record failed, undefined for a written one, in their order.
   * @throws {ClientError} when the service refused the request, {UnreachableError} when no answer came.
   */
  put(records: readonly OutgoingRecord[], signal?: AbortSignal): Promise<readonly (RecordError | undefined)[]>;
}

/** Puts into a stream of Kinesis; `random` makes the keys of lines that have none. */
export function kinesisTarget(client: Client, stream: StreamRef, random: Random): PutTarget {
  const bodies = new BodyWriter(stream, random);
  return {
    async put(records, signal) {
      const body = bodies.write(records);
      const answer = await client.send(putRecords.name, body, { signal, attemptsMax: 1 });
      if (holds(answer, '"FailedRecordCount":0')) {
        bodies.giveBack(body);
        return noneFailed(records);
      }
      const { Records } = coerceJson(putRecords.output, parsedAnswer(answer)) as Partial<Output<typeof putRecords>>;
      return records.map((_, i) => errorOf(Records?.[i], Records?.[i]?.SequenceNumber));
    },
  };
}

/** Puts into a delivery stream of Firehose; the client must be one of that service. */
export function firehoseTarget(client: Client, deliveryStream: string): PutTarget {
  const bodies = new BodyWriter({ DeliveryStreamName: deliveryStream }, undefined);
  return {
    async put(records, signal) {
      const body = bodies.write(records);
      const answer = await client.send(putRecordBatch.name, body, { signal, attemptsMax: 1 });
      if (holds(answer, '"FailedPutCount":0')) {
        bodies.giveBack(body);
        return noneFailed(records);
      }
      const read = coerceJson(putRecordBatch.output, parsedAnswer(answer)) as Partial<Output<typeof putRecordBatch>>;
      const { RequestResponses } = read;
      return records.map((_, i) => errorOf(RequestResponses?.[i], RequestResponses?.[i]?.RecordId));
    },
  };
}

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
const RECORD_FRAME_CHARS = NEXT.length + KEY.length + END.length;

/** Bodies are written into the same few pieces of memory again and again, and no text is made but that in base64. */
class BodyWriter {
  readonly #head: string;
  readonly #random: Random | undefined;
  readonly #spare: NativeBuffer[] = [];

  /** `random` makes keys that mean nothing; without it the service takes no keys. */
  constructor(target: object, random: Random | undefined) {
    this.#head = headOf(target);
    this.#random = random;
  }

  /** The body of one request. It may be given back once the request was answered, and must not be before. */
  write(records: readonly OutgoingRecord[]): NativeBuffer {
    const out = this.#memory(records);
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

  giveBack(body: NativeBuffer): void {
    const { buffer } = body;
    if (buffer.byteLength > BODY_BYTES_KEPT_MAX || this.#spare.length >= BODIES_KEPT_MAX) return;
    this.#spare.push(nativeView(new Uint8Array(buffer)));
  }

  /** As much as these records take at most. */
  #memory(records: readonly OutgoingRecord[]): NativeBuffer {
    let most = this.#head.length + 2;
    for (const record of records) {
      const isLine = record instanceof OutgoingLine;
      const bytes = isLine ? record.to - record.from : record.data.length;
      const keyChars = isLine && record.key === undefined ? RANDOM_KEY_CHARS_MAX : (record.partitionKey?.length ?? 0);
      most += Math.ceil(bytes / 3) * 4 + RECORD_FRAME_CHARS + KEY_CHAR_BYTES_MAX * keyChars;
    }
    const spare = this.#spare.pop();
    return spare !== undefined && spare.length >= most ? spare : nativeAlloc(Math.max(most, BODY_BYTES));
  }
}

function put(out: Uint8Array, at: number, text: Uint8Array): number {
  for (let i = 0; i < text.length; i++) out[at + i] = text[i]!;
  return at + text.length;
}

/** As `\u0041`. */
const KEY_CHAR_BYTES_MAX = 6;
/** Room for 500 lines as logs have them. */
const BODY_BYTES = 262_144;
const BODY_BYTES_KEPT_MAX = 1_048_576;
const BODIES_KEPT_MAX = 16;

/** True when a member says that nothing failed; quotes inside of strings are escaped, so it can stand nowhere else. */
function holds(answer: Uint8Array, member: string): boolean {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.length);
  const at = bytes.indexOf(member);
  const next = at < 0 ? undefined : bytes[at + member.length];
  return next === COMMA || next === CLOSING_BRACE;
}

const COMMA = 0x2c;
const CLOSING_BRACE = 0x7d;

function noneFailed(records: readonly OutgoingRecord[]): undefined[] {
  return new Array<undefined>(records.length).fill(undefined);
}

interface Entry {
  readonly ErrorCode?: string | undefined;
  readonly ErrorMessage?: string | undefined;
}

/** A record is written only when the answer gives its number: a missing entry counts as failed. */
function errorOf(entry: Entry | undefined, number: string | undefined): RecordError | undefined {
  if (number !== undefined) return undefined;
  return { code: entry?.ErrorCode ?? 'InternalFailure', message: entry?.ErrorMessage ?? '' };
}
