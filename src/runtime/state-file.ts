/**
 * The state file: where a running daemon says its pid and port, and where commands look for it.
 * One JSON file a daemon in a folder that belongs to this user alone: $XDG_RUNTIME_DIR/sluice, else /tmp/sluice-<uid>.
 */
import { lstatSync, readFileSync } from 'node:fs';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolders } from './make-folders.ts';
import { onFile, SluiceError, systemCode } from './sluice-error.ts';

export interface DaemonState {
  readonly pid: number;
  readonly host: string;
  readonly port: number;
  /** http://host:port, for clients on this machine. */
  readonly url: string;
  /** undefined: the data is kept in memory only. */
  readonly dataDir?: string | undefined;
  readonly version: string;
  readonly startedAtMs: number;
}

/** The folder of state files for an environment; nothing is made. */
export function runtimeFolder(env: Readonly<Record<string, string | undefined>>): string {
  const base = env['XDG_RUNTIME_DIR'];
  return base ? join(base, 'sluice') : join(tmpdir(), `sluice-${process.getuid?.() ?? 'user'}`);
}

/** The state of the daemon `name`, or undefined when none is running (a file whose process is gone counts as none). */
export async function readState(folder: string, name: string): Promise<DaemonState | undefined> {
  return readStateNow(folder, name);
}

/** The same at once: beginning to use Node's promises of files takes milliseconds, which Tab has not got. */
export function readStateNow(folder: string, name: string): DaemonState | undefined {
  if (!isRuntimeFolder(folder)) return undefined;
  const text = unlessMissing(() => readFileSync(fileOf(folder, name), 'utf8'));
  const state = text === undefined ? undefined : parseState(text);
  return state !== undefined && isAlive(state.pid) ? state : undefined;
}

/** Writes the file in one step; makes the folder, mode 0700. */
export async function writeState(folder: string, name: string, state: DaemonState): Promise<void> {
  makeFolders(folder);
  await checkRuntimeFolder(folder);
  await chmod(folder, 0o700);
  const path = fileOf(folder, name);
  const draft = `${path}.${state.pid}`;
  await onFile(draft, () => writeFile(draft, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 }));
  await rename(draft, path);
}

/** Removes the file if it is still that of process `pid`. */
export async function removeState(folder: string, name: string, pid: number): Promise<void> {
  const state = await readState(folder, name);
  if (state === undefined || state.pid === pid) await rm(fileOf(folder, name), { force: true });
}

/** Whether the folder is there. @throws {SluiceError} when it is not a folder of this user: its content could be anyone's. */
export async function checkRuntimeFolder(folder: string): Promise<boolean> {
  return isRuntimeFolder(folder);
}

function isRuntimeFolder(folder: string): boolean {
  const found = unlessMissing(() => lstatSync(folder));
  if (found === undefined) return false;
  const uid = process.getuid?.();
  if (found.isDirectory() && (uid === undefined || found.uid === uid)) return true;
  throw new SluiceError('SLUICE_RUNTIME_FOLDER', `${folder} is not a folder of this user`, {
    hints: ['Remove it, or set XDG_RUNTIME_DIR to a folder of your own.'],
  });
}

/** What `read` gives, or undefined when there is nothing of that name. */
function unlessMissing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function fileOf(folder: string, name: string): string {
  return join(folder, `${encodeURIComponent(name)}.json`);
}

function parseState(text: string): DaemonState | undefined {
  try {
    const state = JSON.parse(text) as DaemonState;
    return Number.isInteger(state.pid) && Number.isInteger(state.port) ? state : undefined;
  } catch {
    return undefined;
  }
}

/** True while the process runs, whoever owns it. One that has ended and whose parent has not looked yet runs no more. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemCode(error) !== 'EPERM') return false;
  }
  return !isZombie(pid);
}

/** Ends a process at once, without a chance to do anything about it. One that has ended is fine. */
export function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}

/** Containers without an init keep ended processes for good. Only Linux tells. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.startsWith('Z', stat.lastIndexOf(')') + 2);
  } catch {
    return false;
  }
}
