/** The records of a replay: those of the stretch that is not yet replayed, by arrival over all shards or as they come. */
import { Consumer } from '../../client/consumer.ts';
import type { Position } from '../../client/position.ts';
import type { ShardBatch } from '../../client/shard-reader.ts';
import { userRecords } from '../../client/user-records.ts';
import { SECOND_MS } from '../../model/time.ts';
import { isBehind, type PlaceInside } from '../tail/inside.ts';
import { parseShards } from '../values.ts';
import type { ReplayPlan } from './plan.ts';
import { checkShards } from './start.ts';

/** Of the five reads a second that all readers of a shard share on AWS. */
const READS_PER_SECOND = 2;

/** Ends at the stretch's end; `arrived` holds what needs no reading again. */
export async function replayBatches(
  { source, options, pace, state }: ReplayPlan,
  arrived: ReadonlyMap<string, string>,
): Promise<AsyncGenerator<ShardBatch>> {
  const { context, client, ref, target } = source;
  const { from, positions, inside = [], only } = state.start;
  await checkShards(source, Object.keys(positions));
  const places = new Map<string, Position>(Object.entries(positions));
  for (const [shard, sequenceNumber] of arrived) places.set(shard, { at: 'afterNumber', sequenceNumber });
  const named = parseShards(options.shard);
  const isNamed = (id: string) => (named?.(id) ?? true) && (!only || positions[id] !== undefined);
  let troubled = '';
  const consumer = new Consumer({
    client,
    clock: context.clock,
    stream: ref,
    from,
    positions: places.size === 0 ? undefined : places,
    follow: false,
    untilMs: state.untilMs,
    // A shard whose parent was asked for is one as well, also when the parent has expired.
    shards: (id) => isNamed(id) || arrived.has(id),
    // Others read the shards as well.
    pace: target.kind === 'aws' ? { apartMs: SECOND_MS / READS_PER_SECOND } : undefined,
    order: pace.kind === 'max' ? 'arrival' : 'time',
    signal: context.signal,
    onTrouble(error) {
      if (error.message !== troubled) context.note(`${error.message}, trying again`);
      troubled = error.message;
    },
  });
  return options.deaggregate ? takenApart(consumer, inside) : consumer.batches();
}

/** The records inside aggregates in their place, as the Kinesis Client Library gives them out, behind `inside`. */
async function* takenApart(consumer: Consumer, inside: readonly PlaceInside[]): AsyncGenerator<ShardBatch> {
  for await (const batch of consumer.batches()) {
    const range = consumer.hashRangeOf(batch.shardId);
    const records = batch.records.flatMap((record) => userRecords(record, range) ?? record);
    yield { ...batch, records: inside.length === 0 ? records : records.filter((record) => isBehind(record, inside)) };
  }
}
