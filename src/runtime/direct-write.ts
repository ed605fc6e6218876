/**
 * Large writes past the page cache (O_DIRECT). Where each write is synced at once, the kernel's copy into fresh pages and
 * the writing back of those cost several times what the disk itself does. Only whole pages go this way: what lies
 * before and behind them in their first and last page is written through the cache, so no page is ever written both ways.
 */
import { close, constants, open, statfs, write } from 'node:fs';

/** Measured: below, a copy into the cache and its writing back cost no more than three calls. */
export const DIRECT_BYTES_MIN = 262_144;

/** No page is larger here; Linux has pages of 64 KiB on some machines that are not x86. */
const PAGE_BYTES = process.arch === 'x64' ? 4_096 : 65_536;

/** File systems on which both ways of writing were seen to agree with readers: ext4 and xfs, as linux/magic.h numbers them. */
const FILE_SYSTEMS: ReadonlySet<number> = new Set([0xef53, 0x58465342]);

const STAGING_BYTES = 1_048_576;
/** As many as commits may be in flight. */
const STAGINGS_MAX = 2;

/** Begins at a page, as O_DIRECT asks: V8 takes memory that may be resized from the system by the page. */
const PageMemory = ArrayBuffer as unknown as new (bytes: number, limit: { maxByteLength: number }) => ArrayBuffer;

const idle: Uint8Array[] = [];
let stagings = 0;

/** Memory that begins at a page; undefined while all there may be is in use, or where the machine has none left. */
function takeStaging(): Uint8Array | undefined {
  if (idle.length > 0) return idle.pop();
  if (stagings === STAGINGS_MAX) return undefined;
  try {
    const memory = new PageMemory(STAGING_BYTES, { maxByteLength: STAGING_BYTES });
    stagings++;
    return new Uint8Array(memory, 0, STAGING_BYTES);
  } catch {
    return undefined;
  }
}

/** `write` of node:fs as a promise. */
export function writeAt(fd: number, bytes: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, bytes, 0, bytes.length, position, (error, count) => (error ? reject(error) : resolve(count)));
  });
}

/** Whether large writes to files in a folder can go past the page cache. */
export function takesDirectWrites(path: string): Promise<boolean> {
  if (constants.O_DIRECT === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    statfs(path, (error, found) => {
      resolve(!error && FILE_SYSTEMS.has(found.type) && found.bsize <= PAGE_BYTES);
    });
  });
}

/** Opens a file a second time, past the page cache; undefined where the disk does not do that. */
export async function openDirect(path: string): Promise<number | undefined> {
  if (!(await takesDirectWrites(path))) return undefined;
  return new Promise((resolve, reject) => {
    open(path, constants.O_WRONLY | constants.O_DIRECT, (error, fd) => {
      if (!error) resolve(fd);
      else if (isRefusal(error)) resolve(undefined);
      else reject(error);
    });
  });
}

/** Not a failure of the disk: it does not write this way, or not from this memory or to this place. */
function isRefusal({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EINVAL' || code === 'ENOTSUP' || code === 'EOPNOTSUPP';
}

/** One file, open both ways. */
export class DirectWriter {
  readonly #cached: number;
  readonly #direct: number;
  #refused = false;

  constructor(descriptors: { readonly cached: number; readonly direct: number }) {
    this.#cached = descriptors.cached;
    this.#direct = descriptors.direct;
  }

  /** Writes one part after the other and returns how many bytes were written from the start without a gap. */
  async write(bytes: Uint8Array, position: number): Promise<number> {
    const first = Math.ceil(position / PAGE_BYTES) * PAGE_BYTES;
    const last = Math.floor((position + bytes.length) / PAGE_BYTES) * PAGE_BYTES;
    if (this.#refused) return writeAt(this.#cached, bytes, position);
    let done = 0;
    while (done < bytes.length) {
      const at = position + done;
      const inPages = at >= first && at < last;
      const end = at < first ? first : inPages ? Math.min(at + STAGING_BYTES, last) : position + bytes.length;
      const part = bytes.subarray(done, end - position);
      const count = await (inPages ? this.#writePages(part, at) : writeAt(this.#cached, part, at));
      done += count;
      if (count < part.length) break;
    }
    return done;
  }

  async #writePages(pages: Uint8Array, position: number): Promise<number> {
    const staging = this.#refused ? undefined : takeStaging();
    if (staging === undefined) return writeAt(this.#cached, pages, position);
    try {
      staging.set(pages);
      return await writeAt(this.#direct, staging.subarray(0, pages.length), position);
    } catch (error) {
      if (!isRefusal(error as NodeJS.ErrnoException)) throw error;
      this.#refused = true;
      return await writeAt(this.#cached, pages, position);
    } finally {
      idle.push(staging);
    }
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      close(this.#direct, (error) => (error ? reject(error) : resolve()));
    });
  }
}
