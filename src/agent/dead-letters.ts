/**
 * Records the service will not take, kept for a person: one JSON line each, with the place in the log file they came
 * from and their bytes in base64. A record counts as done only when its line is on disk.
 */
import { dirname } from 'node:path';
import type { Disk, DiskFile } from '../runtime/disk.ts';
import { systemCode } from '../runtime/sluice-error.ts';

export interface DeadLetter {
  readonly flow: string;
  /** Path of the log file when it was read. */
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  readonly error: string;
  readonly data: Uint8Array;
}

export class DeadLetters {
  readonly #disk: Disk;
  readonly #path: string;
  #file: DiskFile | undefined;
  #end = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(disk: Disk, path: string) {
    this.#disk = disk;
    this.#path = path;
  }

  /** Returns once the lines are on disk; calls are carried out one after the other. */
  add(letters: readonly DeadLetter[]): Promise<void> {
    const added = this.#last.catch(() => undefined).then(() => this.#write(letters));
    this.#last = added;
    return added;
  }

  async close(): Promise<void> {
    await this.#last.catch(() => undefined);
    await this.#file?.close();
  }

  async #write(letters: readonly DeadLetter[]): Promise<void> {
    this.#file ??= await this.#open();
    const bytes = new TextEncoder().encode(letters.map(lineOf).join(''));
    for (let done = 0; done < bytes.length; ) {
      done += await this.#file.write(bytes.subarray(done), this.#end + done);
    }
    await this.#file.sync();
    // Only now: a line that was cut off by a full disk is overwritten by the next try.
    this.#end += bytes.length;
  }

  async #open(): Promise<DiskFile> {
    await this.#disk.makeDirectory(dirname(this.#path));
    const file = await this.#disk.open(this.#path, 'create').catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error;
      return this.#disk.open(this.#path, 'update');
    });
    this.#end = await file.size();
    return file;
  }
}

function lineOf(letter: DeadLetter): string {
  const { flow, file, offset, length, error } = letter;
  const base64 = Buffer.from(letter.data).toString('base64');
  return `${JSON.stringify({ flow, file, offset, length, error, data: base64 })}\n`;
}
