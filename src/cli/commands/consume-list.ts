/** `sluice consume list`: the groups of this machine, and how far each is behind. */
import { ClientError } from '../../client/client-error.ts';
import { shardsOf, summaryOf } from '../await-stream.ts';
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import { type GroupFile, groupFiles, groupFolder, isOf } from '../consume/group-file.ts';
import { type GroupRow, groupColumns, groupRow } from '../consume/group-row.ts';
import type { Context } from '../context.ts';
import { printList } from '../list-output.ts';
import { consumerColumns, consumersOf } from '../stream-consumers.ts';
import type { consumeListOptions } from '../table/consume.ts';

type Options = Call<typeof consumeListOptions>['options'];

/** Of one stream, or of every stream that is there. */
export async function run({ args, options }: Call<typeof consumeListOptions>, context: Context): Promise<void> {
  const [name] = args;
  if (options.efo) {
    if (name === undefined) throw usageError('--efo needs a stream', 'sluice consume list <stream> --efo');
    const stream = await context.open(name);
    return printList(context, consumerColumns, await consumersOf(stream, (await summaryOf(stream)).StreamARN));
  }
  const files = await groupFiles(groupFolder(context, options.checkpoint));
  if (name !== undefined) return printList(context, groupColumns, sorted(await rowsOf(context, name, files), options));
  const rows: GroupRow[] = [];
  for (const stream of new Set(files.map(({ state }) => state.stream))) {
    rows.push(...(await rowsOf(context, stream, files).catch(ifGone)));
  }
  return printList(context, groupColumns, sorted(rows, options));
}

async function rowsOf(context: Context, name: string, files: readonly GroupFile[]): Promise<readonly GroupRow[]> {
  const stream = await context.open(name);
  const summary = await summaryOf(stream);
  const own = files.filter(({ state }) => isOf(state, summary));
  const listing = own.length === 0 ? [] : await shardsOf(stream);
  const rows: GroupRow[] = [];
  for (const file of own) rows.push(await groupRow(stream, file, listing));
  return rows;
}

/** Files of streams that another server has, or none any more, say nothing here. */
function ifGone(error: unknown): readonly GroupRow[] {
  if (error instanceof ClientError && error.code === 'ResourceNotFoundException') return [];
  throw error;
}

function sorted(rows: readonly GroupRow[], { sort }: Options): readonly GroupRow[] {
  const byName = [...rows].sort((a, b) => (`${a.group} ${a.stream}` < `${b.group} ${b.stream}` ? -1 : 1));
  if (sort === 'name') return byName;
  const amount = sort === 'age' ? (row: GroupRow) => row.checkpointAgeMs : (row: GroupRow) => row.lagMs ?? 0;
  return byName.sort((a, b) => amount(b) - amount(a));
}
