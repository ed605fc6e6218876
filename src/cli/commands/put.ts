/** `sluice put`: writes records from arguments, files or stdin. */
import { Producer } from '../../client/producer.ts';
import type { ProducerRecord } from '../../client/producer-batch.ts';
import { recordBytes } from '../../client/producer-batch.ts';
import { streamRef } from '../../client/stream-ref.ts';
import { PUT_RECORDS_MAX } from '../../model/limits.ts';
import { putRecords } from '../../operations/kinesis/put-records.ts';
import { shardsOf, summaryOf } from '../await-stream.ts';
import { callText } from '../change.ts';
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { parseKeyFrom } from '../key-from.ts';
import { PutReport } from '../put-report.ts';
import { recordSource } from '../record-source.ts';
import { openShard } from '../reshard-plan.ts';
import { spilled } from '../spill.ts';
import type { PutOptions } from '../table/put.ts';
import { grouped } from '../values.ts';

/** Room beside a record for what a line-prefix key takes. */
const PREFIX_BYTES = 4_096;
const ATTEMPTS = 5;

/** What takes records: a producer, or with --dry-run the output. */
interface Taker {
  put(record: ProducerRecord): Promise<void> | undefined;
  flush(): Promise<void>;
  unsent(): readonly ProducerRecord[];
}

/** Sends until the source ends or a signal comes; then what is held is still sent. */
export async function run({ args, options }: Call<PutOptions>, context: Context): Promise<void> {
  checkOptions(options, args.length - 1);
  const stream = args[0]!;
  const report = new PutReport(context, stream, options.echo);
  context.status = () => report.line();
  const summary = await summaryOf(await context.open(stream));
  const recordBytesMax = (summary.MaxRecordSizeInKiB ?? 1_024) * 1_024;
  const taker = context.global.dryRun
    ? dryTaker(context, stream, options)
    : await producer(context, stream, options, report);
  const work = { context, call: { args, options }, report, taker, recordBytesMax };
  // What was read before the source failed is still sent.
  const sourceError: unknown = await putAll(work).then(
    () => undefined,
    (error) => error,
  );
  if (context.signal.aborted) context.note('sending what is left, Ctrl-C again to abandon');
  try {
    await taker.flush();
  } catch (error) {
    for (const line of await report.abandon(taker.unsent())) context.err(line);
    throw error;
  }
  if (sourceError !== undefined) {
    if (report.written > 0 || report.failed.length > 0) {
      for (const line of await report.abandon([])) context.err(line);
    }
    throw sourceError;
  }
  if (!context.global.dryRun) await report.finish();
  context.signal.throwIfAborted();
}

interface PutWork {
  readonly context: Context;
  readonly call: Call<PutOptions>;
  readonly report: PutReport;
  readonly taker: Taker;
  readonly recordBytesMax: number;
}

async function putAll({ context, call, report, taker, recordBytesMax }: PutWork): Promise<void> {
  const { args, options } = call;
  if (options.resume !== undefined) {
    for (const record of await spilled(options.resume)) await taker.put(record);
    return;
  }
  const explicitHashKey = await hashKeyOf(context, args[0]!, options.explicitHash);
  const keyOf = options.keyFrom === undefined ? undefined : parseKeyFrom(options.keyFrom);
  const words = args.length === 2 && args[1] === '-' ? [] : args.slice(1);
  const { file: files, follow, fromEnd } = options;
  const lineBytesMax = recordBytesMax + PREFIX_BYTES;
  for await (const line of recordSource(context, { args: words, files, follow, fromEnd, lineBytesMax })) {
    const keyed = keyOf?.(line.data);
    if (keyOf !== undefined && keyed === undefined) {
      if (options.keyMissing === 'fail') throw usageError(`${line.place()} has no key ${options.keyFrom}`);
      if (options.keyMissing === 'skip') {
        report.skip();
        continue;
      }
      report.keyless();
    }
    const partitionKey = keyed?.key ?? options.key ?? context.random.uuid();
    const record = { partitionKey, data: keyed?.data ?? line.data, explicitHashKey };
    if (recordBytes(record) > recordBytesMax) {
      report.refuse(line.place(), `longer than the ${grouped(recordBytesMax)} bytes a record may have`);
      continue;
    }
    await taker.put(record);
    if (context.signal.aborted) return;
  }
}

async function producer(
  context: Context,
  stream: string,
  options: Call<PutOptions>['options'],
  report: PutReport,
): Promise<Producer> {
  return new Producer({
    client: await context.client(),
    clock: context.clock,
    random: context.random,
    stream: streamRef(stream),
    lingerMs: options.linger,
    requestRecordsMax: options.batch,
    concurrency: options.concurrency,
    attemptsMax: context.global.maxAttempts ?? ATTEMPTS,
    ordered: options.ordered || options.follow,
    onResult: (result) => report.add(result),
  });
}

/** Prints the calls in place of making them. */
function dryTaker(context: Context, stream: string, options: Call<PutOptions>['options']): Taker {
  let held: ProducerRecord[] = [];
  const flush = async () => {
    if (held.length === 0) return;
    const Records = held.map((record) => ({
      Data: new Uint8Array(record.data),
      PartitionKey: record.partitionKey,
      ExplicitHashKey: record.explicitHashKey,
    }));
    held = [];
    await context.out.write(`${callText(putRecords, { ...streamRef(stream), Records })}\n`);
  };
  const put = (record: ProducerRecord) => (held.push(record) >= options.batch ? flush() : undefined);
  return { put, flush, unsent: () => [] };
}

function checkOptions(options: Call<PutOptions>['options'], dataArgs: number): void {
  if (options.key !== undefined && options.keyFrom !== undefined) {
    throw usageError('--key and --key-from exclude each other');
  }
  if (options.follow && (options.file.length !== 1 || options.file[0] === '-')) {
    throw usageError('--follow needs one file', 'Name it with -f.');
  }
  if (options.fromEnd && !options.follow) throw usageError('--from-end is for --follow');
  if (options.batch > PUT_RECORDS_MAX) throw usageError(`--batch is at most ${PUT_RECORDS_MAX}`);
  const sources = [dataArgs > 0, options.file.length > 0, options.resume !== undefined].filter(Boolean);
  if (sources.length > 1) throw usageError('arguments, --file and --resume exclude each other');
}

/** `shard:3` is the middle of that shard's range. */
async function hashKeyOf(context: Context, stream: string, text: string | undefined): Promise<string | undefined> {
  if (text === undefined) return undefined;
  if (/^\d{1,39}$/.test(text)) return text;
  if (!text.startsWith('shard:'))
    throw usageError(`"${text}" is no hash key`, 'Write its decimal digits, or shard:<id>.');
  const { HashKeyRange } = openShard(await shardsOf(await context.open(stream)), text.slice('shard:'.length));
  return String((BigInt(HashKeyRange.StartingHashKey) + BigInt(HashKeyRange.EndingHashKey)) / 2n);
}
