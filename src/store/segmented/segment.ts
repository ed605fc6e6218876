/** One file of the lane as readers use it: opened when needed, kept open while it is among the last used. */
import { SEGMENT_FILES_OPEN_MAX } from '../../model/limits.ts';
import type { Disk, DiskFile } from '../../runtime/disk.ts';
import type { Block } from './block-reader.ts';
import type { SegmentName } from './frame.ts';
import { SegmentTable } from './segment-table.ts';

export interface SegmentOptions {
  readonly name: SegmentName;
  readonly path: string;
  readonly createdMs: number;
  /** As in SegmentHeader. */
  readonly keyId: number;
  readonly files: OpenFiles;
}

export class Segment {
  readonly name: SegmentName;
  readonly path: string;
  readonly createdMs: number;
  readonly keyId: number;
  readonly table = new SegmentTable();
  readonly #files: OpenFiles;
  /** Bytes readers may see: acknowledged, whole blocks. */
  readable = 0;
  /** A seal block ends it. */
  sealed = false;
  /** The size of the index file beside it. */
  indexBytes = 0;
  #file: Promise<DiskFile> | undefined;
  #readers = 0;
  /** By position: blocks that somebody reads now. */
  readonly #reads = new Map<number, Promise<Block | undefined>>();
  #retired = false;

  constructor({ name, path, createdMs, keyId, files }: SegmentOptions) {
    this.name = name;
    this.path = path;
    this.createdMs = createdMs;
    this.keyId = keyId;
    this.#files = files;
  }

  /** The file is gone or replaced; readers under way finish on the old one. */
  get retired(): boolean {
    return this.#retired;
  }

  /** Reads from the file; undefined when the segment was retired before that began. */
  async borrow<T>(work: (file: DiskFile) => Promise<T>): Promise<T | undefined> {
    if (this.#retired) return undefined;
    this.#readers++;
    try {
      const file = await this.#open();
      return file === undefined || this.#retired ? undefined : await work(file);
    } finally {
      this.#readers--;
      if (this.#retired) await this.closeIdle();
      else await this.#files.used(this);
    }
  }

  /** The block at `position`, read once for all who ask for it while it is read. */
  share(position: number, read: () => Promise<Block | undefined>): Promise<Block | undefined> {
    const underWay = this.#reads.get(position);
    if (underWay !== undefined) return underWay;
    const reading = read().finally(() => this.#reads.delete(position));
    this.#reads.set(position, reading);
    return reading;
  }

  /** Ends reading: to be called before the file is removed or replaced. */
  async retire(): Promise<void> {
    this.#retired = true;
    this.#files.forget(this);
    await this.closeIdle();
  }

  async #open(): Promise<DiskFile | undefined> {
    try {
      this.#file ??= this.#files.disk.open(this.path, 'read');
      return await this.#file;
    } catch (error) {
      this.#file = undefined;
      if (this.#retired) return undefined;
      throw error;
    }
  }

  /** Closes the file unless someone reads it. */
  async closeIdle(): Promise<void> {
    if (this.#readers > 0 || this.#file === undefined) return;
    const opening = this.#file;
    this.#file = undefined;
    const file = await opening.catch(() => undefined);
    await file?.close();
  }
}

/** Keeps the number of open files bounded: the one used longest ago is closed first. */
export class OpenFiles {
  readonly disk: Disk;
  readonly #used = new Set<Segment>();

  constructor(disk: Disk) {
    this.disk = disk;
  }

  async used(segment: Segment): Promise<void> {
    this.#used.delete(segment);
    this.#used.add(segment);
    if (this.#used.size <= SEGMENT_FILES_OPEN_MAX) return;
    const [oldest] = this.#used;
    this.forget(oldest!);
    await oldest!.closeIdle();
  }

  forget(segment: Segment): void {
    this.#used.delete(segment);
  }
}
