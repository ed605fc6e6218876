/** The folder in which a daemon keeps its streams, while none runs on it: which it is, saved to a file, and taken from one. */
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { systemClock } from '../../runtime/clock.ts';
import { removeFolder } from '../../runtime/config-files.ts';
import { nodeDisk } from '../../runtime/node-disk.ts';
import { systemCode } from '../../runtime/sluice-error.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';

/** What every data folder that was ever used holds. */
const JOURNAL = 'meta';

export interface DataChoice {
  readonly data?: string | undefined;
  readonly name?: string | undefined;
}

/** The folder an option or a daemon's name leads to. */
export function dataFolder(context: Context, { data, name }: DataChoice): string {
  return data === undefined ? join(context.folders.data, name ?? 'default') : resolve(context.directory, data);
}

/** Whether streams are kept there. */
export async function holdsStreams(folder: string): Promise<boolean> {
  return (await nodeDisk.stat(join(folder, JOURNAL))) !== undefined;
}

/** @throws {CliError} when the folder is not one of a daemon. */
export async function requireStreams(folder: string): Promise<void> {
  if (await holdsStreams(folder)) return;
  const lines = ['Name the folder with --data, or the daemon with --name.'];
  throw new CliError(`there are no streams in ${folder}`, { exit: EXIT.notFound, lines });
}

/** Runs `work` while no daemon can start on the folder. @throws {SluiceError} SLUICE_IN_USE when one runs on it. */
export async function withFolder(context: Context, path: string, work: () => Promise<void>): Promise<void> {
  const { claimDataFolder } = await import('../../server/data-folder.ts');
  const { pid, platform } = context.self;
  const claimed = await claimDataFolder({ disk: nodeDisk, clock: systemClock, path, pid, platform });
  try {
    await work();
  } finally {
    await claimed.release();
  }
}

/** Writes what is in the folder to a compressed archive. The file is there whole or not at all. */
export async function saveSnapshot(folder: string, file: string): Promise<void> {
  const draft = `${file}.part`;
  await tar(['-czf', draft, '--exclude', './LOCK', '-C', folder, '.']);
  await nodeDisk.rename(draft, file);
}

/** Puts an archive in the place of the folder and of what is in it. @throws {CliError} when it is no snapshot. */
export async function loadSnapshot(file: string, folder: string): Promise<void> {
  const incoming = `${folder}.incoming`;
  await removeFolder(incoming);
  await nodeDisk.makeDirectory(incoming);
  try {
    await tar(['-xzf', file, '-C', incoming]);
    if (!(await holdsStreams(incoming))) {
      const lines = ['Such a file is written by:  sluice serve snapshot save <file>'];
      throw new CliError(`${file} is no snapshot`, { exit: EXIT.failed, lines });
    }
    await removeFolder(folder);
    await nodeDisk.rename(incoming, folder);
  } finally {
    await removeFolder(incoming);
  }
}

/** The system's own tar: part of every Linux, macOS and Windows that Node 20 runs on. */
function tar(args: readonly string[]): Promise<void> {
  return new Promise((done, fail) => {
    execFile('tar', [...args], (error, _, stderr) => {
      if (error === null) return done();
      const reason = systemCode(error) === 'ENOENT' ? ['The program tar was not found.'] : stderr.trim().split('\n');
      fail(
        new CliError('the snapshot could not be written or read', { exit: EXIT.failed, lines: reason, cause: error }),
      );
    });
  });
}
