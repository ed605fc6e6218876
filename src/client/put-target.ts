/**
 * Where many records can be put by one request, and each succeeds or fails by itself: a Kinesis stream or a Firehose
 * delivery stream. One request, no patience: whoever puts decides what to do about failures. Requests are written and
 * answers read here by hand, because a forwarder of logs does hardly anything else.
 */
import { putRecordBatch } from '../operations/firehose/put-record-batch.ts';
import { putRecords } from '../operations/kinesis/put-records.ts';
import type { Output } from '../operations/operation.ts';
import { coerceJson } from '../wire/json.ts';
import { base64Of, type NativeBuffer, nativeAlloc, nativeView } from '../wire/native-buffer.ts';
import { type Client, parsedAnswer } from './client.ts';
import type { RecordError } from './producer-batch.ts';
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

/** Puts into a stream of Kinesis. */
export function kinesisTarget(client: Client, stream: StreamRef): PutTarget {
  const bodies = new BodyWriter(stream, true);
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
  const bodies = new BodyWriter({ DeliveryStreamName: deliveryStream }, false);
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

/** Bodies are written into the same few pieces of memory again and again. */
class BodyWriter {
  readonly #head: string;
  readonly #keyed: boolean;
  readonly #spare: NativeBuffer[] = [];

  /** `keyed`: the service takes partition keys. */
  constructor(target: object, keyed: boolean) {
    this.#head = headOf(target);
    this.#keyed = keyed;
  }

  /** The body of one request. It may be given back once the request was answered, and must not be before. */
  write(records: readonly OutgoingRecord[]): NativeBuffer {
    let most = this.#head.length + 2;
    for (const { data, partitionKey = '' } of records) {
      most += Math.ceil(data.length / 3) * 4 + RECORD_FRAME_CHARS + KEY_CHAR_BYTES_MAX * partitionKey.length;
    }
    const spare = this.#spare.pop();
    const out = spare !== undefined && spare.length >= most ? spare : nativeAlloc(Math.max(most, BODY_BYTES));
    let at = out.latin1Write(this.#head, 0);
    let comma = '';
    for (const { data, partitionKey } of records) {
      const base64 = base64Of(data);
      const key = this.#keyed ? `,"PartitionKey":${keyText(partitionKey ?? '')}` : '';
      at += out.latin1Write(`${comma}{"Data":"${base64}"${key}}`, at);
      comma = ',';
    }
    at += out.latin1Write(']}', at);
    return out.subarray(0, at) as NativeBuffer;
  }

  giveBack(body: NativeBuffer): void {
    const { buffer } = body;
    if (buffer.byteLength > BODY_BYTES_KEPT_MAX || this.#spare.length >= BODIES_KEPT_MAX) return;
    this.#spare.push(nativeView(new Uint8Array(buffer)));
  }
}

/** What stands around data and key. */
const RECORD_FRAME_CHARS = ',{"Data":"","PartitionKey":""}'.length;
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
