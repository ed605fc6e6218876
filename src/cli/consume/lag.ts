/** How far groups are behind: read from the server, one or a few pages a shard. */
import { type GroupState, unreadPlaces } from '../../client/group-state.ts';
import { iteratorInput, type Position } from '../../client/position.ts';
import { GET_RECORDS_MAX, LAG_PAGES_MAX, LAG_SHARDS_AT_ONCE } from '../../model/limits.ts';
import { getRecords } from '../../operations/kinesis/get-records.ts';
import { getShardIterator } from '../../operations/kinesis/get-shard-iterator.ts';
import type { Output } from '../../operations/operation.ts';
import type { ListedShard } from '../await-stream.ts';
import type { OpenStream } from '../target/open-stream.ts';

/** How far behind, in time and in records; null: not known. */
export interface Lag {
  readonly lagMs: number | null;
  readonly records: number | null;
}

/** A shard a group has not read to the end. */
export interface ShardLag extends Lag {
  readonly shardId: string;
  readonly position: Position;
}

/** The lag of a group in each shard it has not done. Records are counted on servers of this machine only. */
export async function groupLag(
  stream: OpenStream,
  state: GroupState,
  listing: readonly ListedShard[],
): Promise<readonly ShardLag[]> {
  const descents = listing.map(({ ShardId, ParentShardId, AdjacentParentShardId }) => ({
    shardId: ShardId,
    parents: [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined),
  }));
  const places = [...unreadPlaces(state, descents)];
  const lags: ShardLag[] = [];
  for (let i = 0; i < places.length; i += LAG_SHARDS_AT_ONCE) {
    const some = places.slice(i, i + LAG_SHARDS_AT_ONCE);
    lags.push(
      ...(await Promise.all(
        some.map(async ([shardId, position]) => ({
          shardId,
          position,
          ...(await shardLag(stream, shardId, position)),
        })),
      )),
    );
  }
  return lags;
}

/** The furthest behind counts, and all records together. */
export function sumLag(lags: readonly Lag[]): Lag {
  const known = lags.flatMap(({ lagMs }) => lagMs ?? []);
  const isCounted = lags.every(({ records }) => records !== null);
  return {
    lagMs: known.length === 0 && lags.length > 0 ? null : Math.max(0, ...known),
    records: isCounted ? lags.reduce((sum, { records }) => sum + records!, 0) : null,
  };
}

async function shardLag(stream: OpenStream, ShardId: string, position: Position): Promise<Lag> {
  const { context, client, ref, target } = stream;
  const { signal } = context;
  const isLocal = target.kind === 'local' || /^https?:\/\/(127\.|localhost|\[::1\])/.test(target.endpoint);
  const input = { ...ref, ShardId, ...iteratorInput(position) };
  let iterator = (await client.call(getShardIterator, input, { signal })).ShardIterator;
  let firstMs: number | undefined;
  let count = 0;
  let lagMs = 0;
  // One record is enough to tell the time: other readers share what a shard gives.
  const [Limit, pagesMax] = isLocal ? [GET_RECORDS_MAX, LAG_PAGES_MAX] : [1, 1];
  let isTip = false;
  for (let pages = 0; iterator !== undefined && !isTip && pages < pagesMax; pages++) {
    const page: Output<typeof getRecords> = await client.call(
      getRecords,
      { ShardIterator: iterator, Limit },
      { signal },
    );
    const behindMs = page.MillisBehindLatest ?? 0;
    firstMs ??= page.Records[0]?.ApproximateArrivalTimestamp;
    count += page.Records.length;
    lagMs = Math.max(lagMs, behindMs);
    iterator = page.NextShardIterator;
    isTip = behindMs === 0 || iterator === undefined;
  }
  return { lagMs: sinceMs(context.clock.now(), firstMs, lagMs), records: isTip ? count : null };
}

/** The age of the first record not read; the clocks of two machines may differ, so what the server says counts too. */
function sinceMs(nowMs: number, firstMs: number | undefined, lagMs: number): number {
  return firstMs === undefined ? lagMs : Math.max(0, lagMs, nowMs - firstMs);
}
