/** `sluice merge`: two neighbouring shards become one. */
import { mergeShards } from '../../operations/kinesis/resharding.ts';
import { shardsOf, untilActive } from '../await-stream.ts';
import { change } from '../change.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { edgesOf, keySpaceBar, mergePair } from '../reshard-plan.ts';
import { parentsOf } from '../shard-columns.ts';
import type { mergeOptions } from '../table/reshard.ts';
import { durationText, shortShard } from '../values.ts';

/** Checks first that the two are neighbours, shows the key space on a terminal, asks there, merges and waits. */
export async function run({ args, options }: Call<typeof mergeOptions>, context: Context): Promise<void> {
  const stream = await context.open(args[0]!);
  const before = await shardsOf(stream);
  const pair = mergePair(before, args[1]!, args[2]);
  const [lower, upper] = [pair[0]!, pair[1]!];
  const both = `${shortShard(lower.ShardId)} and ${shortShard(upper.ShardId)}`;
  if (context.canAsk) {
    const range = { start: BigInt(lower.HashKeyRange.StartingHashKey), end: BigInt(upper.HashKeyRange.EndingHashKey) };
    const edges = edgesOf(before);
    const seam = BigInt(upper.HashKeyRange.StartingHashKey);
    context.note(`before  ${keySpaceBar(edges, range)}`);
    context.note(
      `after   ${keySpaceBar(
        edges.filter((edge) => edge !== seam),
        range,
      )}`,
    );
    await context.confirm(`Merge ${both}?`);
  }
  const started = context.clock.monotonic();
  const input = { ...stream.ref, ShardToMerge: lower.ShardId, AdjacentShardToMerge: upper.ShardId };
  await change(stream, mergeShards, input);
  if (context.global.dryRun || !options.wait) return;
  await untilActive(stream);
  const child = (await shardsOf(stream)).find((one) => parentsOf(one).includes(lower.ShardId));
  const became = child === undefined ? '?' : shortShard(child.ShardId);
  context.note(`${both} → ${became}  ${durationText(context.clock.monotonic() - started)}`);
}
