/** Records on their way to a command: taken out of what wraps them, and cut into batches. */
import type { Item } from '../../client/answers.ts';
import type { HashRangeText } from '../../client/records-page.ts';
import type { ShardBatch } from '../../client/shard-reader.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Decode } from '../record/decode.ts';

/** Records of one shard in order. */
export interface Batch {
  readonly shardId: string;
  readonly items: readonly Item[];
  readonly lagMs: number;
}

/** What is inside the records of a page, each with the end of its number marked. */
export function itemsOf(
  { records }: Pick<ShardBatch, 'records'>,
  decode: Decode | undefined,
  range: HashRangeText | undefined,
): readonly Item[] {
  const items: Item[] = [];
  for (const record of records) {
    const decoded = decode === undefined ? record : decode(record, range);
    const all = 'sequenceNumber' in decoded ? [decoded] : decoded;
    for (const [i, one] of all.entries()) items.push({ record: one, isLast: i === all.length - 1 });
    if (all.length === 0) items.push({ record, isLast: true, isEmpty: true });
  }
  return items;
}

export interface BatchLimits {
  readonly records: number;
  readonly bytes: number;
  readonly lingerMs: number;
}

/** The first of these that fit a batch; one always does. */
export function firstBatch(items: readonly Item[], { records, bytes }: BatchLimits): readonly Item[] {
  let count = 0;
  let sum = 0;
  while (count < items.length && count < records) {
    sum += items[count]!.record.data.length;
    if (sum > bytes && count > 0) break;
    count++;
  }
  return items.slice(0, count);
}

/** Whether these fill a batch. */
export function isFull(items: readonly Item[], { records, bytes }: BatchLimits): boolean {
  return items.length >= records || items.reduce((sum, { record }) => sum + record.data.length, 0) >= bytes;
}

/** The same records in batches; one that is not full waits a little for more. */
export async function* inBatches<R>(
  pages: AsyncGenerator<Batch, R>,
  limits: BatchLimits,
  clock: Clock,
): AsyncGenerator<Batch, R> {
  const nextPage = () => {
    const next = pages.next();
    // It may fail while nobody waits for it.
    next.catch(() => undefined);
    return next;
  };
  let held: Batch | undefined;
  for (let next = nextPage(); ; ) {
    if (held !== undefined && !isFull(held.items, limits)) {
      const patience = new AbortController();
      const rest = clock.sleep(limits.lingerMs, patience.signal).then(
        () => undefined,
        () => undefined,
      );
      const came = await Promise.race([next, rest]);
      patience.abort();
      if (came === undefined) {
        yield held;
        held = undefined;
      }
    }
    const { done, value } = await next;
    if (!done) {
      held = held === undefined ? value : { ...value, items: [...held.items, ...value.items] };
      next = nextPage();
    }
    while (held !== undefined && (done || isFull(held.items, limits))) {
      const items = firstBatch(held.items, limits);
      yield { ...held, items };
      held = items.length === held.items.length ? undefined : { ...held, items: held.items.slice(items.length) };
    }
    if (done) return value;
  }
}
