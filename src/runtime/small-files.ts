/** Small files that are read and written at once, for what must be over in a few milliseconds: completion. */
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolders } from './make-folders.ts';

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

/** Adds to a file. A failure is no matter. */
export function appendNow(path: string, text: string): void {
  try {
    appendFileSync(path, text, { mode: 0o600 });
  } catch {
    // It is for those who look for faults; completion goes on without.
  }
}
