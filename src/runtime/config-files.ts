/** Configuration files of programs: their text, whether others may read them, and folders of them. */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemCode } from './sluice-error.ts';

export interface ConfigFile {
  readonly path: string;
  /** undefined: it cannot be read, `reason` says why. */
  readonly text: string | undefined;
  readonly reason: string | undefined;
  /** Anyone on the machine may read it. */
  readonly worldReadable: boolean;
}

const OTHERS_MAY_READ = 0o004;

/** A file's text; a failure is told in the result. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  try {
    const { mode } = await stat(path);
    const text = await readFile(path, 'utf8');
    return { path, text, reason: undefined, worldReadable: (mode & OTHERS_MAY_READ) !== 0 };
  } catch (error) {
    const reason = systemCode(error) || String(error);
    return { path, text: undefined, reason, worldReadable: false };
  }
}

/** Names of the plain files in a folder, sorted; none when there is no such folder. */
export async function listPlainFiles(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
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
