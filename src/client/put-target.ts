/**
 * Where many records can be put by one request, and each succeeds or fails by itself: a Kinesis stream or a Firehose
 * delivery stream. One request, no patience: whoever puts decides what to do about failures. Requests are written and
 * answers read by hand, because a forwarder of logs does hardly anything else.
 */
import { putRecordBatch } from '../operations/firehose/put-record-batch.ts';
import { putRecords } from '../operations/kinesis/put-records.ts';
import type { Output } from '../operations/operation.ts';
import type { Random } from '../runtime/random.ts';
import { coerceJson } from '../wire/json.ts';
import { type Client, parsedAnswer } from './client.ts';
import { JsonBodies } from './json-bodies.ts';
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

/** Puts into a stream of Kinesis, in JSON; `random` makes the keys of lines that have none. */
export function kinesisTarget(client: Client, stream: StreamRef, random: Random): PutTarget {
  const bodies = new JsonBodies(stream, random);
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
  const bodies = new JsonBodies({ DeliveryStreamName: deliveryStream }, undefined);
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

/** True when a member says that nothing failed; quotes inside of strings are escaped, so it can stand nowhere else. */
function holds(answer: Uint8Array, member: string): boolean {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.length);
  const at = bytes.indexOf(member);
  const next = at < 0 ? undefined : bytes[at + member.length];
  return next === COMMA || next === CLOSING_BRACE;
}

const COMMA = 0x2c;
const CLOSING_BRACE = 0x7d;

/** What `put` returns when every record was written. */
export function noneFailed(records: readonly OutgoingRecord[]): undefined[] {
  return new Array<undefined>(records.length).fill(undefined);
}

interface Entry {
  readonly ErrorCode?: string | undefined;
  readonly ErrorMessage?: string | undefined;
}

/** A record is written only when the answer gives its number: a missing entry counts as failed. */
export function errorOf(entry: Entry | undefined, number: string | undefined): RecordError | undefined {
  if (number !== undefined) return undefined;
  return { code: entry?.ErrorCode ?? 'InternalFailure', message: entry?.ErrorMessage ?? '' };
}
