/** `sluice put`: writes records from arguments, files or stdin. */
import { RecordRefusedError } from '../../client/producer.ts';
import { carriedRecords } from '../../client/producer-by-shard.ts';
import { HASH_KEY_MAX, PUT_RECORDS_MAX } from '../../model/limits.ts';
import { printable } from '../../runtime/logger.ts';
import { shardsOf, summaryOf } from '../await-stream.ts';
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { namedShard } from '../observe.ts';
import { namedFiles } from '../put/files.ts';
import { parseFraming } from '../put/framing.ts';
import { confirmLoad, generatorOf, shareOf, totalOf, withDefaults } from '../put/plan.ts';
import { showProgress } from '../put/progress.ts';
import { PutReport } from '../put/report.ts';
import { type PutCall, printingSender, type Sender, streamSender } from '../put/sender.ts';
import { PutTaker } from '../put/taker.ts';
import { warnOfWaits } from '../put/waiting.ts';
import { readRecords, type SourceOptions } from '../record/source.ts';
import { openShard } from '../reshard/reshard-plan.ts';
import type { PutOptions } from '../table/put.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { grouped } from '../values.ts';

/** How long a put that was stopped still waits for the server. */
const DRAIN_MS = 10_000;
/** What is taken of the input at once with --rate: all of it is sent when the put is stopped, whatever the rate. */
const PACED_PIECE_BYTES = 4_096;

/** Sends until the source ends or a signal comes; then what is held is still sent. */
export async function run({ args, options: given }: Call<PutOptions>, context: Context): Promise<void> {
  const options = withDefaults(given, context);
  const words = args.length === 2 && args[1] === '-' ? [] : args.slice(1);
  checkOptions(options, words.length);
  const framing = parseFraming(options.framing ?? 'lines');
  const files = await namedFiles(options.resume === undefined ? options.file : [options.resume]);
  const total = await totalOf(options, files, words.length > 0);
  const stream = await context.open(args[0]!);
  const recordBytesMax = await recordBytesMaxOf(stream, options);
  await confirmLoad(stream, { options, files, recordBytesMax });
  const carried = options.aggregate || options.resume !== undefined ? carriedRecords : undefined;
  const report = new PutReport(context, stream.name, options.echo, { spill: options.spill, carried });
  const sender = context.global.dryRun ? printingSender(stream, options) : await streamSender(stream, options, report);
  const explicitHashKey = await hashKeyOf(stream, options.explicitHash);
  const taker = new PutTaker({ options, report, sender, recordBytesMax, explicitHashKey });
  const held = () => (sender.held === 0 ? '' : `  ${grouped(sender.held)} under way`);
  context.status = () => `${report.line()}${held()}`;
  const { template, follow, fromEnd, repeat } = options;
  const generate = template === undefined ? undefined : generatorOf(template, options, context).next;
  const pieceBytes = options.rate === undefined ? undefined : PACED_PIECE_BYTES;
  const making = { framing: () => framing(taker.itemBytesMax), generate, pieceBytes };
  const source = { args: words, files, follow, fromEnd, repeat, ...making };
  const isTyped = words.length + files.length === 0 && generate === undefined && context.stdin.isTTY;
  const isQuiet = isTyped || (options.echo && context.out.isTerminal);
  const share = () => shareOf(total, report.written, taker.inputBytes);
  const stopProgress = isQuiet ? () => undefined : showProgress(context, () => report.state(share()));
  const counts = () => ({ taken: taker.taken, done: report.done });
  const stopWarning = options.lagWarn === undefined ? () => undefined : warnOfWaits(context, options.lagWarn, counts);
  const outcome = await sendAll(context, { source, taker, sender });
  stopProgress();
  stopWarning();
  const rest = outcome.isComplete ? [] : taker.rest(stream.name);
  await conclude(context, { ...outcome, sender, report, rest });
}

/** Data and key of one record, at most. */
async function recordBytesMaxOf(stream: OpenStream, { aggregateSize = 0 }: PutCall): Promise<number> {
  const { MaxRecordSizeInKiB = 1_024 } = await summaryOf(stream);
  const bytes = MaxRecordSizeInKiB * 1_024;
  if (aggregateSize <= bytes) return bytes;
  throw usageError(`--aggregate-size is at most ${grouped(bytes)}, as a record of ${stream.name}`);
}

interface Work {
  readonly source: SourceOptions;
  readonly taker: PutTaker;
  readonly sender: Sender;
}

/** What was read before the source failed is still sent. */
async function sendAll(context: Context, { source, taker, sender }: Work) {
  const drained = new AbortController();
  const onSignal = () => drain(context, sender, drained.signal);
  context.signal.addEventListener('abort', onSignal, { once: true });
  const ofSource: unknown = await readRecords(context, source, taker).then(
    () => undefined,
    (error) => error,
  );
  const isComplete = ofSource === undefined && !context.signal.aborted;
  const ofSender: unknown = await sender.flush().then(
    () => undefined,
    (error) => error,
  );
  drained.abort();
  context.signal.removeEventListener('abort', onSignal);
  return { isComplete, failure: ofSender ?? ofSource };
}

/** After a signal: nothing waits for a pace, and a server that does not answer is not waited for long. */
function drain(context: Context, sender: Sender, drained: AbortSignal): void {
  context.note('sending what is left, Ctrl-C again to abandon');
  sender.hurry();
  const giveUp = () => sender.giveUp(new Error('stopped by a signal'));
  context.clock.sleep(DRAIN_MS, drained).then(giveUp, () => undefined);
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
  for (const line of [...saved, ...rest]) context.err(printable(line));
  context.signal.throwIfAborted();
  throw failure;
}

function checkOptions(options: PutCall, dataArgs: number): void {
  const { key, keyFrom, follow, fromEnd, file, batch, resume, repeat, template } = options;
  if (key !== undefined && keyFrom !== undefined) throw usageError('--key and --key-from exclude each other');
  if (follow && (file.length !== 1 || file[0] === '-')) throw usageError('--follow needs one file', 'Name it with -f.');
  if (fromEnd && !follow) throw usageError('--from-end is for --follow');
  if (batch > PUT_RECORDS_MAX) throw usageError(`--batch is at most ${PUT_RECORDS_MAX}`);
  if (options.aggregate && options.ordered) throw usageError('--aggregate and --ordered exclude each other');
  if (options.aggregateCount !== undefined && !options.aggregate)
    throw usageError('--aggregate-count is for --aggregate');
  if (options.aggregateSize !== undefined && !options.aggregate)
    throw usageError('--aggregate-size is for --aggregate');
  const sources = [dataArgs > 0, file.length > 0, resume !== undefined, template !== undefined].filter(Boolean);
  if (sources.length > 1) {
    const hint = "Name every file with -f of its own, or quote a pattern: -f '*.log'";
    throw usageError(
      'arguments, --file, --resume and --template exclude each other',
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
  if (/^\d{1,39}$/.test(text) && BigInt(text) <= HASH_KEY_MAX) return text;
  if (!text.startsWith('shard:')) {
    throw usageError(`"${text}" is no hash key`, 'Write a decimal number below 2^128, or shard:<id>.');
  }
  const shard = await namedShard(stream, text.slice('shard:'.length));
  const { HashKeyRange } = openShard(await shardsOf(stream), shard);
  return String((BigInt(HashKeyRange.StartingHashKey) + BigInt(HashKeyRange.EndingHashKey)) / 2n);
}
