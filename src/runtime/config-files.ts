/** Configuration files of programs: their text, whether others may read them, and folders of them. */
import { mkdtemp, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { makeFolders } from './make-folders.ts';
import { onFile, systemCode } from './sluice-error.ts';

export interface ConfigFile {
  readonly path: string;
  /** undefined: it cannot be read, `reason` says why. */
  readonly text: string | undefined;
  readonly reason: string | undefined;
  /** Anyone on the machine may read it. */
  readonly worldReadable: boolean;
  /** It belongs to this user or to root. */
  readonly isOwn: boolean;
}

const OTHERS_MAY_READ = 0o004;

/** A file's text; a failure is told in the result. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  try {
    const { mode, uid } = await stat(path);
    const text = await readFile(path, 'utf8');
    return { path, text, reason: undefined, worldReadable: (mode & OTHERS_MAY_READ) !== 0, isOwn: isOwner(uid) };
  } catch (error) {
    const reason = systemCode(error) || String(error);
    return { path, text: undefined, reason, worldReadable: false, isOwn: false };
  }
}

function isOwner(uid: number): boolean {
  return uid === 0 || process.getuid === undefined || process.getuid() === uid;
}

/** Whether anything stands under a name. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** The path without symbolic links, whether something stands there or not. */
export async function realPath(path: string): Promise<string> {
  const above = dirname(path);
  const real = await realpath(path).catch(() => undefined);
  return real ?? (above === path ? path : join(await realPath(above), basename(path)));
}

/** Writes a file in one step, so that a crash leaves the old or the new one; a link stays one. Makes the folders above it. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  makeFolders(dirname(target));
  const draft = `${target}.${process.pid}.draft`;
  const mode = await stat(target).then(
    (found) => found.mode & 0o777,
    () => 0o600,
  );
  try {
    await onFile(target, () => writeFile(draft, text, { mode }));
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Names of the plain files in a folder and of links to such, sorted; none when there is no such folder. */
export async function listPlainFiles(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.map(async (entry) => {
      const isPlain = entry.isSymbolicLink() ? await isFile(join(folder, entry.name)) : entry.isFile();
      return isPlain ? [entry.name] : [];
    });
    return (await Promise.all(names)).flat().sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Whether the program runs as root, and so keeps its state where the machine does. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Makes a new folder for this user alone; who asks removes it. */
export function temporaryFolder(prefix: string): Promise<string> {
  return mkdtemp(join(tmpdir(), prefix));
}

/** Removes a folder with all that is in it. */
export function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}
