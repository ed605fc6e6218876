/**
 * A disk that can lose power. Unsynced writes are kept apart per file and sector of 512 bytes; a cut keeps, drops or
 * zeroes each of them on its own, and keeps or drops each unsynced change of a directory. Any call can be made to fail.
 * Deterministic for one seed.
 */
import { dirname } from 'node:path';
import type { Disk, DiskFile, FileStat, OpenMode } from '../../src/runtime/disk.ts';
import { type Random, seededRandom } from '../../src/runtime/random.ts';
import { SimInode } from './sim-inode.ts';

export type FailureCode = 'EIO' | 'ENOSPC' | 'short';
export type DiskCall = 'open' | 'write' | 'sync' | 'truncate' | 'makeDirectory' | 'syncDirectory' | 'rename' | 'remove';

interface Failure {
  readonly code: FailureCode;
  /** How many matching calls from now: 1 is the next. */
  left: number;
  readonly call: DiskCall | undefined;
}

/** Absolute assignments of names to files (undefined: no such name), atomic as in a journaling file system. */
type NameChange = readonly (readonly [string, SimInode | undefined])[];

export interface SimDiskOptions {
  readonly seed: number;
  /** Writes beyond it come back short, then fail with ENOSPC. */
  readonly capacityBytes?: number;
}

export class SimDisk implements Disk {
  readonly #random: Random;
  readonly #directories = new Set<string>(['/']);
  #names = new Map<string, SimInode>();
  /** Names as they are on disk; `#unsynced` holds what leads from there to `#names`. */
  #durableNames = new Map<string, SimInode>();
  #unsynced: { readonly directory: string; readonly change: NameChange }[] = [];
  #failures: Failure[] = [];
  #dead = false;
  capacityBytes: number;
  /** Calls that change something, so far. */
  calls = 0;
  /** The process has no file descriptor left: nothing can be opened. */
  isOutOfFiles = false;
  /** Called before each of them takes effect, and after each sync. */
  onChange: (() => void) | undefined;
  /** Calls take no turns of the event loop: for who does nothing else meanwhile. */
  isQuick = false;

  constructor({ seed, capacityBytes = Number.MAX_SAFE_INTEGER }: SimDiskOptions) {
    this.#random = seededRandom(seed);
    this.capacityBytes = capacityBytes;
  }

  /** Makes the n-th changing call from now fail (of one kind, if said): 1 is the next. */
  failAt(n: number, code: FailureCode, call?: DiskCall): void {
    this.#failures.push({ code, left: n, call });
  }

