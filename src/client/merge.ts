/** Brings many sequences of batches into one: as they come, or by arrival time. The order within a sequence always holds. */
import { CONSUMER_BATCHES_MAX } from '../model/limits.ts';
import { BoundedQueue } from './bounded-queue.ts';
import type { ShardBatch } from './shard-reader.ts';

/** One sequence being read: a shard, or a whole stream. `R` is how it ends. */
export interface Source<B extends ShardBatch, R> {
  readonly name: string;
  readonly batches: AsyncGenerator<B, R>;
}

export interface Sources<B extends ShardBatch, R> {
  readonly begin: readonly Source<B, R>[];
  /** What is told at the end of a source, behind its last batch, and what may be read from then on. */
  readonly follow: (name: string, outcome: R) => Promise<Followed<B, R>>;
}

export interface Followed<B extends ShardBatch, R> {
  readonly last?: B | undefined;
  readonly next: readonly Source<B, R>[];
}

/** All sources at once, a batch as soon as it is there; readers wait while `CONSUMER_BATCHES_MAX` are not taken. */
export async function* mergeAsTheyCome<B extends ShardBatch, R>(sources: Sources<B, R>): AsyncGenerator<B> {
  const queue = new BoundedQueue<B>(CONSUMER_BATCHES_MAX);
  let running = 0;
  const start = (source: Source<B, R>): void => {
    running++;
    drain(source).then(
      () => {
        if (--running === 0) queue.close();
      },
      (error) => queue.close(error),
    );
  };
  const drain = async (source: Source<B, R>): Promise<void> => {
    for (;;) {
      const { done, value } = await source.batches.next();
      if (!done) {
        await queue.push(value);
        continue;
      }
      const { last, next } = await sources.follow(source.name, value);
      if (last !== undefined) await queue.push(last);
      for (const one of next) start(one);
      return;
    }
  };
  for (const source of sources.begin) start(source);
  if (running === 0) queue.close();
  try {
    yield* queue;
  } finally {
    queue.close();
  }
}

interface Head<B extends ShardBatch, R> {
  readonly source: Source<B, R>;
  next: Promise<IteratorResult<B, R>>;
  batch: B | undefined;
  /** Index of the first record not given yet. */
  at: number;
}

/** Earliest arrival first over all sources. Needs sources that end: it waits until every one has something or nothing. */
export async function* mergeByArrival<B extends ShardBatch, R>(sources: Sources<B, R>): AsyncGenerator<B> {
  let heads = sources.begin.map(headOf);
  for (;;) {
    for (let i = 0; i < heads.length; i++) {
      const head = heads[i]!;
      while (head.batch === undefined) {
        const { done, value } = await head.next;
        if (done) {
          const { last, next } = await sources.follow(head.source.name, value);
          if (last !== undefined) yield last;
          heads.push(...next.map(headOf));
          break;
        }
        if (value.records.length > 0) head.batch = value;
        else {
          yield value;
          head.next = ahead(head.source);
        }
      }
    }
    heads = heads.filter((head) => head.batch !== undefined);
    if (heads.length === 0) return;
    yield take(heads);
  }
}

function headOf<B extends ShardBatch, R>(source: Source<B, R>): Head<B, R> {
  return { source, next: ahead(source), batch: undefined, at: 0 };
}

/** Asks one batch ahead; a failure is reported when it is that batch's turn. */
function ahead<B extends ShardBatch, R>(source: Source<B, R>): Promise<IteratorResult<B, R>> {
  const next = source.batches.next();
  next.catch(() => undefined);
  return next;
}

/** The records of the earliest head that come before any other head's next one. */
function take<B extends ShardBatch, R>(heads: readonly Head<B, R>[]): B {
  let first = heads[0]!;
  let otherMs = Number.POSITIVE_INFINITY;
  for (const head of heads.slice(1)) {
    if (nextMs(head) < nextMs(first)) {
      otherMs = nextMs(first);
      first = head;
    } else {
      otherMs = Math.min(otherMs, nextMs(head));
    }
  }
  const batch = first.batch!;
  const from = first.at;
  let end = from + 1;
  while (end < batch.records.length && batch.records[end]!.arrivalMs <= otherMs) end++;
  first.at = end;
  if (end === batch.records.length) {
    first.batch = undefined;
    first.at = 0;
    first.next = ahead(first.source);
  }
  return { ...batch, records: batch.records.slice(from, end) };
}

function nextMs<B extends ShardBatch, R>(head: Head<B, R>): number {
  return head.batch!.records[head.at]!.arrivalMs;
}
