/** Reads one shard, page after page, through expired iterators, throttling and restarts of the server. */
import { GET_RECORDS_MAX, POLL_MS_MAX } from '../model/limits.ts';
import type { EpochMs } from '../model/time.ts';
import { getRecords } from '../operations/kinesis/get-records.ts';
import { getShardIterator } from '../operations/kinesis/get-shard-iterator.ts';
import type { Clock } from '../runtime/clock.ts';
import { encodeJson } from '../wire/json.ts';
import type { Client } from './client.ts';
import { ClientError, UnreachableError } from './client-error.ts';
import type { PageShare } from './page-share.ts';
import { type Pace, pollDelayMs, reachedTip } from './poll.ts';
import { iteratorInput, type Position } from './position.ts';
import { type ListedChild, type Page, readPage } from './records-page.ts';
import { isThrottle } from './retry.ts';
import type { StreamRef } from './stream-ref.ts';

export interface ConsumedRecord {
  readonly sequenceNumber: string;
  /** '' when the producer sent none. */
  readonly partitionKey: string;
  readonly data: Uint8Array;
  readonly arrivalMs: EpochMs;
  /** Which one it is of those that came in one record; undefined for a record that came by itself. */
  readonly subSequence?: number | undefined;
  /** Decimal digits, where an aggregate tells it. */
  readonly explicitHashKey?: string | undefined;
  /** Why the data are not decoded although they should be. */
  readonly decodeError?: string | undefined;
}

/** Records of one shard in order. */
export interface ShardBatch {
  readonly shardId: string;
  /** None only where the shard's end is told. */
  readonly records: readonly ConsumedRecord[];
  /** How far behind the tip the reader is after the last of them. */
  readonly lagMs: number;
  /** The closed shard has been read to its end, and reading begins in these. */
  readonly followedBy?: readonly string[] | undefined;
}

/** How reading ended: at the end of a closed shard (with its children), or where the caller wanted to stop. */
export type ShardOutcome =
  | { readonly closed: true; readonly children: readonly ListedChild[] }
  | { readonly closed: false };

export interface ShardReaderOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly stream: StreamRef;
  readonly shardId: string;
  readonly from: Position;
  /** Go on waiting at the tip. */
  readonly follow: boolean;
  /** Records that arrived at or after this are not read. */
  readonly untilMs?: EpochMs | undefined;
  readonly pace?: Pace | undefined;
  /** How much is asked for at once; as much as there may be unless given. */
  readonly pages?: PageShare | undefined;
  /** `clock.monotonic()` when the whole reading began. */
  readonly startedAt: number;
  readonly signal: AbortSignal;
  /** Called at the tip while nothing has been read since the beginning. */
  readonly onNothing?: (() => void) | undefined;
  /** Tells of a failure that reading survives. */
  readonly onTrouble?: ((error: Error) => void) | undefined;
}

/** Yields non-empty batches; nothing is asked for before the last one has been taken. */
export async function* readShard(options: ShardReaderOptions): AsyncGenerator<ShardBatch, ShardOutcome> {
  const { clock, shardId, follow, untilMs, signal, pace = {} } = options;
  let from = options.from;
  let iterator: string | undefined;
  let restMs = 0;
  let lastPageMs = clock.now();
  let averageBytes: number | undefined;
  for (;;) {
    const calledAt = clock.monotonic();
    iterator ??= await patiently(options, () => openIterator(options, from));
    const page = await patiently(options, () => nextPage(options, iterator!, averageBytes));
    if (page === undefined) {
      // Nothing read yet and LATEST: "the newest" has moved meanwhile, so go back to when it was asked.
      if (from.at === 'latest') from = { at: 'time', ms: lastPageMs };
      iterator = undefined;
      continue;
    }
    lastPageMs = clock.now();
    const records = untilMs === undefined ? page.records : recordsBefore(page.records, untilMs);
    const { lagMs } = page;
    const last = records.at(-1);
    if (last !== undefined) averageBytes = bytesOf(records) / records.length;
    if (last !== undefined) {
      from = { at: 'afterNumber', sequenceNumber: last.sequenceNumber };
      yield { shardId, records, lagMs };
    }
    if (lagMs === 0 && from === options.from) options.onNothing?.();
    if (records.length < page.records.length) return { closed: false };
    if (page.next === undefined) return { closed: true, children: page.children };
    iterator = page.next;
    const facts = { records: records.length, lagMs };
    if (!follow && reachedTip(facts, clock.monotonic() - options.startedAt)) return { closed: false };
    if (untilMs !== undefined && lagMs === 0 && clock.now() > untilMs) return { closed: false };
    await pace.budget?.spend(bytesOf(records), signal);
    restMs = pollDelayMs(restMs, facts, pace.pollMs);
    const dueMs = Math.max(restMs, (pace.apartMs ?? 0) - (clock.monotonic() - calledAt));
    if (dueMs > 0) await clock.sleep(dueMs, signal);
  }
}

async function openIterator(options: ShardReaderOptions, position: Position): Promise<string> {
  const { client, stream, shardId, signal } = options;
  const answer = await client.call(
    getShardIterator,
    { ...stream, ShardId: shardId, ...iteratorInput(position) },
    { signal },
  );
  return answer.ShardIterator!;
}

/** undefined when the iterator has expired. */
async function nextPage(
  { client, signal, pages }: ShardReaderOptions,
  iterator: string,
  averageBytes: number | undefined,
): Promise<Page | undefined> {
  const input = { ShardIterator: iterator, Limit: pages?.recordsFor(averageBytes) ?? GET_RECORDS_MAX };
  try {
    return readPage(await client.send(getRecords.name, encodeJson(getRecords.input, input), { signal }));
  } catch (error) {
    if (error instanceof ClientError && error.code === 'ExpiredIteratorException') return undefined;
    throw error;
  }
}

/** Calls until it goes well: a throttle is waited out, and so is, for one who follows, a server that fails or is away. */
async function patiently<T>(options: ShardReaderOptions, call: () => Promise<T>): Promise<T> {
  const { clock, follow, signal, onTrouble } = options;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error, follow)) throw error;
      onTrouble?.(error as Error);
      await clock.sleep(POLL_MS_MAX, signal);
    }
  }
}

/** Whether a failure ends by itself. */
export function isPassing(error: unknown, follow: boolean): boolean {
  if (error instanceof UnreachableError) return follow;
  return error instanceof ClientError && (isThrottle(error.code) || (follow && error.status >= 500));
}

/** What a reader's byte budget counts. */
export function bytesOf(records: readonly ConsumedRecord[]): number {
  return records.reduce((sum, record) => sum + record.data.length, 0);
}

/** Those that arrived before a time: arrival never goes back within a shard. */
export function recordsBefore(records: readonly ConsumedRecord[], untilMs: EpochMs): readonly ConsumedRecord[] {
  const end = records.findIndex((record) => record.arrivalMs >= untilMs);
  return end < 0 ? records : records.slice(0, end);
}
