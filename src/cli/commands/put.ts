/** `sluice put`: writes records from arguments, files or stdin. */
import { RecordRefusedError } from '../../client/producer.ts';
import { carriedRecords } from '../../client/producer-by-shard.ts';
import { PUT_RECORDS_MAX } from '../../model/limits.ts';
import { shardsOf, summaryOf } from '../await-stream.ts';
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import type { OpenStream } from '../open-stream.ts';
import { parseFraming } from '../put-framing.ts';
import { PutReport } from '../put-report.ts';
import { type PutCall, printingSender, type Sender, streamSender } from '../put-sender.ts';
import { PutTaker } from '../put-taker.ts';
import { readRecords, type SourceOptions } from '../record-source.ts';
import { openShard } from '../reshard-plan.ts';
import type { PutOptions } from '../table/put.ts';

/** Sends until the source ends or a signal comes; then what is held is still sent. */
export async function run({ args, options }: Call<PutOptions>, context: Context): Promise<void> {
  checkOptions(options, args.length - 1);
  const framing = parseFraming(options.framing ?? 'lines');
  const stream = await context.open(args[0]!);
  const summary = await summaryOf(stream);
  const recordBytesMax = (summary.MaxRecordSizeInKiB ?? 1_024) * 1_024;
  const carried = options.aggregate || options.resume !== undefined ? carriedRecords : undefined;
  const report = new PutReport(context, stream.name, options.echo, { spill: options.spill, carried });
  const sender = context.global.dryRun ? printingSender(stream, options) : await streamSender(stream, options, report);
  const explicitHashKey = await hashKeyOf(stream, options.explicitHash);
  const taker = new PutTaker({ options, report, sender, recordBytesMax, explicitHashKey });
  const held = () => (sender.held === 0 ? '' : `  ${sender.held} under way`);
  context.status = () => `${report.line()}${held()}`;
  const source = sourceOf(args.slice(1), options, () => framing(taker.itemBytesMax));
  const outcome = await sendAll(context, { source, taker, sender });
  const rest = outcome.isComplete ? [] : taker.rest(stream.name);
  await conclude(context, { ...outcome, sender, report, rest });
}

interface Work {
  readonly source: SourceOptions;
  readonly taker: PutTaker;
  readonly sender: Sender;
}

/** What was read before the source failed is still sent. */
async function sendAll(context: Context, { source, taker, sender }: Work) {
  const ofSource: unknown = await readRecords(context, source, taker).then(
    () => undefined,
    (error) => error,
  );
  const isComplete = ofSource === undefined && !context.signal.aborted;
  if (context.signal.aborted) context.note('sending what is left, Ctrl-C again to abandon');
  const ofSender: unknown = await sender.flush().then(
    () => undefined,
    (error) => error,
  );
  return { isComplete, failure: ofSender ?? ofSource };
}

interface Outcome {
  /** What went wrong, if something did. */
  readonly failure: unknown;
  readonly sender: Sender;
  readonly report: PutReport;
  /** Lines that say how to go on with what was not read. */
  readonly rest: readonly string[];
}

/** Tells how it went, saves what is not in the stream, and says where to go on. */
async function conclude(context: Context, { failure, sender, report, rest }: Outcome): Promise<void> {
  if (failure === undefined) {
    if (!context.global.dryRun) await report.finish();
    for (const line of rest) context.note(line);
    return context.signal.throwIfAborted();
  }
  const unsent = sender.unsent();
  if (report.written + report.lost + unsent.length === 0) throw failure;
  const saved = await report.abandon(unsent);
  if (failure instanceof RecordRefusedError) throw await report.failure(rest);
  for (const line of [...saved, ...rest]) context.err(line);
  throw failure;
}

function sourceOf(words: readonly string[], options: PutCall, framing: SourceOptions['framing']): SourceOptions {
  const { file, follow, fromEnd, repeat, resume } = options;
  const files = resume === undefined ? file : [resume];
  return { args: words.length === 1 && words[0] === '-' ? [] : words, files, follow, fromEnd, repeat, framing };
}

function checkOptions(options: PutCall, dataArgs: number): void {
  const { key, keyFrom, follow, fromEnd, file, batch, resume, repeat } = options;
  if (key !== undefined && keyFrom !== undefined) throw usageError('--key and --key-from exclude each other');
  if (follow && (file.length !== 1 || file[0] === '-')) throw usageError('--follow needs one file', 'Name it with -f.');
  if (fromEnd && !follow) throw usageError('--from-end is for --follow');
  if (batch > PUT_RECORDS_MAX) throw usageError(`--batch is at most ${PUT_RECORDS_MAX}`);
  if (options.aggregate && options.ordered) throw usageError('--aggregate and --ordered exclude each other');
  if (options.aggregateCount !== undefined && !options.aggregate)
    throw usageError('--aggregate-count is for --aggregate');
  if (options.aggregateSize !== undefined && !options.aggregate)
    throw usageError('--aggregate-size is for --aggregate');
  const sources = [dataArgs > 0, file.length > 0, resume !== undefined].filter(Boolean);
  if (sources.length > 1) {
    const hint = "Name every file with -f of its own, or quote a pattern: -f '*.log'";
    throw usageError(
      'arguments, --file and --resume exclude each other',
      ...(file.length > 0 && dataArgs > 0 ? [hint] : []),
    );
  }
  const isStdin = sources.length === 0 || file.includes('-');
  if (repeat > 1 && (isStdin || follow))
    throw usageError('--repeat is for files and arguments, which can be read again');
  if (options.ramp !== undefined && options.rate === undefined) throw usageError('--ramp is for --rate');
}

/** `shard:3` is the middle of that shard's range. */
async function hashKeyOf(stream: OpenStream, text: string | undefined): Promise<string | undefined> {
  if (text === undefined) return undefined;
  if (/^\d{1,39}$/.test(text)) return text;
  if (!text.startsWith('shard:'))
    throw usageError(`"${text}" is no hash key`, 'Write its decimal digits, or shard:<id>.');
  const { HashKeyRange } = openShard(await shardsOf(stream), text.slice('shard:'.length));
  return String((BigInt(HashKeyRange.StartingHashKey) + BigInt(HashKeyRange.EndingHashKey)) / 2n);
}
