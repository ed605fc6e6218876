/** `sluice serve snapshot`: keeps the streams of a stopped daemon in a file, and takes them from there. */
import { resolve } from 'node:path';
import { fileFacts } from '../../runtime/files.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { dataFolder, holdsStreams, loadSnapshot, requireStreams, saveSnapshot, withFolder } from '../serve/data.ts';
import type { serveSnapshotOptions } from '../table/serve.ts';
import { sizeText } from '../values.ts';

/** The parser has checked that the first word is `save` or `load`. */
export async function run({ args, options }: Call<typeof serveSnapshotOptions>, context: Context): Promise<void> {
  const [action, name] = args;
  const file = resolve(context.directory, name!);
  const folder = dataFolder(context, options);
  if (action === 'save') {
    await requireStreams(folder);
    await withFolder(context, folder, () => saveSnapshot(folder, file));
    return context.note(`saved ${folder} to ${file} (${sizeText((await fileFacts(file))?.bytes ?? 0)})`);
  }
  if (await holdsStreams(folder)) await context.confirm(`Replace all streams in ${folder}?`);
  await withFolder(context, folder, () => loadSnapshot(file, folder));
  context.note(`loaded ${file} into ${folder}`);
  context.note('Start a server on it:  sluice serve -d');
}
