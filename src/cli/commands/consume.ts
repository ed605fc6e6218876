/** `sluice consume`: gives the records of a stream to a command and goes on where it left off. */
import { summaryOf } from '../await-stream.ts';
import type { Call } from '../command-spec.ts';
import { deadLetters } from '../consume/dead-letters.ts';
import { groupFile, groupFolder, holdGroup, saveGroup } from '../consume/group-file.ts';
import { consumeForm } from '../consume/plan.ts';
import { GroupProgress } from '../consume/progress.ts';
import { ConsumeRun, ownerHere } from '../consume/run.ts';
import { startOf } from '../consume/start.ts';
import { Children } from '../consume/work.ts';
import type { Context } from '../context.ts';
import type { ConsumeOptions } from '../table/consume.ts';
import { durationText, grouped } from '../values.ts';

/** Runs until a signal, or with --no-follow until the tip; every record comes at least once. */
export async function run(call: Call<ConsumeOptions>, context: Context): Promise<void> {
  const form = await consumeForm(call, context);
  const { options, group } = form;
  const folder = groupFolder(context, options.checkpoint);
  const from = startOf(context, options.from ?? 'horizon');
  const stream = await context.open(call.args[0]!);
  const summary = await summaryOf(stream);
  const deadLettersOf = options.dlq === undefined ? undefined : await deadLetters(stream, options.dlq);
  const found = await groupFile(folder, summary, { group, from });
  const isHeld = await holdGroup(context, found);
  try {
    // Whoever held it until now may have gone further.
    const { path, state } = await groupFile(folder, summary, { group, from });
    const file = { path, state: { ...state, owner: ownerHere(context) } };
    await saveGroup(context, file);
    const source = { arn: summary.StreamARN, region: stream.target.region };
    const plan = { ...form, deadLetters: deadLettersOf, source };
    const progress = new GroupProgress(context, file);
    const children = new Children(context, plan, stream.streamName);
    const shards = `${grouped(summary.OpenShardCount)} open ${summary.OpenShardCount === 1 ? 'shard' : 'shards'}`;
    const isNew = state.places.size === 0;
    const age = durationText(Math.max(0, context.clock.now() - state.savedMs));
    const where = isNew ? `from ${options.from ?? 'horizon'}` : `going on where it was ${age} ago`;
    context.note(`${stream.name}: group ${group}, ${shards}, ${where}`);
    if (!isNew && options.from !== undefined) {
      context.note(
        `  --from is for new groups. To move this one:  sluice consume reset ${stream.name} -g ${group} --to ${options.from}`,
      );
    }
    await new ConsumeRun({ context, stream, plan, progress, children, draining: new Set() }, file).run();
  } finally {
    await isHeld.close();
  }
}
