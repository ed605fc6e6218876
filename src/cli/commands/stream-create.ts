/** `sluice stream create`: makes streams and waits until they take records. */
import { ClientError } from '../../client/client-error.ts';
import { HASH_KEY_MAX } from '../../model/limits.ts';
import { HOUR_MS } from '../../model/time.ts';
import { createStream } from '../../operations/kinesis/create-stream.ts';
import { splitShard } from '../../operations/kinesis/resharding.ts';
import { increaseStreamRetentionPeriod } from '../../operations/kinesis/retention.ts';
import { readText } from '../../runtime/files.ts';
import { isOpen, type StreamSummary, shardsOf, summaryLine, untilActive } from '../await-stream.ts';
import { change } from '../change.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { rangeStarts } from '../reshard/hash-ranges.ts';
import { rangeOf } from '../reshard/reshard-plan.ts';
import type { streamCreateOptions } from '../table/stream.ts';
import { parseTags } from '../tags.ts';
import type { OpenStream } from '../target/open-stream.ts';

const KIB = 1_024;

/** Creates each stream named. */
export async function run({ args, options }: Call<typeof streamCreateOptions>, context: Context): Promise<void> {
  const { shards, onDemand, retention, hashRanges } = options;
  if (onDemand && shards !== undefined) throw usageError('--on-demand and --shards exclude each other');
  const isShaped = hashRanges !== undefined;
  if (isShaped && (onDemand || shards !== undefined || !options.wait)) {
    throw usageError('--hash-ranges excludes --shards, --on-demand and --no-wait');
  }
  const starts = isShaped ? rangeStarts(await textOf(hashRanges), hashRanges) : [];
  const settings = settingsOf(options);
  for (const name of args) {
    const stream = await context.open(name);
    const capacity = onDemand
      ? { StreamModeDetails: { StreamMode: 'ON_DEMAND' as const } }
      : { ShardCount: shards ?? 1 };
    const isNew = await create(
      stream,
      { StreamName: stream.streamName, ...capacity, ...settings },
      options.ifNotExists,
    );
    const isReady = options.wait && !context.global.dryRun;
    let summary = isReady ? await untilActive(stream) : undefined;
    if (isNew && isReady && starts.length > 0) summary = await shape(stream, starts);
    if (retention !== undefined && isNew) {
      if (isReady || context.global.dryRun) await keepLonger(stream, retention);
      else throw usageError('--retention needs the stream to be active', 'Leave out --no-wait.');
    }
    if (summary !== undefined) context.note(`${summaryLine(summary)}${isNew ? '' : '  (existed)'}`);
  }
}

/** Members of the call that are given only when they were asked for. */
function settingsOf({ tag, maxRecordSize }: Call<typeof streamCreateOptions>['options']) {
  const MaxRecordSizeInKiB = maxRecordSize === undefined ? undefined : maxRecordSize / KIB;
  if (MaxRecordSizeInKiB !== undefined && !Number.isInteger(MaxRecordSizeInKiB)) {
    throw usageError(`${maxRecordSize} bytes are no whole number of KiB`, 'Write for example 2MiB or 1536KiB.');
  }
  return { Tags: tag.length === 0 ? undefined : parseTags(tag), MaxRecordSizeInKiB };
}

async function create(
  stream: OpenStream,
  input: Parameters<typeof change<typeof createStream>>[2],
  ifNotExists: boolean,
): Promise<boolean> {
  try {
    await change(stream, createStream, input);
    return true;
  } catch (error) {
    if (ifNotExists && error instanceof ClientError && error.code === 'ResourceInUseException') return false;
    throw error;
  }
}

async function textOf(path: string): Promise<string> {
  const text = await readText(path);
  if (text === undefined) throw new CliError(`${path} does not exist`, { exit: EXIT.notFound, code: 'ENOENT' });
  return text;
}

/** The API makes even ranges only: the one shard there is gets split until they are those wanted. */
async function shape(stream: OpenStream, starts: readonly bigint[]): Promise<StreamSummary> {
  let summary = await untilActive(stream);
  for (const start of starts) {
    const last = (await shardsOf(stream)).filter(isOpen).find((shard) => rangeOf(shard).end === HASH_KEY_MAX)!;
    const input = { ...stream.ref, ShardToSplit: last.ShardId, NewStartingHashKey: String(start) };
    await change(stream, splitShard, input);
    summary = await untilActive(stream);
  }
  return summary;
}

async function keepLonger(stream: OpenStream, retentionMs: number): Promise<void> {
  const RetentionPeriodHours = Math.ceil(retentionMs / HOUR_MS);
  await change(stream, increaseStreamRetentionPeriod, { ...stream.ref, RetentionPeriodHours });
  if (!stream.context.global.dryRun) await untilActive(stream);
}
