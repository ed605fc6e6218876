/** `sluice stream scale`: another number of shards, evenly in the steps that the API allows, or by what shards took. */
import { mergeShards, splitShard, updateShardCount } from '../../operations/kinesis/resharding.ts';
import { isOpen, shardsOf, summaryOf, untilActive } from '../await-stream.ts';
import { change } from '../change.ts';
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { shardLoads } from '../observe.ts';
import { rangeOf, shortKey } from '../reshard/reshard-plan.ts';
import { type ScaleStep, scaleByLoad } from '../reshard/scale-by-load.ts';
import { scaleSteps, scaleTarget } from '../reshard/scale-steps.ts';
import type { streamScaleOptions } from '../table/stream.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { durationText } from '../values.ts';

/** Scales; asks when shards become fewer. */
export async function run({ args, options }: Call<typeof streamScaleOptions>, context: Context): Promise<void> {
  const [name, wanted] = [args[0]!, args[1]!];
  const stream = await context.open(name);
  const { OpenShardCount: open } = await summaryOf(stream);
  const target = scaleTarget(wanted, open);
  if (target === open) return context.note(`${name} has ${open} shards already`);
  const started = context.clock.monotonic();
  const counts =
    options.strategy === 'load'
      ? await byLoad(stream, target, options)
      : await evenly(stream, { open, target }, options);
  if (context.global.dryRun) return;
  const took = options.wait ? `  ${durationText(context.clock.monotonic() - started)}` : '';
  context.note(`${name}  ${[open, ...counts].join(' → ')} shards${took}`);
}

type Options = Call<typeof streamScaleOptions>['options'];

/** Returns the numbers of shards on the way. */
async function evenly(
  stream: OpenStream,
  { open, target }: { readonly open: number; readonly target: number },
  { wait }: Options,
): Promise<readonly number[]> {
  const { context, name } = stream;
  const steps = scaleSteps(open, target);
  const way = [open, ...steps].join(' → ');
  if (steps.length > 1 && !wait) {
    throw usageError(`${open} to ${target} shards takes ${steps.length} steps: ${way}`, 'Leave out --no-wait.');
  }
  if (steps.length > 1) context.note(`a call doubles or halves at most: ${way}`);
  if (target < open) await context.confirm(`Scale ${name} down from ${open} to ${target} shards?`);
  for (const TargetShardCount of steps) {
    await change(stream, updateShardCount, { ...stream.ref, TargetShardCount, ScalingType: 'UNIFORM_SCALING' });
    if (wait && !context.global.dryRun) await untilActive(stream);
  }
  return steps;
}

async function byLoad(stream: OpenStream, target: number, { wait, observe }: Options): Promise<readonly number[]> {
  const { context, name } = stream;
  if (!wait) throw usageError('--strategy load takes a call a shard: leave out --no-wait');
  const open = (await shardsOf(stream)).filter(isOpen);
  const loads = await shardLoads(stream, open, observe);
  if (loads.every((load) => load.records === 0)) {
    context.note(`${name} took no records in the last ${durationText(observe)}: wide ranges count as loaded`);
  }
  const steps = scaleByLoad(loads, target);
  for (const { kind, at } of steps) context.note(`${kind} at ${shortKey(at)}`);
  if (target < open.length) await context.confirm(`Scale ${name} down from ${open.length} to ${target} shards?`);
  for (const step of steps) {
    await take(stream, step);
    // What comes of the first step has no id yet.
    if (context.global.dryRun) break;
    await untilActive(stream);
  }
  return [target];
}

/** One split or merge, of the shards that are there now. */
async function take(stream: OpenStream, { kind, at }: ScaleStep): Promise<void> {
  const shards = (await shardsOf(stream)).filter(isOpen);
  if (kind === 'split') {
    const shard = shards.find((one) => rangeOf(one).start < at && at <= rangeOf(one).end)!;
    const input = { ...stream.ref, ShardToSplit: shard.ShardId, NewStartingHashKey: String(at) };
    await change(stream, splitShard, input);
    return;
  }
  const lower = shards.find((one) => rangeOf(one).end === at - 1n)!;
  const upper = shards.find((one) => rangeOf(one).start === at)!;
  const input = { ...stream.ref, ShardToMerge: lower.ShardId, AdjacentShardToMerge: upper.ShardId };
  await change(stream, mergeShards, input);
}
