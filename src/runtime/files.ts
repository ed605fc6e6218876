/** Files that commands read and write: logs to forward, records that could not be sent, reports of faults. */
import { createReadStream } from 'node:fs';
import { appendFile, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolders } from './make-folders.ts';
import { onFile } from './sluice-error.ts';

/** Which file it is, whatever its name, and how long. */
export interface FileFacts {
  readonly device: number;
  readonly inode: number;
  readonly bytes: number;
}

/** An open file: it stays the same one when the name moves to another. */
export interface ReadableFile {
  /** Up to `length` bytes from `position`; empty at the end. */
  readAt(position: number, length: number): Promise<Uint8Array>;
  facts(): Promise<FileFacts>;
  close(): Promise<void>;
}

/** Opens a file for reading. @throws Node's error with `code` and `path`. */
export async function openReadable(path: string): Promise<ReadableFile> {
  const handle = await open(path, 'r');
  return {
    async readAt(position, length) {
      const buffer = new Uint8Array(length);
      const { bytesRead } = await handle.read(buffer, 0, length, position);
      return buffer.subarray(0, bytesRead);
    },
    facts: async () => factsOf(await handle.stat()),
    close: () => handle.close(),
  };
}

/** What stands under a name now; undefined when nothing does. */
export async function fileFacts(path: string): Promise<FileFacts | undefined> {
  try {
    return factsOf(await stat(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function factsOf(stats: { dev: number; ino: number; size: number }): FileFacts {
  return { device: stats.dev, inode: stats.ino, bytes: stats.size };
}

/** The bytes of a file or named pipe, in pieces. */
export async function* readPieces(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 262_144 })) yield piece as Uint8Array;
  } catch (error) {
    throw Object.assign(error as Error, { path });
  }
}

/** The text of a file; undefined when there is none. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await onFile(path, () => readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a file for its owner only, with the folders above it. */
export async function saveText(path: string, text: string): Promise<void> {
  makeFolders(dirname(path));
  await onFile(path, () => writeFile(path, text, { mode: 0o600 }));
}

/** As saveText, but in one step: who reads meanwhile, or after a crash, finds the old text or the new one. One writer a path. */
export async function replaceText(path: string, text: string): Promise<void> {
  makeFolders(dirname(path));
  await fromDraft(path, (draft) => writeFile(draft, text, { mode: 0o600 }));
}

/** As replaceText, and the new text is on the disk before it stands under the name. */
export async function replaceTextSafely(path: string, text: string): Promise<void> {
  makeFolders(dirname(path));
  await fromDraft(path, async (draft) => {
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  });
}

/** Puts what `write` has written in the place of a file; nothing of it stays where that fails. */
async function fromDraft(path: string, write: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${path}.new`;
  try {
    await onFile(path, () => write(draft));
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Removes a file; it may be gone already. */
export function removeFile(path: string): Promise<void> {
  return rm(path, { force: true });
}

/** Appends to a file for its owner only; it and the folders above it are made when they are not there. */
export async function appendText(path: string, text: string): Promise<void> {
  makeFolders(dirname(path));
  await onFile(path, () => appendFile(path, text, { mode: 0o600 }));
}

/** Opens a file for a child process to append its output to; returns its descriptor. */
export async function openLog(path: string): Promise<{ readonly fd: number; close(): Promise<void> }> {
  makeFolders(dirname(path));
  const handle = await open(path, 'w', 0o600);
  return { fd: handle.fd, close: () => handle.close() };
}

/** May nobody but its owner read or change the file? */
export async function isPrivate(path: string): Promise<boolean> {
  return ((await stat(path)).mode & 0o077) === 0;
}

/** May other users of the machine read the file? */
export async function isReadableByOthers(path: string): Promise<boolean> {
  return ((await stat(path)).mode & 0o004) !== 0;
}
