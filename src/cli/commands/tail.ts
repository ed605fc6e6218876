/** `sluice tail`: prints records of streams as they arrive, all shards merged; `sluice cat` prints what is there. */
import { CliError, usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import { type Context, InterruptedError } from '../context.ts';
import { EXIT } from '../exit.ts';
import { parsePath } from '../expression/path.ts';
import { patternOf, type RecordOutput, recordWriter } from '../record/output.ts';
import { delimiterOf } from '../record/reading.ts';
import { parseSelection } from '../record/select.ts';
import { OutputClosedError } from '../sink.ts';
import type { TailOptions } from '../table/tail.ts';
import { FanOut } from '../tail/fan-out.ts';
import { FieldSamples } from '../tail/field-samples.ts';
import { sayHowToGoOn } from '../tail/go-on.ts';
import { placeInside } from '../tail/inside.ts';
import { lastRecords } from '../tail/last.ts';
import { CounterOrder, TimeOrder } from '../tail/order.ts';
import { TailRun } from '../tail/run.ts';
import { follows, type Options, type TailSourceOptions, tailBatches } from '../tail/source.ts';
import { withTicks } from '../tail/ticks.ts';
import { grouped } from '../values.ts';

/** How often a tail that waits looks at its windows and time limits. */
const TICK_MS = 100;

/** Follows from now unless told otherwise; with a bound and no position, the last records. */
export async function run({ args, options }: Call<TailOptions>, context: Context): Promise<void> {
  await tail(context, args, options);
}

/** All data from the horizon to the tip, as they are. */
export async function runCat({ args, options }: Call<TailOptions>, context: Context): Promise<void> {
  await tail(context, args, { ...options, from: options.from ?? 'horizon', follow: false }, 'raw');
}

async function tail(context: Context, names: readonly string[], given: Options, format?: 'raw'): Promise<void> {
  const behind = placeInside(given.from);
  const options = behind === undefined ? given : { ...given, from: `seq:${behind.sequenceNumber}` };
  const follow = follows(context, options) && !isLast(options);
  const order = orderOf(context, options, follow);
  const output = await outputOf(context, options, { withStream: names.length > 1, format });
  const work = new TailRun(context, { options, output, order, follow, behind });
  const streams = await Promise.all(names.map((name) => context.open(name)));
  const stop = new AbortController();
  const fanOut = new FanOut();
  const samples = new FieldSamples(streams);
  const source = {
    streams,
    fanOut,
    options,
    from: options.from ?? 'latest',
    follow,
    signal: AbortSignal.any([context.signal, stop.signal]),
    onShardStart: work.progress.start.bind(work.progress),
    onNothing: (stream: string, shardId: string) => {
      work.answered();
      work.progress.nothing(stream, shardId);
    },
    onTrouble: () => work.fail(),
  };
  context.out.isLineBuffered = options.lineBuffered;
  context.status = () => `${grouped(work.printed)} records printed`;
  if (output.head !== '') await context.out.write(output.head);
  try {
    if (options.efo !== undefined) for (const stream of streams) await fanOut.open(stream, options.efo);
    await (isLast(options) ? printLast(context, work, source) : printAll(context, work, { ...source, samples }));
  } catch (error) {
    if (!(error instanceof OutputClosedError)) await work.finish();
    if (error instanceof InterruptedError) sayHowToGoOn(context, options, work);
    throw error;
  } finally {
    stop.abort();
    samples.remember();
    await fanOut.close();
  }
  await work.finish();
  if (order instanceof CounterOrder) sayFaults(context, order);
  if (options.exitEmpty && work.printed === 0) throw new CliError('nothing matched', { exit: EXIT.empty });
}

/** `-n 20` without a position: the last 20. */
function isLast({ limit, from }: Options): boolean {
  return limit !== undefined && from === undefined;
}

interface Sampled extends TailSourceOptions {
  readonly samples: FieldSamples;
}

async function printAll(context: Context, work: TailRun, source: Sampled): Promise<void> {
  const batches = await tailBatches(context, source);
  for await (const batch of source.follow ? withTicks(batches, context.clock, TICK_MS) : batches) {
    if (batch !== undefined) source.samples.add(batch);
    if (await work.take(batch)) return;
    context.signal.throwIfAborted();
  }
}

async function printLast(context: Context, work: TailRun, source: TailSourceOptions): Promise<void> {
  const { limit } = source.options;
  const last = await lastRecords(context, source, { limit: limit!, take: (batch) => work.sift(batch) });
  for (const sighting of last) await work.print(sighting);
}

async function outputOf(
  context: Context,
  options: Options,
  { withStream, format }: { readonly withStream: boolean; readonly format: 'raw' | undefined },
): Promise<RecordOutput> {
  const { data, timestamps, delim, select, format: template, pretty, colorBy, highlight } = options;
  return recordWriter(context, {
    data,
    timestamps: context.global.utc && timestamps === 'local' ? 'utc' : timestamps,
    delimiter: delimiterOf(delim),
    select: select === undefined ? undefined : parseSelection(select),
    template,
    pretty,
    colorBy,
    highlight: highlight === undefined ? undefined : patternOf(highlight, 'g'),
    withStream,
    format,
  });
}

function orderOf(context: Context, options: Options, follow: boolean): CounterOrder | TimeOrder | undefined {
  const { order = 'arrival', window: windowMs } = options;
  if (order === 'arrival') return undefined;
  if (order === 'time') return follow ? new TimeOrder(windowMs) : undefined;
  const path = /^seq-field:(\..+)$/.exec(order)?.[1];
  if (path === undefined) throw usageError(`"${order}" is no order`, 'Write arrival, time or seq-field:.path');
  return new CounterOrder({
    windowMs,
    path: parsePath(path),
    onGap({ from, to }) {
      context.note(from === to ? `${from} is missing` : `${from} to ${to} are missing (${grouped(to - from + 1)})`);
    },
  });
}

function sayFaults(context: Context, { faults }: CounterOrder): void {
  const { gaps, missing, late, without } = faults;
  if (gaps + late + without === 0) return;
  const parts = [`${grouped(missing)} missing in ${grouped(gaps)} gaps`, `${grouped(late)} late or again`];
  context.note([...parts, `${grouped(without)} without a counter`].join(', '));
}
