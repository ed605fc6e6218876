/** `sluice replay`: reads a stretch of a stream again, at its own rhythm or another, to stdout, a stream or HTTP. */
import { CliError, usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { plainPaint } from '../paint.ts';
import { noProgress } from '../progress.ts';
import { recordWriter } from '../record/output.ts';
import { delimiterOf } from '../record/reading.ts';
import { AggregateParts } from '../replay/aggregate-parts.ts';
import { type ChangeCounts, recordChange } from '../replay/change.ts';
import { type Destination, httpUrl, type OnArrived, outputDestination } from '../replay/destination.ts';
import { type Options, type ReplayPlan, replayPlan, resumeCommand } from '../replay/plan.ts';
import { ReplayProgress } from '../replay/progress.ts';
import { ReplayRun, type ReplayTotals, replayTotals } from '../replay/run.ts';
import { forgetReplay } from '../replay/state.ts';
import { OutputClosedError } from '../sink.ts';
import type { ReplayOptions } from '../table/replay.ts';
import { parseTemplate, type Template } from '../template/template.ts';
import { durationText, grouped, sizeText } from '../values.ts';

/** Ends at --until, or where the stream's tip was at the start. */
export async function run(call: Call<ReplayOptions>, context: Context): Promise<void> {
  const plan = await replayPlan(call, context);
  const { options, state } = plan;
  const counts: ChangeCounts = { unmarked: 0, keyless: 0 };
  const { key = 'keep', mark } = options;
  const change = recordChange({ key, mark, rewrite: rewriteOf(context, options) }, counts, () => context.random.uuid());
  const arrived = new Map(Object.entries(state.arrived));
  const parts = new AggregateParts((shard, number) => arrived.set(shard, number));
  const destination = await destinationOf(context, plan, (shard, number) => parts.arrive(shard, number));
  if (context.global.dryRun) return context.note(`would replay ${totalsText(await replayTotals(plan), options)}`);
  const progress = progressOf(context, plan);
  const replay = new ReplayRun({ plan, destination, change, progress, parts, arrived });
  const command = resumeCommand(state.id, context.self.words);
  context.status = () => `${progress.line()}  go on with: ${command}`;
  try {
    await replay.play();
  } catch (error) {
    if (error instanceof OutputClosedError || progress.records === 0) throw error;
    if (context.signal.aborted && !isPrinting(options)) context.note('sending what is left, Ctrl-C again to abandon');
    await stop(context, destination, replay);
    context.note(`${grouped(progress.records)} records read. Go on with:  ${command}`);
    throw error;
  } finally {
    progress.stop();
  }
  await forgetReplay(context, state.id);
  tellChanges(context, counts);
  await destination.finish();
  if (options.exitEmpty && progress.records === 0) throw new CliError('nothing matched', { exit: EXIT.empty });
}

function tellChanges(context: Context, { unmarked, keyless }: ChangeCounts): void {
  const [one, many] = ['1 record', (count: number) => `${grouped(count)} records`];
  if (unmarked === 1) context.note(`${one} is no JSON object: not marked`);
  if (unmarked > 1) context.note(`${many(unmarked)} are no JSON objects: not marked`);
  if (keyless === 1) context.note(`${one} has no such key: it got one by chance`);
  if (keyless > 1) context.note(`${many(keyless)} have no such key: they got some by chance`);
}

/** What is under way arrives still where it can, and counts. What failed before is told by whoever called. */
async function stop(context: Context, destination: Destination, replay: ReplayRun): Promise<void> {
  await destination.flush().catch(() => undefined);
  await replay.save();
  await destination.finish().catch((error: unknown) => context.note((error as Error).message));
}

function rewriteOf(context: Context, { rewrite }: Options): Template | undefined {
  if (rewrite === undefined) return undefined;
  return parseTemplate(rewrite, { isTerminal: false, paint: plainPaint, now: () => context.clock.now() });
}

function isPrinting({ to }: Options): boolean {
  return to === undefined || to === '-';
}

function progressOf(context: Context, { options, state }: ReplayPlan): ReplayProgress {
  const isShown = !(isPrinting(options) && context.out.isTerminal);
  return new ReplayProgress(context, {
    untilMs: state.untilMs ?? context.clock.now(),
    progress: isShown ? context.progress('replaying') : noProgress,
    isSaid: options.progress && !context.self.isTerminal,
  });
}

async function destinationOf(context: Context, plan: ReplayPlan, onArrived: OnArrived): Promise<Destination> {
  const { options, source, state } = plan;
  const { to = '-' } = options;
  const url = httpUrl(to);
  if (url !== undefined) {
    const { httpDestination } = await import('../replay/http.ts');
    const { httpForm } = await import('../replay/http-form.ts');
    return httpDestination(context, { url, ...httpForm(context, options), onArrived });
  }
  if (isPrinting(options)) {
    const delimiter = delimiterOf(options.delim);
    const output = await recordWriter(context, { data: options.data, timestamps: 'local', delimiter });
    const isBegun = state.rounds > 0 || Object.keys(state.arrived).length > 0;
    if (output.head !== '' && !isBegun && !context.global.dryRun) await context.out.write(output.head);
    return outputDestination(context, output.write, onArrived);
  }
  const { destinationStream, streamDestination } = await import('../replay/stream.ts');
  const stream = await destinationStream(context, to);
  if (stream.target.endpoint === source.target.endpoint && stream.streamName === source.streamName) {
    throw usageError('a stream cannot be replayed into itself');
  }
  if (!context.global.dryRun && stream.target.kind === 'aws' && !context.global.yes) {
    const what = totalsText(await replayTotals(plan), options);
    await context.confirm(`Replay ${what} into ${to} on ${stream.target.endpoint}?`);
  }
  return streamDestination(context, { to: stream, hashesOf: options.hash === 'keep' ? source : undefined, onArrived });
}

function totalsText({ records, bytes, playMs }: ReplayTotals, { loop, pace }: Options): string {
  const times = loop === 1 ? '' : `${grouped(loop)} times `;
  const took = pace === 'max' ? '' : `, in ${durationText(playMs * loop)}`;
  return `${times}${grouped(records)} records, ${sizeText(bytes)}${took}`;
}
