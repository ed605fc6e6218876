/** Puts: check the records, deal them to shards, one append for all. No object per record. */
import type { PutOutcome, PutRun } from '../model/delivery.ts';
import { Fault } from '../model/fault.ts';
import { PUT_RECORDS_BYTES_MAX, PUT_RECORDS_MAX } from '../model/limits.ts';
import { type AppendSlice, payloadBytes, RECORD_FLAG, type RecordBatch } from '../model/record-batch.ts';
import { dealBatch, type PlacedBatch } from '../model/router.ts';
import { parseSequenceNumber } from '../model/sequence-number.ts';
import type { Shard } from '../model/shard.ts';
import type { Scope, Stream } from '../model/stream.ts';
import { dryRun, rateExceededForShard, refTo, type StreamRef } from '../model/stream-faults.ts';
import { SECOND_MS } from '../model/time.ts';
import type { AppendOutcome } from '../store/store.ts';
import type { LiveStream } from './live-stream.ts';
import type { OnDemandGrowth } from './on-demand-growth.ts';
import { faultFrom, noRoom, type ServiceParts, strictThrottles } from './parts.ts';

export interface PutOptions {
  /** SequenceNumberForOrdering: checked only, as records of a shard are ordered by commit anyway. */
  readonly orderingNumber?: string | undefined;
  /** Of PutRecord, whose texts name no place in a list. */
  readonly isSingle?: boolean | undefined;
  /** All checks, then DryRunOperationException. */
  readonly dryRun?: boolean | undefined;
}

export interface Put extends PutOptions {
  readonly name: string;
  readonly batch: RecordBatch;
}

/** Stores a batch. Resolves once the records are as durable as the store promises. */
export async function put(parts: ServiceParts, scope: Scope, request: Put): Promise<PutOutcome> {
  const { name, batch } = request;
  const ref = refTo(scope, name);
  let live = parts.table.writable(scope, name);
  checkRecords(live.stream, request);
  if (request.orderingNumber !== undefined && live.stream.distribution === 'AUTO') throw orderingNotKept();
  if (request.orderingNumber !== undefined) checkOrdering(ref, request.orderingNumber, parts.clock.now());
  if (request.dryRun) throw dryRun();
  while (live.gate !== undefined) {
    await live.gate;
    live = parts.table.writable(scope, name);
  }
  const { stream } = live;
  if (stream.encryptionKeyId !== undefined) markEncrypted(batch);
  const placed = live.place(batch);
  const { slices, refused } = admitted(parts, sliceBatch(live, batch, placed), { ref, stream });
  const beganMs = parts.clock.monotonic();
  let outcomes: readonly AppendOutcome[] = [];
  try {
    if (slices.length > 0) outcomes = await live.append(slices);
  } catch (error) {
    throw faultFrom(error);
  }
  if (parts.growth !== undefined) countTaken(parts.growth, slices);
  const runs = slices.map((slice, i) => runOf(parts, { ref, stream, slice, outcome: outcomes[i]! }));
  runs.push(...refused);
  const waitMs = slices.length === 0 ? undefined : parts.clock.monotonic() - beganMs;
  parts.events.recordsPut(stream, { batch, runs, hashWords: placed.hashWords, waitMs });
  return { count: batch.count, runs, encrypted: stream.encryptionKeyId !== undefined };
}

/** Before the store takes them: from then on records do not change. */
function markEncrypted({ arena, starts, count }: RecordBatch): void {
  for (let i = 0; i < count; i++) arena[starts[i]! + 2]! |= RECORD_FLAG.ENCRYPTED;
}

function countTaken(growth: OnDemandGrowth, slices: readonly RoutedSlice[]): void {
  for (const { shard, batch, picks } of slices) {
    growth.took(
      shard,
      picks.reduce((sum, i) => sum + payloadBytes(batch, i), 0),
    );
  }
}

/** The records of one put that one shard takes. */
interface RoutedSlice extends AppendSlice {
  readonly to: Shard;
}

/** The picks of a slice of one record, by its place: over a thousand shards most are such, and a view costs more than it shows. */
const ALONE: readonly Uint32Array[] = Array.from({ length: PUT_RECORDS_MAX }, (_, i) => Uint32Array.of(i));

