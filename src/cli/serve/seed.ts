/** `serve --import` and `--export-on-exit`: a server that begins with the streams of a snapshot, and one that leaves some. */
import { resolve } from 'node:path';
import { removeFolder, temporaryFolder } from '../../runtime/config-files.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import type { ServeOptions } from '../table/serve.ts';
import { dataFolder, holdsStreams, loadSnapshot, saveSnapshot } from './data.ts';

type Options = Call<ServeOptions>['options'];

/** Runs a server with what is to be there before and kept after it. One that belongs to a command has a folder of its own. */
export async function withSnapshots(
  context: Context,
  options: Options,
  { isOwn, serve }: { readonly isOwn: boolean; readonly serve: (options: Options) => Promise<void> },
): Promise<void> {
  const { memory, encryptionKeyFile, exportOnExit } = options;
  const needsDisk = (options.import ?? exportOnExit ?? encryptionKeyFile) !== undefined;
  if (!needsDisk || memory) return serve(options);
  const temporary = isOwn && options.data === undefined ? await temporaryFolder('sluice-serve-') : undefined;
  const stored = { ...options, data: temporary ?? options.data };
  const folder = dataFolder(context, stored);
  try {
    if (options.import !== undefined) await seed(context, resolve(context.directory, options.import), folder);
    await serve(stored);
    if (exportOnExit !== undefined) {
      const file = resolve(context.directory, exportOnExit);
      await saveSnapshot(folder, file);
      context.note(`sluice serve: saved ${file}`);
    }
  } finally {
    if (temporary !== undefined) await removeFolder(temporary);
  }
}

async function seed(context: Context, file: string, folder: string): Promise<void> {
  if (await holdsStreams(folder))
    return context.note(`sluice serve: ${folder} holds streams already, ${file} is not read`);
  await loadSnapshot(file, folder);
}
