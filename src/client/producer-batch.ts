/** One request of a producer: how many records fit, and sending them until each is written or given up. */
import { PRODUCER_REQUEST_BYTES_MAX } from '../model/limits.ts';
import { putRecords } from '../operations/kinesis/put-records.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import type { Client } from './client.ts';
import { retryDelayMs } from './retry.ts';
import type { StreamRef } from './stream-ref.ts';

export interface ProducerRecord {
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** A decimal hash key that picks the shard instead of the partition key. */
  readonly explicitHashKey?: string | undefined;
}

/** What became of the records of one request, in columns; entry i belongs to the i-th record. */
export interface BatchResult {
  /** Position of the first record among all records put. */
  readonly first: number;
  readonly records: readonly ProducerRecord[];
  /** Absent for a record that was given up. */
  readonly shardIds: readonly (string | undefined)[];
  readonly sequenceNumbers: readonly (string | undefined)[];
  /** Why a record was given up, in the API's words; absent for a written one. */
  readonly errors: readonly (RecordError | undefined)[];
  /** Records sent more than once. */
  readonly retried: number;
}

export interface RecordError {
  readonly code: string;
  readonly message: string;
}

export interface SendOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly stream: StreamRef;
  readonly attemptsMax: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a record counts against the API's limits; a UTF-16 length stands in for the key's bytes. */
export function recordBytes(record: ProducerRecord): number {
  return record.data.length + record.partitionKey.length;
}

/** How many records from `start` on fit into one request; at least one. */
export function requestLength(records: readonly ProducerRecord[], start: number, recordsMax: number): number {
  const end = Math.min(records.length, start + recordsMax);
  let bytes = 0;
  for (let i = start; i < end; i++) {
    bytes += recordBytes(records[i]!);
    if (bytes > PRODUCER_REQUEST_BYTES_MAX && i > start) return i - start;
  }
  return end - start;
}

/**
 * Sends records until each is written or has been tried `attemptsMax` times.
 * @throws what made a request fail as a whole after the client's own attempts; it is then unknown what was written.
 */
export async function sendBatch(
  options: SendOptions,
  first: number,
  records: readonly ProducerRecord[],
): Promise<BatchResult> {
  const { client, clock, random, stream, attemptsMax, signal } = options;
  const shardIds = new Array<string | undefined>(records.length);
  const sequenceNumbers = new Array<string | undefined>(records.length);
  const errors = new Array<RecordError | undefined>(records.length);
  let left = [...records.keys()];
  let retried = 0;
  for (let attempt = 1; ; attempt++) {
    const entries = left.map((i) => entryOf(records[i]!));
    const answer = await client.call(putRecords, { ...stream, Records: entries }, { signal });
    const failed: number[] = [];
    for (const [at, i] of left.entries()) {
      const result = answer.Records[at]!;
      if (result.SequenceNumber === undefined) {
        failed.push(i);
        errors[i] = { code: result.ErrorCode ?? 'InternalFailure', message: result.ErrorMessage ?? '' };
      } else {
        shardIds[i] = result.ShardId;
        sequenceNumbers[i] = result.SequenceNumber;
        errors[i] = undefined;
      }
    }
    if (failed.length === 0 || attempt >= attemptsMax) {
      return { first, records, shardIds, sequenceNumbers, errors, retried };
    }
    if (attempt === 1) retried = failed.length;
    left = failed;
    await clock.sleep(retryDelayMs(attempt, random.fraction()), signal);
  }
}

function entryOf(record: ProducerRecord) {
  return { PartitionKey: record.partitionKey, Data: record.data, ExplicitHashKey: record.explicitHashKey };
}
