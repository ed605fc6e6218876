/**
 * Copies of deleted files that are not delivered yet, kept so that they outlive the agent. A copy has its bytes at the
 * places of the original: the head, and everything from just before what is acknowledged; the rest is a hole. So its
 * tailer goes on in it as in any file that was found again, also in the agent's next run.
 */
import { AGENT_ANCHOR_BYTES, AGENT_HEAD_BYTES_MAX, AGENT_READ_BYTES } from '../model/limits.ts';
import type { Disk, DiskFile } from '../runtime/disk.ts';
import type { LogFile, LogFiles } from '../runtime/log-files.ts';
import { systemCode } from '../runtime/sluice-error.ts';
import { bytesAt, type Head, headOf, likeness } from './identity.ts';
import type { Tailer } from './tailer.ts';

export interface SpoolOptions {
  readonly disk: Disk;
  readonly files: LogFiles;
  /** Absolute. */
  readonly folder: string;
  /** Bytes of all copies together; 0: nothing is ever copied. */
  readonly bytesMax: number;
  /** Of one compressed file, what of it is not delivered. */
  readonly unpackedBytesMax: number;
}

export class Spool {
  readonly #options: SpoolOptions;
  /** Bytes of each copy, by its path. */
  readonly #copies = new Map<string, number>();

  constructor(options: SpoolOptions) {
    this.#options = options;
  }

  /** Removes copies that no checkpoint speaks of, and counts the others. */
  async open(spoken: ReadonlySet<string>): Promise<void> {
    const { disk, folder } = this.#options;
    for (const name of await disk.list(folder).catch(() => [])) {
      const path = `${folder}/${name}`;
      if (!spoken.has(path)) await disk.remove(path).catch(() => undefined);
      else this.#copies.set(path, (await disk.stat(path))?.bytes ?? 0);
    }
  }

  /** True for the path of a copy. */
  holds(path: string): boolean {
    return this.#copies.has(path);
  }

  /** True for a file whose last name is gone and that is not delivered: as it is now, what was read of it may be older. */
  async wants(tailer: Tailer): Promise<boolean> {
    const { file, path, place } = tailer;
    if (this.#options.bytesMax === 0 || file === undefined || place !== 'unnamed' || this.#copies.has(path))
      return false;
    const { links, bytes } = await file.facts();
    return links === 0 && tailer.acked < bytes;
  }

  /** Copies what is not delivered and moves the tailer there; the bytes copied, or 0 when there is no room. */
  async take(tailer: Tailer): Promise<number> {
    const { disk, files, folder, bytesMax } = this.#options;
    const original = tailer.file!;
    const { bytes: size } = await original.facts();
    const from = Math.max(0, tailer.acked - AGENT_ANCHOR_BYTES);
    const used = [...this.#copies.values()].reduce((sum, bytes) => sum + bytes, 0);
    if (used + size - from > bytesMax) return 0;
    const path = `${folder}/${tailer.id}`;
    try {
      await disk.makeDirectory(folder);
      await disk.remove(path).catch(() => undefined);
      const copy = await disk.open(path, 'create');
      try {
        await copyRange(original, copy, { from: 0, to: Math.min(AGENT_HEAD_BYTES_MAX, size) });
        await copyRange(original, copy, { from, to: size });
        await copy.sync();
      } finally {
        await copy.close();
      }
      await disk.syncDirectory(folder);
      const file = await files.open(path);
      await tailer.moveTo(file, { path, identity: await file.facts(), size });
    } catch (error) {
      if (systemCode(error) === '') throw error;
      return 0;
    }
    this.#copies.set(path, size - from);
    return size - from;
  }

  /**
   * Unpacks what is not delivered of a tailer's content and moves the tailer there. False when it is other content, torn,
   * or more than there is room for.
   */
  async unpack(tailer: Tailer, pieces: AsyncIterable<Uint8Array>): Promise<boolean> {
    const { disk, files, folder } = this.#options;
    const path = `${folder}/${tailer.id}`;
    let file: LogFile | undefined;
    try {
      await disk.makeDirectory(folder);
      await disk.remove(path).catch(() => undefined);
      const from = Math.max(0, tailer.acked - AGENT_ANCHOR_BYTES);
      const size = await this.#unpackInto(path, pieces, { head: tailer.prints.head, from });
      if (size === undefined) return false;
      await disk.syncDirectory(folder);
      file = await files.open(path);
      if ((await likeness(file, size, tailer.prints)).kind !== 'all') return false;
      await tailer.moveTo(file, { path, identity: await file.facts(), size });
      this.#copies.set(path, size - from);
      return true;
    } catch (error) {
      if (systemCode(error) === '') throw error;
      return false;
    } finally {
      if (!this.#copies.has(path)) {
        await file?.close();
        await disk.remove(path).catch(() => undefined);
      }
    }
  }

  /** The size of the whole; undefined when it does not begin as the prints say, or is too large. */
  async #unpackInto(
    path: string,
    pieces: AsyncIterable<Uint8Array>,
    { head, from }: { readonly head: Head; readonly from: number },
  ): Promise<number | undefined> {
    const { disk, unpackedBytesMax } = this.#options;
    const copy = await disk.open(path, 'create');
    try {
      let at = 0;
      let isProven = false;
      for await (const piece of pieces) {
        await writeAll(copy, piece.subarray(0, Math.max(0, AGENT_HEAD_BYTES_MAX - at)), at);
        const skipped = Math.min(piece.length, Math.max(0, from - at));
        await writeAll(copy, piece.subarray(skipped), at + skipped);
        at += piece.length;
        if (at - from > unpackedBytesMax) return undefined;
        if (isProven || at < head.bytes) continue;
        const first = new Uint8Array(head.bytes);
        await copy.read(first, 0);
        if (headOf(first).digest !== head.digest) return undefined;
        isProven = true;
      }
      await copy.sync();
      return at;
    } finally {
      await copy.close();
    }
  }

  /** Removes the copy of a tailer that has delivered all of it. */
  async release(tailer: Tailer): Promise<void> {
    if (this.#copies.delete(tailer.path)) await this.#options.disk.remove(tailer.path).catch(() => undefined);
  }
}

async function copyRange(
  from: LogFile,
  to: DiskFile,
  range: { readonly from: number; readonly to: number },
): Promise<void> {
  for (let at = range.from; at < range.to; ) {
    const bytes = await bytesAt(from, at, Math.min(AGENT_READ_BYTES, range.to - at));
    if (bytes.length === 0) return;
    await writeAll(to, bytes, at);
    at += bytes.length;
  }
}

async function writeAll(to: DiskFile, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += await to.write(bytes.subarray(done), at + done);
}
