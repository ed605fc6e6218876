/** `sluice split`: one shard becomes two, or more by several splits. */
import type { HashRange } from '../../model/shard.ts';
import { splitShard } from '../../operations/kinesis/resharding.ts';
import { type ListedShard, shardsOf, untilActive } from '../await-stream.ts';
import { change } from '../change.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { namedShard, shardLoads } from '../observe.ts';
import {
  edgesOf,
  evenCuts,
  keySpaceBar,
  loadCuts,
  openShard,
  rangeOf,
  shortKey,
  splitPoint,
} from '../reshard/reshard-plan.ts';
import { parentsOf } from '../reshard/shard-columns.ts';
import { limitShare, type ShardLoad, sharesBetween } from '../reshard/shard-load.ts';
import type { splitOptions } from '../table/reshard.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { durationText, grouped, shortShard, sizeText } from '../values.ts';

/** A shorter sight says too little of what is to come. */
const SIGHT_MS = 5_000;
/** A key with more of the load than this makes one child as hot as the parent nearly was. */
const HEAVY_SHARE = 0.5;

type Options = Call<typeof splitOptions>['options'];

/** What is to be done, and why there. */
interface SplitPlan {
  readonly shard: ListedShard;
  readonly cuts: readonly bigint[];
  readonly load: ShardLoad | undefined;
}

/** Shows the key space before and after on a terminal, asks there, splits and waits. */
export async function run({ args, options }: Call<typeof splitOptions>, context: Context): Promise<void> {
  const stream = await context.open(args[0]!);
  if (options.into > 2 && !options.wait) throw usageError('--into takes several splits: leave out --no-wait');
  const before = await shardsOf(stream);
  const plan = await splitPlan(stream, { before, text: args[1]!, options });
  tellLoad(context, plan);
  await confirmSplit(stream, before, plan);
  const started = context.clock.monotonic();
  const { cuts, shard } = plan;
  let left = shard.ShardId;
  const became: string[] = [];
  for (const cut of cuts) {
    await change(stream, splitShard, { ...stream.ref, ShardToSplit: left, NewStartingHashKey: String(cut) });
    if (context.global.dryRun || !options.wait) return;
    await untilActive(stream);
    const children = (await shardsOf(stream)).filter((one) => parentsOf(one).includes(left));
    const isUpper = (one: ListedShard) => rangeOf(one).start === cut;
    left = children.find(isUpper)?.ShardId ?? left;
    became.push(...children.filter((one) => !isUpper(one)).map((one) => one.ShardId));
  }
  const children = [...became, left].map(shortShard).join(', ');
  const took = durationText(context.clock.monotonic() - started);
  context.note(
    `${shortShard(shard.ShardId)} → ${children}  at ${cuts.map(shortKey).join(', ')} (${partsText(plan)})  ${took}`,
  );
}

async function splitPlan(
  stream: OpenStream,
  { before, text, options }: { before: readonly ListedShard[]; text: string; options: Options },
): Promise<SplitPlan> {
  const { at, into, observe } = options;
  const wantsLoad = at === undefined || at === 'balance';
  if (into > 2 && !wantsLoad && at !== 'middle') throw usageError('--into goes with --at balance or --at middle');
  const shard = openShard(before, await namedShard(stream, text, observe));
  if (!wantsLoad) {
    return { shard, cuts: into > 2 ? evenCuts(rangeOf(shard), into) : [splitPoint(shard, at)], load: undefined };
  }
  const load = (await shardLoads(stream, [shard], observe))[0]!;
  const cuts = loadCuts(load, into);
  if (at === 'balance') checkBalance(load, cuts, { into, name: stream.name });
  const isSeen = load.spanMs >= SIGHT_MS && cuts.length === into - 1;
  if (at === 'balance' || isSeen) return { shard, cuts, load };
  if (load.records > 0) stream.context.note(`traffic of ${durationText(load.spanMs)} only is seen: in the middle`);
  return { shard, cuts: into > 2 ? evenCuts(rangeOf(shard), into) : [splitPoint(shard, 'middle')], load: undefined };
}

/** @throws {CliError} when there is nothing to balance, or not enough. */
function checkBalance(
  load: ShardLoad,
  cuts: readonly bigint[],
  { into, name }: { readonly into: number; readonly name: string },
): void {
  if (cuts.length === into - 1) return;
  const shard = shortShard(load.shardId);
  if (cuts.length > 0) {
    const hint = `--into ${cuts.length + 1} can be done.`;
    throw new CliError(`few keys take most of shard ${shard}: it cannot be parted in ${into}`, {
      exit: EXIT.failed,
      lines: [hint],
    });
  }
  throw new CliError(`shard ${shard} of ${name} took no records in the last ${durationText(load.windowMs)}`, {
    exit: EXIT.failed,
    lines: ['Look further back with --observe 10m, or split it with --at middle.'],
  });
}

/** How much the shard took, and what no split can spread. */
function tellLoad(context: Context, { shard, cuts, load }: SplitPlan): void {
  if (load === undefined || load.records === 0) return;
  const perSecond = `${sizeText(load.bytes / (load.windowMs / 1_000))}/s`;
  const limit = `${(limitShare(load) * 100).toFixed(0)} % of AWS's limit`;
  const seen = `last ${durationText(load.windowMs)}, ${grouped(load.keys)} key${load.keys === 1 ? '' : 's'}`;
  context.note(`${shard.ShardId}  ${perSecond} (${limit}), split at ${cuts.map(shortKey).join(', ')}  (${seen})`);
  const { heaviest } = load;
  if (heaviest === undefined || heaviest.share <= HEAVY_SHARE) return;
  const percent = (heaviest.share * 100).toFixed(0);
  context.note(`key "${heaviest.key}" alone is ${percent} % of it: no split spreads one key`);
}

async function confirmSplit(stream: OpenStream, before: readonly ListedShard[], plan: SplitPlan): Promise<void> {
  const { context, target } = stream;
  const { shard, cuts } = plan;
  const range: HashRange = rangeOf(shard);
  const edges = edgesOf(before);
  if (context.self.isTerminal || context.global.dryRun) {
    context.note(`before  ${keySpaceBar(edges, range)}`);
    context.note(`after   ${keySpaceBar([...edges, ...cuts], range)}`);
  }
  if (!context.canAsk && target.kind !== 'aws') return;
  const where = cuts.map(shortKey).join(', ');
  await context.confirm(`Split ${shortShard(shard.ShardId)} at ${where} (${partsText(plan)})?`);
}

/** `bytes 52 % / 48 %` where the load is known, else `keys 50 % / 50 %`: parts of the hash range. */
function partsText({ shard, cuts, load }: SplitPlan): string {
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
  if (load !== undefined) return `bytes ${sharesBetween(load, cuts).map(percent).join(' / ')}`;
  const { start, end } = rangeOf(shard);
  const ends = [start, ...cuts, end + 1n];
  const widths = ends.slice(1).map((next, i) => Number(((next - ends[i]!) * 1_000n) / (end - start + 1n)) / 1_000);
  return `keys ${widths.map(percent).join(' / ')}`;
}
