/** A program's own log file: when it is full it becomes .1, what was .1 becomes .2, and the oldest goes. */
import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolders } from './make-folders.ts';

export interface RotatingLogOptions {
  readonly path: string;
  readonly bytesMax: number;
  /** Old files kept; 0: the file is emptied when it is full. */
  readonly backupsMax: number;
}

/** Lines are in the file when `write` returns. A full file that cannot be turned over is gone on with. */
export class RotatingLog {
  readonly #options: RotatingLogOptions;
  #fd: number;
  #bytes: number;

  /** @throws Node's error when the file cannot be opened. */
  constructor(options: RotatingLogOptions) {
    this.#options = options;
    makeFolders(dirname(options.path), 0o777);
    [this.#fd, this.#bytes] = this.#open();
  }

  /** @throws Node's error when the disk takes no more. */
  write(line: string): void {
    const bytes = Buffer.from(line);
    if (this.#bytes > 0 && this.#bytes + bytes.length > this.#options.bytesMax) this.#tryRotate();
    for (let done = 0; done < bytes.length; ) {
      const count = writeSync(this.#fd, bytes, done);
      done += count;
      this.#bytes += count;
    }
  }

  /** Goes on in the file that now has the name, after someone else renamed ours; in ours when that cannot be opened. */
  reopen(): void {
    const before = this.#fd;
    [this.#fd, this.#bytes] = this.#open();
    closeSync(before);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #open(): [number, number] {
    const fd = openSync(this.#options.path, 'a', 0o640);
    return [fd, fstatSync(fd).size];
  }

  /** After a failure not again before as much has been written once more: each try moves the old files up. */
  #tryRotate(): void {
    try {
      this.#rotate();
    } catch {
      this.#bytes = 0;
    }
  }

  #rotate(): void {
    const { path, backupsMax } = this.#options;
    rmSync(backupsMax === 0 ? path : `${path}.${backupsMax}`, { force: true });
    for (let i = backupsMax - 1; i >= 1; i--) renameIfThere(`${path}.${i}`, `${path}.${i + 1}`);
    if (backupsMax > 0) renameIfThere(path, `${path}.1`);
    this.reopen();
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
