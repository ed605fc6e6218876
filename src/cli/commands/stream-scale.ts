/** `sluice stream scale`: another number of shards, in steps where the API allows no single one. */
import { updateShardCount } from '../../operations/kinesis/resharding.ts';
import { summaryOf, untilActive } from '../await-stream.ts';
import { change } from '../change.ts';
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { scaleSteps, scaleTarget } from '../scale-steps.ts';
import type { streamScaleOptions } from '../table/stream.ts';

/** Scales; asks when shards become fewer. */
export async function run({ args, options }: Call<typeof streamScaleOptions>, context: Context): Promise<void> {
  const [name, wanted] = [args[0]!, args[1]!];
  const stream = await context.open(name);
  const { OpenShardCount: open } = await summaryOf(stream);
  const target = scaleTarget(wanted, open);
  if (target === open) return context.note(`${name} has ${open} shards already`);
  const steps = scaleSteps(open, target);
  if (steps.length > 1 && !options.wait) {
    throw usageError(
      `${open} to ${target} shards takes ${steps.length} steps: ${[open, ...steps].join(' → ')}`,
      'Leave out --no-wait.',
    );
  }
  if (target < open) await context.confirm(`Scale ${name} down from ${open} to ${target} shards?`);
  for (const TargetShardCount of steps) {
    await change(stream, updateShardCount, { ...stream.ref, TargetShardCount, ScalingType: 'UNIFORM_SCALING' });
    if (options.wait && !context.global.dryRun) await untilActive(stream);
  }
  if (!context.global.dryRun) context.note(`${name}  ${[open, ...steps].join(' → ')} shards`);
}