  /** Power is gone: this disk never answers again; the returned one holds what survived. */
  cut(): SimDisk {
    this.#dead = true;
    return this.afterCut(this.#random);
  }

  /** What a cut at this very moment would leave, while this disk goes on. */
  afterCut(random: Random): SimDisk {
    const after = this.#successor(random);
    const names = new Map(this.#durableNames);
    for (const { change } of this.#unsynced) {
      if (random.fraction() < 0.5) for (const [path, inode] of change) assign(names, path, inode);
    }
    const copies = new Map<SimInode, SimInode>();
    for (const [path, inode] of names) {
      if (!copies.has(inode)) copies.set(inode, inode.afterCut(random));
      after.#durableNames.set(path, copies.get(inode)!);
    }
    after.#names = new Map(after.#durableNames);
    return after;
  }

  /** The process is killed: this disk never answers again; the returned one has all that was written, synced or not. */
  kill(): SimDisk {
    this.#dead = true;
    return this.afterKill(this.#random);
  }

  /** What a kill at this very moment would leave, while this disk goes on. */
  afterKill(random: Random): SimDisk {
    const after = this.#successor(random);
    const copies = new Map<SimInode, SimInode>();
    const copy = (inode: SimInode): SimInode => {
      if (!copies.has(inode)) copies.set(inode, inode.afterKill(random));
      return copies.get(inode)!;
    };
    for (const [path, inode] of this.#names) after.#names.set(path, copy(inode));
    for (const [path, inode] of this.#durableNames) after.#durableNames.set(path, copy(inode));
    after.#unsynced = this.#unsynced.map(({ directory, change }) => ({
      directory,
      change: change.map(([path, inode]) => [path, inode && copy(inode)] as const),
    }));
    return after;
  }

  /** The bytes of a file as a reader sees them now. */
  bytesOf(path: string): Uint8Array {
    return this.#inode(path).contents();
  }

  /** Puts bytes straight onto the disk: damage. */
  damage(path: string, position: number, bytes: Uint8Array): void {
    this.#inode(path).overwrite(position, bytes);
  }

  /** Cuts a file off, on the disk itself. */
  shorten(path: string, length: number): void {
    this.#inode(path).shorten(length);
  }

  /** Takes a file away for good. */
  lose(path: string): void {
    this.#names.delete(path);
    this.#durableNames.delete(path);
  }

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    await this.#turn();
    if (this.isOutOfFiles) throw coded('EMFILE', path);
    if (mode === 'create') {
      this.#change('open');
      if (this.#names.has(path)) throw coded('EEXIST', path);
      this.#rename([[path, new SimInode()]]);
    }
    return this.#file(this.#inode(path));
  }

  async list(directory: string): Promise<readonly string[]> {
    await this.#turn();
    if (this.isOutOfFiles) throw coded('EMFILE', directory);
    if (!this.#directories.has(directory)) throw coded('ENOENT', directory);
    const paths = [...this.#names.keys(), ...this.#directories].filter((path) => path !== directory);
    return paths
      .filter((path) => dirname(path) === directory)
      .map((path) => path.slice(path.lastIndexOf('/') + 1))
      .sort();
  }

  async makeDirectory(path: string): Promise<void> {
    await this.#turn();
    this.#change('makeDirectory');
    for (let made = path; made !== '/'; made = dirname(made)) this.#directories.add(made);
  }

  async syncDirectory(path: string): Promise<void> {
    await this.#turn();
    if (this.isOutOfFiles) throw coded('EMFILE', path);
    this.#change('syncDirectory');
    if (!this.#directories.has(path)) throw coded('ENOENT', path);
    const synced = this.#unsynced.filter((one) => one.directory === path);
    this.#unsynced = this.#unsynced.filter((one) => one.directory !== path);
    for (const { change } of synced) for (const [name, inode] of change) assign(this.#durableNames, name, inode);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#turn();
    this.#change('rename');
    const inode = this.#inode(from);
    this.#rename([
      [to, inode],
      [from, undefined],
    ]);
  }

  async remove(path: string): Promise<void> {
    await this.#turn();
    this.#change('remove');
    this.#inode(path);
    this.#rename([[path, undefined]]);
  }

  async stat(path: string): Promise<FileStat | undefined> {
    await this.#turn();
    const isDirectory = this.#directories.has(path);
    const inode = this.#names.get(path);
    if (inode === undefined && !isDirectory) return undefined;
    return { bytes: inode?.size ?? 0, isDirectory, modifiedMs: 0, device: 1, inode: inode?.number ?? 0 };
  }

  async freeBytes(): Promise<number> {
    await this.#turn();
    return Math.max(0, this.capacityBytes - this.#usedBytes());
  }

  #file(inode: SimInode): DiskFile {
    return {
      write: async (bytes, position) => {
        const write = inode.begin(bytes.slice(), position);
        await this.#turn();
        const failure = this.#due('write');
        const room = this.capacityBytes - this.#usedBytes() + Math.max(0, inode.size - position);
        const short = failure === 'short' ? Math.floor(this.#random.fraction() * bytes.length) : bytes.length;
        if (failure === 'EIO' || failure === 'ENOSPC' || (room <= 0 && bytes.length > 0)) {
          inode.abandon(write);
          throw coded(failure === 'EIO' ? 'EIO' : 'ENOSPC', 'write');
        }
        return inode.finish(write, Math.min(short, room));
      },
      read: async (into, position) => {
        await this.#turn();
        return inode.read(into, position);
      },
      sync: async () => {
        const covered = inode.beginSync();
        await this.#turn();
        if (this.#due('sync') !== undefined) {
          inode.failSync(covered);
          throw coded('EIO', 'sync');
        }
        inode.finishSync(covered);
        this.onChange?.();
      },
      truncate: async (length) => {
        await this.#turn();
        this.#change('truncate');
        inode.truncate(length);
      },
      size: async () => {
        await this.#turn();
        return inode.size;
      },
      close: () => this.#turn(),
    };
  }

  #successor(random: Random): SimDisk {
    const { capacityBytes } = this;
    const after = new SimDisk({ seed: Math.floor(random.fraction() * 2 ** 32), capacityBytes });
    for (const directory of this.#directories) after.#directories.add(directory);
    return after;
  }

  #rename(change: NameChange): void {
    for (const [path, inode] of change) assign(this.#names, path, inode);
    this.#unsynced.push({ directory: dirname(change[0]![0]), change });
  }

  #usedBytes(): number {
    let bytes = 0;
    for (const inode of new Set(this.#names.values())) bytes += inode.size;
    return bytes;
  }

  #inode(path: string): SimInode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw coded('ENOENT', path);
    return inode;
  }

  #change(call: DiskCall): void {
    const failure = this.#due(call);
    if (failure !== undefined) throw coded(failure === 'ENOSPC' ? 'ENOSPC' : 'EIO', call);
  }

  /** The failure this call was told to meet. */
  #due(call: DiskCall): FailureCode | undefined {
    this.calls++;
    this.onChange?.();
    let due: FailureCode | undefined;
    for (const failure of this.#failures) {
      if (failure.call !== undefined && failure.call !== call) continue;
      failure.left--;
      if (failure.left === 0) due = failure.code;
    }
    this.#failures = this.#failures.filter((failure) => failure.left > 0);
    return due;
  }

  /** Every call takes one to three turns of the event loop; without power it takes for ever. */
  async #turn(): Promise<void> {
    const turns = this.isQuick ? 0 : 1 + Math.floor(this.#random.fraction() * 3);
    for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.#dead) await new Promise<void>(() => undefined);
  }
}

function assign(names: Map<string, SimInode>, path: string, inode: SimInode | undefined): void {
  if (inode === undefined) names.delete(path);
  else names.set(path, inode);
}

function coded(code: string, what: string): Error {
  return Object.assign(new Error(`${code}: ${what}`), { code });
}
