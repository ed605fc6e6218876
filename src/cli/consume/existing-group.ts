/** A group that has been there before. */
import { type StreamSummary, summaryOf } from '../await-stream.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { type GroupFile, groupFile, groupFiles, groupFolder, groupName, isOf } from './group-file.ts';

export interface ExistingGroup {
  readonly stream: OpenStream;
  readonly summary: StreamSummary;
  readonly file: GroupFile;
}

/** The group of a stream, by its name. @throws {CliError} exit 5 with those that are there. */
export async function existingGroup(
  context: Context,
  name: string,
  options: { readonly group: string | undefined; readonly checkpoint: string | undefined },
): Promise<ExistingGroup> {
  const group = groupName(options.group);
  const folder = groupFolder(context, options.checkpoint);
  const stream = await context.open(name);
  const summary = await summaryOf(stream);
  const file = await groupFile(folder, summary, { group, from: { at: 'horizon' } });
  if (file.state.savedMs > 0) return { stream, summary, file };
  const groups = (await groupFiles(folder)).filter(({ state }) => isOf(state, summary)).map(({ state }) => state.group);
  throw new CliError(`there is no group "${group}" of ${name} on this machine`, {
    exit: EXIT.notFound,
    lines: groups.length === 0 ? [] : [`Groups there: ${groups.join(', ')}`],
  });
}
