/**
 * Other programs' log files as a parameter: looking at names, telling files apart, reading them. Nothing is ever
 * written to them. Paths are absolute. Failures keep Node's `code`.
 */
import { constants, createReadStream, watch } from 'node:fs';
import { type FileHandle, open, readdir, stat, unlink } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { systemCode } from './sluice-error.ts';

export interface LogFileFacts {
  readonly kind: 'file' | 'directory' | 'other';
  /** Decimal: numbers of some file systems exceed 2^53. */
  readonly device: string;
  readonly inode: string;
  /** Nanoseconds, decimal; '0' where the file system keeps no birth time. */
  readonly birth: string;
  readonly bytes: number;
  /** Names the file has; 0: deleted, though open. */
  readonly links: number;
  readonly modifiedMs: number;
  /** When the content or what is known of the file changed last. */
  readonly changedMs: number;
}

/** An open file: it stays the same one when its name goes to another. */
export interface LogFile {
  facts(): Promise<LogFileFacts>;
  /** Fills `into` from `position`; returns the bytes read, fewer only at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

export interface LogFiles {
  /** Names in a directory, sorted. */
  list(directory: string): Promise<readonly string[]>;
  /** What stands under a name, symbolic links followed; undefined when nothing does. */
  facts(path: string): Promise<LogFileFacts | undefined>;
  /** For reading; never waits for a writer, so a pipe opened by mistake cannot stop the caller. */
  open(path: string): Promise<LogFile>;
  remove(path: string): Promise<void>;
  /** The content of a gzip file, piece by piece. Rejects where it is torn or none, with zlib's `code`. */
  gunzip(path: string): AsyncIterable<Uint8Array>;
  /**
   * Calls `onChange` after something happened in a directory. Only a hint: it may come late, twice or never. Returns
   * what ends it.
   */
  watch(directory: string, onChange: (hint: WatchHint) => void): () => void;
}

export interface WatchHint {
  /** 'names': a file came, went or got another name. 'content': bytes changed. */
  readonly what: 'names' | 'content';
  /** '' when it is not known. */
  readonly name: string;
}

/** The machine's files. */
export const nodeLogFiles: LogFiles = {
  async list(directory) {
    const names = await readdir(directory);
    return names.sort();
  },

  async facts(path) {
    try {
      return factsOf(await stat(path, { bigint: true }));
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
      throw error;
    }
  },

  async open(path) {
    return new NodeLogFile(await open(path, constants.O_RDONLY | constants.O_NONBLOCK));
  },

  remove: (path) => unlink(path),

  async *gunzip(path) {
    const packed = createReadStream(path);
    const unpacked = createGunzip();
    // Passes failures on, and closes the file when nobody reads on.
    pipeline(packed, unpacked, () => undefined);
    for await (const piece of unpacked) yield piece as Uint8Array;
  },

  watch(directory, onChange) {
    try {
      const watcher = watch(directory, { persistent: false }, (type, name) => {
        onChange({ what: type === 'change' ? 'content' : 'names', name: name ?? '' });
      });
      watcher.on('error', () => watcher.close());
      return () => watcher.close();
    } catch {
      // Too many watches, or a file system that has none: the caller looks by itself anyway.
      return () => undefined;
    }
  },
};

class NodeLogFile implements LogFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async facts(): Promise<LogFileFacts> {
    return factsOf(await this.#handle.stat({ bigint: true }));
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    let filled = 0;
    while (filled < into.length) {
      const { bytesRead } = await this.#handle.read(into, filled, into.length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

function factsOf(found: {
  isFile(): boolean;
  isDirectory(): boolean;
  dev: bigint;
  ino: bigint;
  birthtimeNs: bigint;
  size: bigint;
  nlink: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
}): LogFileFacts {
  return {
    kind: found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other',
    device: String(found.dev),
    inode: String(found.ino),
    birth: String(found.birthtimeNs),
    bytes: Number(found.size),
    links: Number(found.nlink),
    modifiedMs: Number(found.mtimeNs) / 1e6,
    changedMs: Number(found.ctimeNs) / 1e6,
  };
}
