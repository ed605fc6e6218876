/** Small files that are read and written at once, for what must be over in a few milliseconds: completion. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The text of a file; undefined when it cannot be read, whatever the reason. */
export function readNow(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Replaces a file in one step, for its owner only, with the folders above it. A failure is no matter. */
export function writeNow(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  try {
    makeFolders(dirname(path));
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, path);
  } catch {
    // What is not remembered is asked for again.
  }
}

/** Level by level: Node's own recursive mkdir never ends where the system answers ENOENT for a new entry (/proc). */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Adds to a file. A failure is no matter. */
export function appendNow(path: string, text: string): void {
  try {
    appendFileSync(path, text, { mode: 0o600 });
  } catch {
    // It is for those who look for faults; completion goes on without.
  }
}
