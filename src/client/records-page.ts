/**
 * An answer of GetRecords as records. It is read here rather than by its declaration, which checks every blob twice:
 * half of the time of a reader that catches up. Pure.
 */
import { getRecords } from '../operations/kinesis/get-records.ts';
import type { Output } from '../operations/operation.ts';
import { coerceJson } from '../wire/json.ts';
import { parsedAnswer } from './client.ts';
import { ClientError } from './client-error.ts';
import type { Descent } from './lineage.ts';
import type { ConsumedRecord } from './shard-reader.ts';

/** A child of a shard that ended, with the hash keys that are its own. */
export interface ListedChild extends Descent {
  readonly hashRange: HashRangeText;
}

/** Decimal digits, both ends inclusive. */
export interface HashRangeText {
  readonly StartingHashKey: string;
  readonly EndingHashKey: string;
}

export interface Page {
  readonly records: readonly ConsumedRecord[];
  readonly lagMs: number;
  /** undefined: the shard is closed and this was its last page. */
  readonly next: string | undefined;
  readonly children: readonly ListedChild[];
}

/** The records of an answer's body. @throws {ClientError} UnreadableAnswer. */
export function readPage(body: Uint8Array): Page {
  const { Records, ...rest } = Object(parsedAnswer(body)) as Record<string, unknown>;
  const facts = coerceJson(getRecords.output, rest) as Partial<Output<typeof getRecords>>;
  return {
    records: recordsIn(Records),
    lagMs: facts.MillisBehindLatest ?? 0,
    next: facts.NextShardIterator,
    children: childrenOf(facts.ChildShards),
  };
}

/** The records of parsed JSON. @throws {ClientError} UnreadableAnswer. */
export function recordsIn(records: unknown): readonly ConsumedRecord[] {
  if (!Array.isArray(records)) throw unreadable();
  return records.map(recordOf);
}

/** Children as an answer names them. */
export function childrenOf(children: Output<typeof getRecords>['ChildShards']): readonly ListedChild[] {
  return (children ?? []).map((child) => ({
    shardId: child.ShardId,
    parents: child.ParentShards,
    hashRange: child.HashKeyRange,
  }));
}

function recordOf(record: Record<string, unknown> | null): ConsumedRecord {
  const { SequenceNumber, PartitionKey, Data, ApproximateArrivalTimestamp } = record ?? {};
  if (typeof SequenceNumber !== 'string' || typeof Data !== 'string') throw unreadable();
  return {
    sequenceNumber: SequenceNumber,
    partitionKey: typeof PartitionKey === 'string' ? PartitionKey : '',
    data: Buffer.from(Data, 'base64'),
    arrivalMs: typeof ApproximateArrivalTimestamp === 'number' ? Math.round(ApproximateArrivalTimestamp * 1_000) : 0,
  };
}

function unreadable(): ClientError {
  return new ClientError('UnreadableAnswer', 'The server answered with something that holds no records.', {
    status: 200,
  });
}
