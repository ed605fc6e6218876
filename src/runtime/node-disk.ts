/**
 * The machine's file system as a Disk. Callbacks are turned into promises by hand, because writing and syncing
 * happen on every commit.
 */
import {
  close,
  constants,
  fdatasync,
  fstat,
  fsync,
  ftruncate,
  mkdir,
  open,
  read,
  readdir,
  rename,
  stat,
  statfs,
  unlink,
} from 'node:fs';
import { dirname } from 'node:path';
import { DIRECT_BYTES_MIN, DirectWriter, openDirect, writeAt } from './direct-write.ts';
import type { Disk, DiskFile, FileStat, OpenMode } from './disk.ts';

const FLAGS: Readonly<Record<OpenMode, number>> = {
  read: constants.O_RDONLY,
  update: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
};

type Callback<T> = (error: NodeJS.ErrnoException | null, value?: T) => void;

/** What a call with a callback gives, as a promise. */
function called<T>(start: (callback: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value as T)));
  });
}

class NodeFile implements DiskFile {
  readonly #fd: number;
  readonly #direct: DirectWriter | undefined;

  constructor(fd: number, direct?: DirectWriter) {
    this.#fd = fd;
    this.#direct = direct;
  }

  write(bytes: Uint8Array, position: number): Promise<number> {
    if (this.#direct === undefined || bytes.length < DIRECT_BYTES_MIN) return writeAt(this.#fd, bytes, position);
    return this.#direct.write(bytes, position);
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    let filled = 0;
    while (filled < into.length) {
      const count = await called<number>((callback) =>
        read(this.#fd, into, filled, into.length - filled, position + filled, callback),
      );
      if (count === 0) break;
      filled += count;
    }
    return filled;
  }

  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      fdatasync(this.#fd, (error) => (error ? reject(error) : resolve()));
    });
  }

  truncate(length: number): Promise<void> {
    return called((callback) => ftruncate(this.#fd, length, callback));
  }

  async size(): Promise<number> {
    const found = await called<{ size: number }>((callback) => fstat(this.#fd, callback));
    return found.size;
  }

  async close(): Promise<void> {
    try {
      await this.#direct?.close();
    } finally {
      await closed(this.#fd);
    }
  }
}

function closed(fd: number): Promise<void> {
  return called((callback) => close(fd, callback));
}

function unlessItExists(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

/** Files are made with mode 0600, directories with 0700; a made directory is on disk when the call returns. */
export const nodeDisk: Disk = {
  async open(path, mode, hints) {
    const fd = await called<number>((callback) => open(path, FLAGS[mode], 0o600, callback));
    if (!hints?.direct) return new NodeFile(fd);
    try {
      const direct = await openDirect(path);
      return new NodeFile(fd, direct === undefined ? undefined : new DirectWriter({ cached: fd, direct }));
    } catch (error) {
      await closed(fd);
      throw error;
    }
  },

  async list(directory) {
    const names = await called<string[]>((callback) => readdir(directory, callback));
    return names.sort();
  },

  // Level by level: Node's own recursive mkdir never ends where the system answers ENOENT for a new entry (/proc).
  async makeDirectory(path) {
    const missing: string[] = [];
    for (let at = path; (await nodeDisk.stat(at)) === undefined; at = dirname(at)) missing.push(at);
    for (const directory of missing.reverse()) {
      await called<void>((callback) => mkdir(directory, { mode: 0o700 }, callback)).catch(unlessItExists);
      await syncDirectory(dirname(directory));
    }
  },

  syncDirectory,

  rename: (from, to) => called<void>((callback) => rename(from, to, callback)),

  remove: (path) => called<void>((callback) => unlink(path, callback)),

  async stat(path) {
    try {
      return toFileStat(await called((callback) => stat(path, callback)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  },

  async freeBytes(path) {
    const found = await called<{ bavail: number; bsize: number }>((callback) => statfs(path, callback));
    return found.bavail * found.bsize;
  },
};

/** What kind of file system holds `path`: the number Linux gives it, which statfs(2) and linux/magic.h list. */
export async function fileSystemType(path: string): Promise<number> {
  const found = await called<{ type: number }>((callback) => statfs(path, callback));
  return found.type;
}

async function syncDirectory(path: string): Promise<void> {
  const fd = await called<number>((callback) => open(path, constants.O_RDONLY, callback));
  try {
    await called<void>((callback) => fsync(fd, callback));
  } finally {
    await closed(fd);
  }
}

function toFileStat(found: {
  size: number;
  isDirectory(): boolean;
  mtimeMs: number;
  dev: number;
  ino: number;
}): FileStat {
  return {
    bytes: found.size,
    isDirectory: found.isDirectory(),
    modifiedMs: found.mtimeMs,
    device: found.dev,
    inode: found.ino,
  };
}