function sliceBatch({ router }: LiveStream, batch: RecordBatch, { shardOf }: PlacedBatch): RoutedSlice[] {
  const { shards } = router;
  if (batch.count === 1) return [sliceOf(shards[shardOf[0]!]!, batch, ALONE[0]!)];
  const { order, bounds } = dealBatch(shardOf, shards.length);
  const slices: RoutedSlice[] = [];
  for (let i = 0; i < shards.length; i++) {
    const begin = bounds[i]!;
    const end = bounds[i + 1]!;
    if (begin === end) continue;
    const alone = end - begin === 1 ? ALONE[order[begin]!] : undefined;
    slices.push(sliceOf(shards[i]!, batch, alone ?? order.subarray(begin, end)));
  }
  return slices;
}

function sliceOf(to: Shard, batch: RecordBatch, picks: Uint32Array): RoutedSlice {
  return { to, shard: to.key, batch, picks };
}

/** What the shards take now, and the runs of records that come too soon. */
function admitted(
  parts: ServiceParts,
  slices: readonly RoutedSlice[],
  { ref, stream }: Pick<Appending, 'ref' | 'stream'>,
): { readonly slices: readonly RoutedSlice[]; readonly refused: PutRun[] } {
  const throttles = strictThrottles(parts);
  if (throttles === undefined) return { slices, refused: [] };
  const taken: RoutedSlice[] = [];
  const refused: PutRun[] = [];
  for (const slice of slices) {
    const { to: shard, batch, picks } = slice;
    const bytesOf = (i: number) => payloadBytes(batch, picks[i]!);
    const granted = throttles.takeRecords({ stream, shard }, { count: picks.length, bytesOf });
    if (granted > 0) taken.push({ ...slice, picks: picks.subarray(0, granted) });
    if (granted < picks.length) refused.push(tooSoon(ref, shard, picks.subarray(granted)));
  }
  return { slices: taken, refused };
}

function tooSoon(ref: StreamRef, shard: Shard, picks: Uint32Array): PutRun {
  const { code, message } = rateExceededForShard(ref, shard.index);
  return { shard, picks, result: { code, message } };
}

interface Appending {
  readonly ref: StreamRef;
  readonly stream: Stream;
  readonly slice: RoutedSlice;
  readonly outcome: AppendOutcome;
}

function runOf(parts: ServiceParts, { ref, stream, slice, outcome }: Appending): PutRun {
  const { to: shard, picks } = slice;
  if (!('error' in outcome)) return { shard, picks, result: outcome };
  parts.events.storeFailed(stream, outcome.error);
  if (outcome.error.kind === 'overloaded') return tooSoon(ref, shard, picks);
  const message = outcome.error.kind === 'readOnly' ? noRoom(outcome.error).message : 'Internal Service Failure';
  return { shard, picks, result: { code: 'InternalFailure', message } };
}

function checkRecords(stream: Stream, { batch, isSingle }: Put): void {
  const { arena, starts, count } = batch;
  let total = 0;
  for (let i = 0; i < count; i++) {
    const flags = arena[starts[i]! + 2]!;
    const bytes = payloadBytes(batch, i);
    if (bytes > stream.recordBytesMax) throw recordTooLarge(stream, bytes);
    const isKeyless = (flags & RECORD_FLAG.NO_PARTITION_KEY) !== 0;
    if (isKeyless && stream.distribution !== 'AUTO') throw partitionKeyMissing(isSingle ? undefined : i);
    total += bytes;
  }
  if (total > PUT_RECORDS_BYTES_MAX) {
    throw new Fault('InvalidArgumentException', `Records size exceeds ${PUT_RECORDS_BYTES_MAX / 1_048_576} MB limit`);
  }
}

function recordTooLarge(stream: Stream, bytes: number): Fault {
  return new Fault(
    'ValidationException',
    `A record of ${bytes} bytes of data and partition key is over the limit of ${stream.recordBytesMax} bytes ` +
      `of stream ${stream.name}.`,
  );
}

/** `i`: place in the list of PutRecords. */
function partitionKeyMissing(i: number | undefined): Fault {
  const path = i === undefined ? 'partitionKey' : `records.${i + 1}.member.partitionKey`;
  return new Fault(
    'ValidationException',
    `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`,
  );
}

function orderingNotKept(): Fault {
  return new Fault(
    'InvalidArgumentException',
    'Stream has SERVICE_DEFINED PartitionKey enabled. SequenceNumberForOrdering must not be provided.',
  );
}

function checkOrdering(ref: StreamRef, text: string, nowMs: number): void {
  const number = parseSequenceNumber(text);
  if (number !== undefined && number.version > 0 && number.timeSeconds * SECOND_MS <= nowMs) return;
  throw new Fault(
    'InvalidArgumentException',
    `ExclusiveMinimumSequenceNumber ${text} used in PutRecord on stream ${ref.name} under account ${ref.account} is invalid.`,
  );
}
