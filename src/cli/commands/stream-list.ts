/** `sluice stream list`. */
import type { Client } from '../../client/client.ts';
import { ClientError, UnreachableError } from '../../client/client-error.ts';
import { REGIONS } from '../../client/endpoint.ts';
import { HOUR_MS } from '../../model/time.ts';
import { listStreams } from '../../operations/kinesis/list-streams.ts';
import type { Output } from '../../operations/operation.ts';
import { isoTime } from '../../runtime/calendar.ts';
import { type StreamSummary, summaryOf } from '../await-stream.ts';
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import { cachePath, rememberStreams, targetKey } from '../completion/cache.ts';
import type { Context } from '../context.ts';
import { type Column, printList } from '../list-output.ts';
import type { streamListOptions } from '../table/stream.ts';
import { durationText } from '../values.ts';

/** How many summaries are asked for at once. */
const CALLS_AT_ONCE = 10;

/** A stream in a list: with --long what it is, with --all-regions where. */
interface Row {
  readonly name: string;
  readonly region: string | undefined;
  readonly summary: StreamSummary | undefined;
}

/** Lists names, or with --long what each stream is. */
export async function run({ args, options }: Call<typeof streamListOptions>, context: Context): Promise<void> {
  const pattern = args[0] === undefined ? undefined : globPattern(args[0]);
  const { long, sort, allRegions } = options;
  const wantsSummary = long || sort !== 'name';
  const here = await context.target();
  if (allRegions && here.kind === 'local') throw usageError('--all-regions is for AWS: this server is one place');
  const regions = allRegions ? regionsBeside(here.region) : [here.region];
  const found = await inTurns(regions, async (region) => {
    const target = allRegions ? await context.targets.target({ region }) : here;
    const client = await context.targets.client(target);
    const names = await namesOf(context, client).catch((error: unknown) =>
      skipRegion(context, region, { error, allRegions }),
    );
    if (!allRegions) rememberStreams(cachePath(context.folders.cache, targetKey(here)), names, context.clock.now());
    const wanted = names.filter((name) => pattern?.test(name) ?? true);
    return wanted.map((name) => ({ name, region, client }));
  });
  const rows = await inTurns(found.flat(), async ({ name, region, client }): Promise<Row> => {
    const summary = wantsSummary ? await summaryOf({ context, client, ref: { StreamName: name } }) : undefined;
    return { name, region: allRegions ? region : undefined, summary };
  });
  if (sort === 'shards') rows.sort((a, b) => b.summary!.OpenShardCount - a.summary!.OpenShardCount);
  if (sort === 'created') {
    rows.sort((a, b) => b.summary!.StreamCreationTimestamp - a.summary!.StreamCreationTimestamp);
  }
  const columns: readonly Column<Row>[] = [
    { name: 'name', of: (row) => row.name },
    ...(allRegions ? [{ name: 'region', of: (row: Row) => row.region! }] : []),
    ...(wantsSummary ? longColumns(context) : []),
  ];
  await printList(context, columns, rows);
}

/** The regions that an account with streams here can have: those of the same partition. */
function regionsBeside(region: string): readonly string[] {
  const partition = (one: string) => /^(cn|us-gov)-/.exec(one)?.[1];
  return [...new Set([...REGIONS.filter((one) => partition(one) === partition(region)), region])];
}

/** A region that the account has not turned on, or may not use, is no failure of the others. */
function skipRegion(
  context: Context,
  region: string,
  { error, allRegions }: { readonly error: unknown; readonly allRegions: boolean },
): readonly string[] {
  const isRefused = error instanceof ClientError && error.status < 500;
  if (!allRegions || !(isRefused || error instanceof UnreachableError)) throw error;
  context.note(`${region} left out: ${error.message || error.code}`);
  return [];
}

/** A few at once, results in order. */
async function inTurns<T, R>(all: readonly T[], call: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let i = 0; i < all.length; i += CALLS_AT_ONCE) {
    results.push(...(await Promise.all(all.slice(i, i + CALLS_AT_ONCE).map(call))));
  }
  return results;
}

function longColumns(context: Context): readonly Column<Row>[] {
  const nowMs = context.clock.now();
  const of =
    <C>(member: (summary: StreamSummary) => C) =>
    (row: Row) =>
      member(row.summary!);
  return [
    { name: 'status', of: of((one) => one.StreamStatus) },
    { name: 'shards', of: of((one) => one.OpenShardCount), right: true },
    { name: 'mode', of: of((one) => one.StreamModeDetails?.StreamMode ?? 'PROVISIONED') },
    {
      name: 'retentionHours',
      of: of((one) => one.RetentionPeriodHours),
      shown: of((one) => durationText(one.RetentionPeriodHours * HOUR_MS)),
      right: true,
    },
    {
      name: 'created',
      of: of((one) => isoTime(one.StreamCreationTimestamp)),
      shown: of((one) => `${durationText(Math.max(0, nowMs - one.StreamCreationTimestamp))} ago`),
    },
    { name: 'arn', of: of((one) => one.StreamARN), wide: true },
  ];
}

async function namesOf(context: Context, client: Client): Promise<readonly string[]> {
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
