/** Reads one shard into a taker, and again from where it is noted whenever a process fails. */
import type { Position } from '../../client/position.ts';
import type { HashRangeText } from '../../client/records-page.ts';
import type { readShard, ShardBatch, ShardOutcome, ShardReaderOptions } from '../../client/shard-reader.ts';
import { durationText, shortShard } from '../values.ts';
import { isolate } from './batch-worker.ts';
import { type Batch, firstBatch, inBatches, itemsOf } from './batches.ts';
import { ChildFailure, giveUpError, restartMs } from './failure.ts';
import type { Taker, Work } from './work.ts';

export interface ShardWorkOptions {
  readonly taker: Taker;
  readonly read: typeof readShard;
  /** Of the shard. */
  readonly hashRange: () => HashRangeText | undefined;
}

/** Resolves when all of the shard is answered, or all up to the tip. @throws what ends the consume. */
export async function workShard(
  work: Work,
  options: ShardReaderOptions,
  shard: ShardWorkOptions,
): Promise<ShardOutcome> {
  const { context, plan, progress } = work;
  const { shardId, signal } = options;
  const { retries, backoff, dlq } = plan.options;
  let from = options.from;
  for (let failures = 0; ; ) {
    try {
      return await workOnce(work, { ...options, from }, shard);
    } catch (error) {
      if (signal.aborted || !(error instanceof ChildFailure)) throw error;
      const place = progress.positionOf(shardId);
      failures = place === from ? failures + 1 : 1;
      from = place;
      if (failures > retries) {
        if (plan.form !== 'lines' || dlq === undefined) {
          throw giveUpError(error, placeText(shardId, from), plan);
        }
        await isolateNext(work, { ...options, from }, shard);
        from = progress.positionOf(shardId);
        failures = 0;
        continue;
      }
      const waitMs = restartMs(failures, backoff);
      context.note(`shard ${shortShard(shardId)}: ${error.message}; again in ${durationText(waitMs)}`);
      await context.clock.sleep(waitMs, signal);
    }
  }
}

async function workOnce(work: Work, options: ShardReaderOptions, shard: ShardWorkOptions): Promise<ShardOutcome> {
  const { taker } = shard;
  const { shardId, from } = options;
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  try {
    await taker.open(shardId, from, (error) => failed.abort(error));
    const pages = pagesOf(work, { ...options, signal }, shard);
    const batches = taker.takesBatches ? inBatches(pages, limitsOf(work), work.context.clock) : pages;
    for (;;) {
      const { done, value } = await batches.next();
      if (done) {
        await taker.finish(shardId, value.closed, signal);
        return value;
      }
      await taker.take(value, signal);
    }
  } catch (error) {
    if (failed.signal.aborted) throw failed.signal.reason;
    // The others are to stop meanwhile.
    if (!(error instanceof ChildFailure)) work.draining.add(taker.drain(shardId));
    throw error;
  } finally {
    failed.abort();
  }
}

async function* pagesOf(
  { plan }: Work,
  options: ShardReaderOptions,
  { read, hashRange }: ShardWorkOptions,
): AsyncGenerator<Batch, ShardOutcome> {
  const pages: AsyncGenerator<ShardBatch, ShardOutcome> = read(options);
  for (;;) {
    const { done, value } = await pages.next();
    if (done) return value;
    const { shardId, lagMs } = value;
    yield { shardId, lagMs, items: itemsOf(value, plan.decode, hashRange()) };
  }
}

function limitsOf({ plan }: Work) {
  const { batch: records, batchBytes: bytes, linger: lingerMs } = plan.options;
  return { records, bytes, lingerMs };
}

/** Reads what comes next once more and finds what is to blame in it. */
async function isolateNext(work: Work, options: ShardReaderOptions, shard: ShardWorkOptions): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  try {
    const { done, value } = await pagesOf(work, { ...options, signal }, shard).next();
    if (!done) await isolate(work, { ...value, items: firstBatch(value.items, limitsOf(work)) }, options.signal);
  } finally {
    stop.abort();
  }
}

function placeText(shardId: string, from: Position): string {
  const shard = `Shard ${shortShard(shardId)}`;
  return 'sequenceNumber' in from ? `${shard} is done up to ${from.sequenceNumber}` : `${shard}: nothing is done`;
}
