/**
 * Where many records can be put by one request, and each succeeds or fails by itself: a Kinesis stream or a Firehose
 * delivery stream. One request, no patience: whoever puts decides what to do about failures.
 */
import { putRecordBatch } from '../operations/firehose/put-record-batch.ts';
import { putRecords } from '../operations/kinesis/put-records.ts';
import type { Client } from './client.ts';
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
  return {
    async put(records, signal) {
      const entries = records.map((record) => ({ Data: record.data, PartitionKey: record.partitionKey ?? '' }));
      const answer = await client.call(putRecords, { ...stream, Records: entries }, { signal, attemptsMax: 1 });
      return records.map((_, i) => errorOf(answer.Records[i], answer.Records[i]?.SequenceNumber));
    },
  };
}

/** Puts into a delivery stream of Firehose; the client must be one of that service. */
export function firehoseTarget(client: Client, deliveryStream: string): PutTarget {
  return {
    async put(records, signal) {
      const input = { DeliveryStreamName: deliveryStream, Records: records.map((record) => ({ Data: record.data })) };
      const answer = await client.call(putRecordBatch, input, { signal, attemptsMax: 1 });
      return records.map((_, i) => errorOf(answer.RequestResponses[i], answer.RequestResponses[i]?.RecordId));
    },
  };
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
