/**
 * Folders for files to come. Level by level: Node's own recursive mkdir never ends where the system answers ENOENT for a
 * new entry (/proc).
 */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a folder and those above it that are not there, with that mode less what the umask takes. @throws Node's error. */
export function makeFolders(path: string, mode = 0o700): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process may have been faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
