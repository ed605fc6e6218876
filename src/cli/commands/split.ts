/** `sluice split`: one shard becomes two. */
import { splitShard } from '../../operations/kinesis/resharding.ts';
import { shardsOf, untilActive } from '../await-stream.ts';
import { change } from '../change.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { edgesOf, keySpaceBar, openShard, shortKey, splitPoint } from '../reshard-plan.ts';
import { parentsOf } from '../shard-columns.ts';
import type { splitOptions } from '../table/reshard.ts';
import { durationText, shortShard } from '../values.ts';

/** Shows the key space before and after on a terminal, asks there, splits and waits. */
export async function run({ args, options }: Call<typeof splitOptions>, context: Context): Promise<void> {
  const [stream, text] = [await context.open(args[0]!), args[1]!];
  const before = await shardsOf(stream);
  const shard = openShard(before, text);
  const point = splitPoint(shard, options.at ?? 'middle');
  const [start, end] = [BigInt(shard.HashKeyRange.StartingHashKey), BigInt(shard.HashKeyRange.EndingHashKey)];
  const lowerPercent = Number(((point - start) * 1_000n) / (end - start + 1n)) / 10;
  const parts = `${lowerPercent.toFixed(0)} % / ${(100 - lowerPercent).toFixed(0)} %`;
  if (context.canAsk) {
    const edges = edgesOf(before);
    context.note(`before  ${keySpaceBar(edges, { start, end })}`);
    context.note(`after   ${keySpaceBar([...edges, point], { start, end })}`);
    await context.confirm(`Split ${shortShard(shard.ShardId)} at ${shortKey(point)} (keys ${parts})?`);
  }
  const started = context.clock.monotonic();
  const input = { ...stream.ref, ShardToSplit: shard.ShardId, NewStartingHashKey: String(point) };
  await change(stream, splitShard, input);
  if (context.global.dryRun || !options.wait) return;
  await untilActive(stream);
  const children = (await shardsOf(stream)).filter((one) => parentsOf(one).includes(shard.ShardId));
  const became = children.map((one) => shortShard(one.ShardId)).join(', ');
  const took = durationText(context.clock.monotonic() - started);
  context.note(`${shortShard(shard.ShardId)} → ${became}  at ${shortKey(point)} (keys ${parts})  ${took}`);
}
