/** Reads one shard, page after page, through expired iterators, throttling and restarts of the server. */
import { GET_RECORDS_MAX, POLL_MS_MAX } from '../model/limits.ts';
import type { EpochMs } from '../model/time.ts';
import { getRecords } from '../operations/kinesis/get-records.ts';
import { getShardIterator } from '../operations/kinesis/get-shard-iterator.ts';
import type { Output } from '../operations/operation.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Client } from './client.ts';
import { ClientError, UnreachableError } from './client-error.ts';
import type { Descent } from './lineage.ts';
import { pollDelayMs, reachedTip } from './poll.ts';
import { iteratorInput, type Position } from './position.ts';
import { isThrottle } from './retry.ts';
import type { StreamRef } from './stream-ref.ts';

export interface ConsumedRecord {
  readonly sequenceNumber: string;
  /** '' when the producer sent none. */
  readonly partitionKey: string;
  readonly data: Uint8Array;
  readonly arrivalMs: EpochMs;
}

/** Records of one shard in order; at least one. */
export interface ShardBatch {
  readonly shardId: string;
  readonly records: readonly ConsumedRecord[];
  /** How far behind the tip the reader is after the last of them. */
  readonly lagMs: number;
}

/** How reading ended: at the end of a closed shard (with its children), or where the caller wanted to stop. */
export type ShardOutcome =
  | { readonly closed: true; readonly children: readonly Descent[] }
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
  /** `clock.monotonic()` when the whole reading began. */
  readonly startedAt: number;
  readonly signal: AbortSignal;
  /** Tells of a failure that reading survives. */
  readonly onTrouble?: ((error: Error) => void) | undefined;
}

type Page = Output<typeof getRecords>;

/** Yields non-empty batches; nothing is asked for before the last one has been taken. */
export async function* readShard(options: ShardReaderOptions): AsyncGenerator<ShardBatch, ShardOutcome> {
  const { clock, shardId, follow, untilMs, signal } = options;
  let from = options.from;
  let iterator = await openIterator(options, from);
  let restMs = 0;
  let lastPageMs = clock.now();
  for (;;) {
    const page = await nextPage(options, iterator);
    if (page === 'expired') {
      // Nothing read yet and LATEST: "the newest" has moved meanwhile, so go back to when it was asked.
      if (from.at === 'latest') from = { at: 'time', ms: lastPageMs };
      iterator = await openIterator(options, from);
      continue;
    }
    if (page === 'trouble') {
      await clock.sleep(POLL_MS_MAX, signal);
      continue;
    }
    lastPageMs = clock.now();
    const records = recordsOf(page, untilMs);
    const lagMs = page.MillisBehindLatest ?? 0;
    const last = records.at(-1);
    if (last !== undefined) {
      from = { at: 'afterNumber', sequenceNumber: last.sequenceNumber };
      yield { shardId, records, lagMs };
    }
    if (records.length < page.Records.length) return { closed: false };
    if (page.NextShardIterator === undefined) return { closed: true, children: descents(page) };
    iterator = page.NextShardIterator;
    const facts = { records: records.length, lagMs };
    if (!follow && reachedTip(facts, clock.monotonic() - options.startedAt)) return { closed: false };
    if (untilMs !== undefined && lagMs === 0 && clock.now() > untilMs) return { closed: false };
    restMs = pollDelayMs(restMs, facts);
    if (restMs > 0) await clock.sleep(restMs, signal);
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

/** 'trouble' is what a following reader waits out: a throttle, or a server that has gone away for a while. */
async function nextPage(options: ShardReaderOptions, iterator: string): Promise<Page | 'expired' | 'trouble'> {
  const { client, follow, signal, onTrouble } = options;
  try {
    return await client.call(getRecords, { ShardIterator: iterator, Limit: GET_RECORDS_MAX }, { signal });
  } catch (error) {
    if (error instanceof ClientError && error.code === 'ExpiredIteratorException') return 'expired';
    const throttled = error instanceof ClientError && isThrottle(error.code);
    if (!throttled && !(follow && error instanceof UnreachableError)) throw error;
    onTrouble?.(error);
    return 'trouble';
  }
}

function recordsOf(page: Page, untilMs: EpochMs | undefined): readonly ConsumedRecord[] {
  const records: ConsumedRecord[] = [];
  for (const record of page.Records) {
    const arrivalMs = record.ApproximateArrivalTimestamp ?? 0;
    if (untilMs !== undefined && arrivalMs >= untilMs) break;
    records.push({
      sequenceNumber: record.SequenceNumber,
      partitionKey: record.PartitionKey ?? '',
      data: record.Data,
      arrivalMs,
    });
  }
  return records;
}

function descents(page: Page): readonly Descent[] {
  return (page.ChildShards ?? []).map((child) => ({ shardId: child.ShardId, parents: child.ParentShards }));
}
