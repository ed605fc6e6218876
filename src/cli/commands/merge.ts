/** `sluice merge`: two neighbouring shards become one. */
import { mergeShards } from '../../operations/kinesis/resharding.ts';
import { isOpen, type ListedShard, shardsOf, untilActive } from '../await-stream.ts';
import { change } from '../change.ts';
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { namedShard, shardLoads } from '../observe.ts';
import {
  coldestPair,
  edgesOf,
  keySpaceBar,
  mergePair,
  neighbours,
  openShard,
  rangeOf,
} from '../reshard/reshard-plan.ts';
import { parentsOf } from '../reshard/shard-columns.ts';
import type { mergeOptions } from '../table/reshard.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { durationText, shortShard, sizeText } from '../values.ts';

type Pair = readonly [ListedShard, ListedShard];

/** Checks first that the two are neighbours, shows the key space on a terminal, asks there, merges and waits. */
export async function run({ args, options }: Call<typeof mergeOptions>, context: Context): Promise<void> {
  const stream = await context.open(args[0]!);
  const before = await shardsOf(stream);
  if (options.coldest && args.length > 1) throw usageError('--coldest finds the shards: name none');
  const [lower, upper] = options.coldest
    ? await coldest(stream, before, options.observe)
    : await namedPair(stream, { before, texts: args.slice(1), windowMs: options.observe });
  const both = `${shortShard(lower.ShardId)} and ${shortShard(upper.ShardId)}`;
  await confirmMerge(stream, before, [lower, upper]);
  const started = context.clock.monotonic();
  const input = { ...stream.ref, ShardToMerge: lower.ShardId, AdjacentShardToMerge: upper.ShardId };
  await change(stream, mergeShards, input);
  if (context.global.dryRun || !options.wait) return;
  await untilActive(stream);
  const child = (await shardsOf(stream)).find((one) => parentsOf(one).includes(lower.ShardId));
  const became = child === undefined ? '?' : shortShard(child.ShardId);
  context.note(`${both} → ${became}  ${durationText(context.clock.monotonic() - started)}`);
}

/** The two that are named, or the one with its colder neighbour: of two that took the same the upper. */
async function namedPair(
  stream: OpenStream,
  { before, texts, windowMs }: { before: readonly ListedShard[]; texts: readonly string[]; windowMs: number },
): Promise<Pair> {
  if (texts.length === 0) throw usageError('which shard?', 'Name it, or let --coldest choose.');
  const [first, second] = await Promise.all(texts.map((text) => namedShard(stream, text, windowMs)));
  const shard = openShard(before, first!);
  const { below, above } = neighbours(before, shard);
  if (second !== undefined || below === undefined || above === undefined) return mergePair(before, first!, second);
  const [belowLoad, aboveLoad] = await shardLoads(stream, [below, above], windowMs);
  const isBelow = belowLoad!.bytes < aboveLoad!.bytes;
  const [chosen, other] = isBelow ? [belowLoad!, aboveLoad!] : [aboveLoad!, belowLoad!];
  if (belowLoad!.bytes !== aboveLoad!.bytes) {
    const [took, spared] = [sizeText(chosen.bytes), sizeText(other.bytes)];
    const names = [chosen, other].map(({ shardId }) => shortShard(shardId));
    stream.context.note(`${names[0]} took ${took} in the last ${durationText(windowMs)}, ${names[1]} ${spared}`);
  }
  return mergePair(before, first!, chosen.shardId);
}

async function coldest(stream: OpenStream, before: readonly ListedShard[], windowMs: number): Promise<Pair> {
  const loads = await shardLoads(stream, before.filter(isOpen), windowMs);
  const pair = coldestPair(before, new Map(loads.map((load) => [load.shardId, load.bytes])));
  if (pair === undefined) throw usageError(`${stream.name} has a single open shard`);
  return pair;
}

async function confirmMerge(
  { context, target }: OpenStream,
  before: readonly ListedShard[],
  pair: Pair,
): Promise<void> {
  const [lower, upper] = pair;
  const range = { start: rangeOf(lower).start, end: rangeOf(upper).end };
  const edges = edgesOf(before);
  const after = edges.filter((edge) => edge !== rangeOf(upper).start);
  if (context.self.isTerminal || context.global.dryRun) {
    context.note(`before  ${keySpaceBar(edges, range)}`);
    context.note(`after   ${keySpaceBar(after, range)}`);
  }
  if (!context.canAsk && target.kind !== 'aws') return;
  await context.confirm(`Merge ${shortShard(lower.ShardId)} and ${shortShard(upper.ShardId)}?`);
}
