/** `sluice stream list`. */
import { HOUR_MS } from '../../model/time.ts';
import { listStreams } from '../../operations/kinesis/list-streams.ts';
import type { Output } from '../../operations/operation.ts';
import { isoTime } from '../../runtime/calendar.ts';
import { type StreamSummary, summaryOf } from '../await-stream.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { type Column, printList } from '../list-output.ts';
import type { streamListOptions } from '../table/stream.ts';
import { durationText } from '../values.ts';

/** How many summaries are asked for at once. */
const CALLS_AT_ONCE = 10;

/** Lists names, or with --long what each stream is. */
export async function run({ args, options }: Call<typeof streamListOptions>, context: Context): Promise<void> {
  const pattern = args[0] === undefined ? undefined : globPattern(args[0]);
  const names = (await allNames(context)).filter((name) => pattern?.test(name) ?? true);
  if (!options.long && options.sort === 'name') {
    return printList(context, [{ name: 'name', of: (name) => name }], names);
  }
  const summaries: StreamSummary[] = [];
  for (let i = 0; i < names.length; i += CALLS_AT_ONCE) {
    const some = names.slice(i, i + CALLS_AT_ONCE);
    summaries.push(...(await Promise.all(some.map(async (name) => summaryOf(await context.open(name))))));
  }
  const { sort } = options;
  if (sort === 'shards') summaries.sort((a, b) => b.OpenShardCount - a.OpenShardCount);
  if (sort === 'created') summaries.sort((a, b) => b.StreamCreationTimestamp - a.StreamCreationTimestamp);
  await printList(context, longColumns(context), summaries);
}

function longColumns(context: Context): readonly Column<StreamSummary>[] {
  const nowMs = context.clock.now();
  return [
    { name: 'name', of: (row) => row.StreamName },
    { name: 'status', of: (row) => row.StreamStatus },
    { name: 'shards', of: (row) => row.OpenShardCount, right: true },
    { name: 'mode', of: (row) => row.StreamModeDetails?.StreamMode ?? 'PROVISIONED' },
    {
      name: 'retentionHours',
      of: (row) => row.RetentionPeriodHours,
      shown: (row) => durationText(row.RetentionPeriodHours * HOUR_MS),
      right: true,
    },
    {
      name: 'created',
      of: (row) => isoTime(row.StreamCreationTimestamp),
      shown: (row) => `${durationText(Math.max(0, nowMs - row.StreamCreationTimestamp))} ago`,
    },
    { name: 'arn', of: (row) => row.StreamARN, wide: true },
  ];
}

async function allNames(context: Context): Promise<readonly string[]> {
  const client = await context.client();
  const names: string[] = [];
  let more = true;
  while (more) {
    const ExclusiveStartStreamName = names.at(-1);
    const page: Output<typeof listStreams> = await client.call(
      listStreams,
      { ExclusiveStartStreamName },
      { signal: context.signal },
    );
    names.push(...page.StreamNames);
    more = page.HasMoreStreams;
  }
  return names;
}

/** `*` is any text, `?` any character. */
function globPattern(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
