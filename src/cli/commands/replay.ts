/** `sluice replay`: reads a stretch of a stream again, at its own rhythm or another, to stdout or into a stream. */
import { ClientError } from '../../client/client-error.ts';
import { Producer } from '../../client/producer.ts';
import type { ShardBatch } from '../../client/shard-reader.ts';
import { streamRef } from '../../client/stream-ref.ts';
import { PUT_RECORDS_MAX } from '../../model/limits.ts';
import { summaryOf } from '../await-stream.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { nextDue, type PaceState, parsePace } from '../pace.ts';
import { PutReport } from '../put-report.ts';
import { recordFilter } from '../record-filter.ts';
import { recordWriter, type Sighting } from '../record-output.ts';
import { consumerFor, delimiterOf, positionOf, untilOf } from '../record-reading.ts';
import type { ReplayOptions } from '../table/replay.ts';
import { grouped, sizeText } from '../values.ts';

const LINGER_MS = 20;
const ATTEMPTS = 5;

/** Where replayed records go. */
interface Destination {
  write(sighting: Sighting): Promise<void> | undefined;
  finish(): Promise<void>;
}

/** Ends at --until, or where the stream's tip was at the start. */
export async function run({ args, options }: Call<ReplayOptions>, context: Context): Promise<void> {
  const stream = args[0]!;
  if (options.from === undefined)
    throw usageError('--from is needed', 'Write horizon, a time, 15m, seq:<n> or after:<n>.');
  const from = positionOf(context, options.from);
  if (from.at === 'latest') throw usageError('--from latest leaves nothing to replay', 'tail reads on from now.');
  const factor = parsePace(options.pace ?? 'original');
  const untilMs = untilOf(context, options.until);
  const order = factor === Number.POSITIVE_INFINITY ? 'arrival' : 'time';
  const consumer = await consumerFor(context, { stream, from, untilMs, follow: false, shard: options.shard, order });
  const destination = await destinationOf(context, stream, options);
  const wait = pacer(context, { factor, maxGapMs: options.maxGap });
  const matches = recordFilter(options);
  let count = 0;
  let last = '';
  context.status = () => `${grouped(count)} records replayed`;
  try {
    for await (const { shardId, records, lagMs } of consumer.batches()) {
      for (const record of records) {
        if (!matches(record)) continue;
        await wait(record.arrivalMs);
        await destination.write({ stream, shardId, record, lagMs });
        last = record.sequenceNumber;
        count++;
      }
    }
  } finally {
    await destination.finish();
    if (context.signal.aborted && last !== '') context.note(`stopped behind ${last}`);
  }
  if (options.exitEmpty && count === 0) throw new CliError('nothing matched', { exit: EXIT.empty });
}

/** Waits until a record that arrived at a time is due. */
function pacer(context: Context, pace: { readonly factor: number; readonly maxGapMs: number }) {
  const { clock, signal } = context;
  let state: PaceState | undefined;
  return async (arrivalMs: ShardBatch['records'][number]['arrivalMs']): Promise<void> => {
    if (pace.factor === Number.POSITIVE_INFINITY) return;
    const now = clock.monotonic();
    state = state === undefined ? { arrivalMs, dueMs: now } : nextDue(state, arrivalMs, pace);
    if (state.dueMs > now) await clock.sleep(state.dueMs - now, signal);
  };
}

async function destinationOf(
  context: Context,
  stream: string,
  options: Call<ReplayOptions>['options'],
): Promise<Destination> {
  const { to = '-' } = options;
  if (context.global.dryRun) return countingDestination(context);
  if (to !== '-') {
    if (to === stream) throw usageError('a stream cannot be replayed into itself');
    await summaryOf(await context.open(to)).catch((error: unknown) => {
      if (!(error instanceof ClientError) || error.code !== 'ResourceNotFoundException') throw error;
      const lines = [`Create it:  sluice stream create ${to}`];
      throw new CliError(`stream "${to}" does not exist`, { exit: EXIT.notFound, code: error.code, lines });
    });
    return streamDestination(context, to);
  }
  const delimiter = delimiterOf(options.delim);
  const output = await recordWriter(context, { data: options.data, timestamps: 'local', delimiter });
  if (output.head !== '') await context.out.write(output.head);
  return { write: (sighting) => context.out.write(output.write(sighting)), finish: async () => undefined };
}

/** Keys are kept and hashed anew: the other stream may have other shards. */
async function streamDestination(context: Context, to: string): Promise<Destination> {
  const report = new PutReport(context, to, false);
  const producer = new Producer({
    client: await context.client(),
    clock: context.clock,
    random: context.random,
    stream: streamRef(to),
    lingerMs: LINGER_MS,
    requestRecordsMax: PUT_RECORDS_MAX,
    concurrency: 1,
    attemptsMax: context.global.maxAttempts ?? ATTEMPTS,
    ordered: true,
    onResult: (result) => report.add(result),
  });
  return {
    write: ({ record }) =>
      producer.put({ partitionKey: record.partitionKey || context.random.uuid(), data: record.data }),
    async finish() {
      await producer.flush();
      await report.finish();
    },
  };
}

/** --dry-run: nothing is written, only counted. */
function countingDestination(context: Context): Destination {
  let records = 0;
  let bytes = 0;
  return {
    write({ record }) {
      records++;
      bytes += record.data.length;
      return undefined;
    },
    finish: async () => context.note(`would replay ${grouped(records)} records, ${sizeText(bytes)}`),
  };
}
