/** `sluice bench`: how fast a server and this machine are together. */
import { resolve } from 'node:path';
import { createStream } from '../../operations/kinesis/create-stream.ts';
import { deleteStream } from '../../operations/kinesis/delete-stream.ts';
import { saveText } from '../../runtime/files.ts';
import { processFigures } from '../../runtime/machine-figures.ts';
import { untilActive } from '../await-stream.ts';
import { type BenchRow, disappointments, parseExpectation } from '../bench/expect.ts';
import { keyDealer, PAYLOAD_BYTES_MIN } from '../bench/record.ts';
import { type BenchFigures, benchColumns, runBench } from '../bench/run.ts';
import { newsroom, peakRate, type Stage } from '../bench/schedule.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { delimitedLine } from '../delimited.ts';
import { EXIT } from '../exit.ts';
import { printList } from '../list-output.ts';
import type { BenchOptions } from '../table/bench.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { durationText, grouped } from '../values.ts';

type Options = Call<BenchOptions>['options'];

const DURATION_MS = 30_000;
const E2E_RATE = 500;
const SHARDS = 4;
const AWS_RECORDS_PER_SHARD = 1_000;

/** Measures, prints, and ends with 11 when --expect was disappointed. */
export async function run({ args, options }: Call<BenchOptions>, context: Context): Promise<void> {
  const expected = options.expect.map(parseExpectation);
  const key = keyDealer(options.keys, context.random);
  const bytes = options.size ?? 1_024;
  if (bytes < PAYLOAD_BYTES_MIN) throw usageError(`records need ${PAYLOAD_BYTES_MIN} bytes to say which they are`);
  const isOwn = args[0] === undefined;
  const named = isOwn ? undefined : await context.open(args[0]!);
  const target = named?.target ?? (await context.target());
  if (target.kind === 'aws' && !context.global.yes) {
    throw usageError('a bench on AWS costs money and takes throughput from others', 'If that is meant:  --yes');
  }
  const stages = stagesOf(options);
  const stream = named ?? (await createOwn(context, options.shards ?? shardsFor(stages, target.kind)));
  const cpuBefore = processFigures().cpuMs;
  const startedAt = context.clock.monotonic();
  let figures: BenchFigures;
  try {
    figures = await runBench({ context, stream, isOwn, options, stages, bytes, key });
  } finally {
    if (isOwn) await removeOwn(stream);
  }
  const cpu = (processFigures().cpuMs - cpuBefore) / (context.clock.monotonic() - startedAt);
  await printList(context, benchColumns, figures.rows);
  tellClient(context, figures, cpu);
  if (options.csv !== undefined) await saveText(resolve(context.directory, options.csv), csvOf(figures.rows));
  context.signal.throwIfAborted();
  const lines = disappointments(expected, figures.rows);
  if (lines.length > 0) throw new CliError('not as fast as expected', { exit: EXIT.checkFailed, lines });
}

function stagesOf({ scenario, mode, rate, duration, warmup }: Options): readonly Stage[] {
  const ms = (duration ?? DURATION_MS) + warmup;
  if (scenario === 'newsroom') return newsroom(duration);
  const steady = rate ?? (mode === 'e2e' ? E2E_RATE : Number.POSITIVE_INFINITY);
  return [{ rate: steady, ms, burst: 1 }];
}

/** On AWS a shard takes 1,000 records a second; a server of one's own as many as it can. */
function shardsFor(stages: readonly Stage[], kind: string): number {
  const peak = peakRate(stages);
  return kind === 'aws' && Number.isFinite(peak) ? Math.max(SHARDS, Math.ceil(peak / AWS_RECORDS_PER_SHARD)) : SHARDS;
}

async function createOwn(context: Context, shards: number): Promise<OpenStream> {
  const stream = await context.open(`sluice-bench-${Math.floor(context.random.fraction() * 2 ** 32).toString(16)}`);
  await stream.client.call(
    createStream,
    { StreamName: stream.streamName, ShardCount: shards },
    { signal: context.signal },
  );
  await untilActive(stream);
  context.note(`${stream.name}: ${shards} shards, deleted afterwards`);
  return stream;
}

/** Also after Ctrl-C: hence no signal. */
async function removeOwn({ client, ref, context, name }: OpenStream): Promise<void> {
  await client.call(deleteStream, { ...ref, EnforceConsumerDeletion: true }).catch((error: unknown) => {
    context.note(`${name} is still there: ${String(error)}\n  sluice stream delete ${name} --force --yes`);
  });
}

/** From here on the client is what is measured. */
const CPU_FULL = 0.9;

function tellClient(context: Context, { behind, duplicates, fillMs }: BenchFigures, cpu: number): void {
  const percent = `${Math.round(cpu * 100)} %`;
  context.note(`client CPU ${percent} of a core${cpu > CPU_FULL ? ': the client is the limit, not the server' : ''}`);
  if (behind > 0) context.note(`${grouped(behind)} records were due and waiting at worst`);
  if (duplicates > 0) context.note(`${grouped(duplicates)} records came more than once`);
  if (fillMs !== undefined) context.note(`filled in ${durationText(fillMs)}, then read`);
}

function csvOf(rows: readonly BenchRow[]): string {
  const names = benchColumns.map(({ name }) => name);
  const lines = rows.map((row) => benchColumns.map((column) => String(column.of(row) ?? '')));
  return [names, ...lines].map((cells) => delimitedLine(cells, 'csv')).join('');
}
