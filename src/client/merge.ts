/** Brings the shards of a stream into one sequence: as pages come, or by arrival time. The order within a shard always holds. */
import { CONSUMER_BATCHES_MAX } from '../model/limits.ts';
import { BoundedQueue } from './bounded-queue.ts';
import type { ShardBatch, ShardOutcome } from './shard-reader.ts';

/** One shard being read. */
export interface Source {
  readonly shardId: string;
  readonly batches: AsyncGenerator<ShardBatch, ShardOutcome>;
}

export interface Sources {
  readonly begin: readonly Source[];
  /** What may be read once a source has ended so. */
  readonly follow: (shardId: string, outcome: ShardOutcome) => Promise<readonly Source[]>;
}

/** All shards at once, a batch as soon as it is there; readers wait while `CONSUMER_BATCHES_MAX` are not taken. */
export async function* mergeAsTheyCome(sources: Sources): AsyncGenerator<ShardBatch> {
  const queue = new BoundedQueue<ShardBatch>(CONSUMER_BATCHES_MAX);
  let running = 0;
  const start = (source: Source): void => {
    running++;
    drain(source).then(
      () => {
        if (--running === 0) queue.close();
      },
      (error) => queue.close(error),
    );
  };
  const drain = async (source: Source): Promise<void> => {
    for (;;) {
      const { done, value } = await source.batches.next();
      if (!done) {
        await queue.push(value);
        continue;
      }
      for (const next of await sources.follow(source.shardId, value)) start(next);
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

interface Head {
  readonly source: Source;
  next: Promise<IteratorResult<ShardBatch, ShardOutcome>>;
  batch: ShardBatch | undefined;
  /** Index of the first record not given yet. */
  at: number;
}

/** Earliest arrival first over all shards. Needs sources that end: it waits until every one has something or nothing. */
export async function* mergeByArrival(sources: Sources): AsyncGenerator<ShardBatch> {
  let heads = sources.begin.map(headOf);
  for (;;) {
    for (let i = 0; i < heads.length; i++) {
      const head = heads[i]!;
      if (head.batch !== undefined) continue;
      const { done, value } = await head.next;
      if (!done) {
        head.batch = value;
        continue;
      }
      heads.push(...(await sources.follow(head.source.shardId, value)).map(headOf));
    }
    heads = heads.filter((head) => head.batch !== undefined);
    if (heads.length === 0) return;
    yield take(heads);
  }
}

function headOf(source: Source): Head {
  return { source, next: ahead(source), batch: undefined, at: 0 };
}

/** Asks one batch ahead; a failure is reported when it is that batch's turn. */
function ahead(source: Source): Head['next'] {
  const next = source.batches.next();
  next.catch(() => undefined);
  return next;
}

/** The records of the earliest head that come before any other head's next one. */
function take(heads: readonly Head[]): ShardBatch {
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

function nextMs(head: Head): number {
  return head.batch!.records[head.at]!.arrivalMs;
}
