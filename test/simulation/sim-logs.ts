/**
 * Log files of a simulated machine, seen through LogFiles: names, inodes that are used again, birth times, open files
 * that outlive their names. Everything a writer or a rotation does is one call. Deterministic.
 */
import type { LogFile, LogFileFacts, LogFiles } from '../../src/runtime/log-files.ts';

class Inode {
  bytes = new Uint8Array(0);
  links = 1;
  opened = 0;
  modifiedMs: number;
  changedMs: number;
  readonly number: number;
  readonly birth: number;

  constructor(number: number, birth: number, nowMs: number) {
    this.number = number;
    this.birth = birth;
    this.modifiedMs = nowMs;
    this.changedMs = nowMs;
  }
}

export interface SimLogsOptions {
  readonly now: () => number;
  /** Birth times are kept; without them identity has to come from the content. */
  readonly births?: boolean;
  /** A deleted file's number goes to the next new one, as on ext4. */
  readonly reuse?: boolean;
  /** Descriptors the process has. */
  readonly openMax?: number;
}

export class SimLogs implements LogFiles {
  readonly #options: SimLogsOptions;
  readonly #names = new Map<string, Inode>();
  readonly #directories = new Set<string>(['/']);
  readonly #freeNumbers: number[] = [];
  readonly #denied = new Map<string, string>();
  #watchers: { readonly directory: string; readonly onChange: Parameters<LogFiles['watch']>[1] }[] = [];
  #numbers = 0;
  #births = 0;
  #device = 1;
  /** Files open now. */
  openFiles = 0;

  constructor(options: SimLogsOptions) {
    this.#options = options;
  }

  // What writers and rotations do.

  makeDirectory(path: string): void {
    for (let made = path; made !== '' && made !== '/'; made = made.slice(0, made.lastIndexOf('/'))) {
      this.#directories.add(made);
    }
  }

  /** Appends to the file of that name, made if need be. */
  append(path: string, text: string | Uint8Array): void {
    const inode = this.#names.get(path) ?? this.#create(path);
    this.#write(inode, inode.bytes.length, text);
    this.#hint(path, 'content');
  }

  /** A writer that has the file open goes on at its own place. */
  writer(path: string, mode: 'append' | 'position' = 'append'): (text: string) => void {
    const inode = this.#names.get(path) ?? this.#create(path);
    let at = inode.bytes.length;
    return (text) => {
      if (mode === 'append') at = inode.bytes.length;
      at += this.#write(inode, at, text);
    };
  }

  rename(from: string, to: string): void {
    const inode = this.#inode(from);
    this.#unlink(to);
    this.#names.delete(from);
    this.#names.set(to, inode);
    inode.changedMs = this.#options.now();
    this.#hint(from, 'names');
    this.#hint(to, 'names');
  }

  copy(from: string, to: string): void {
    const bytes = this.#inode(from).bytes.slice();
    this.#unlink(to);
    this.append(to, bytes);
  }

  link(from: string, to: string): void {
    const inode = this.#inode(from);
    inode.links++;
    this.#names.set(to, inode);
  }

  truncate(path: string, length: number): void {
    const inode = this.#inode(path);
    const bytes = new Uint8Array(length);
    bytes.set(inode.bytes.subarray(0, length));
    inode.bytes = bytes;
    this.#touch(inode);
    this.#hint(path, 'content');
  }

  /** Nothing is packed here. */
  async *gunzip(path: string): AsyncIterable<Uint8Array> {
    yield this.#inode(path).bytes;
  }

  /** As touch -d. */
  date(path: string, modifiedMs: number): void {
    const inode = this.#inode(path);
    inode.modifiedMs = modifiedMs;
    inode.changedMs = this.#options.now();
  }

  delete(path: string): void {
    this.#inode(path);
    this.#unlink(path);
    this.#hint(path, 'names');
  }

  deny(path: string, code: string | undefined): void {
    if (code === undefined) this.#denied.delete(path);
    else this.#denied.set(path, code);
  }

  /** The file system is mounted again under another number. */
  remount(): void {
    this.#device++;
  }

  touch(path: string, modifiedMs: number): void {
    this.#inode(path).modifiedMs = modifiedMs;
  }

  has(path: string): boolean {
    return this.#names.has(path);
  }

  contents(path: string): Uint8Array {
    return this.#inode(path).bytes.slice();
  }

  // LogFiles.

  async list(directory: string): Promise<readonly string[]> {
    await turn();
    this.#check(directory);
    if (!this.#directories.has(directory)) throw coded('ENOENT', directory);
    const prefix = directory === '/' ? '/' : `${directory}/`;
    const below = [...this.#names.keys(), ...this.#directories].filter((path) => path.startsWith(prefix));
    const names = below.map((path) => path.slice(prefix.length)).filter((name) => name !== '' && !name.includes('/'));
    return names.sort();
  }

  async facts(path: string): Promise<LogFileFacts | undefined> {
    await turn();
    const inode = this.#names.get(path);
    if (inode !== undefined) return this.#factsOf(inode);
    if (!this.#directories.has(path)) return undefined;
    const times = { modifiedMs: 0, changedMs: 0 };
    return { kind: 'directory', device: '1', inode: `of ${path}`, birth: '0', bytes: 0, links: 1, ...times };
  }

  async open(path: string): Promise<LogFile> {
    await turn();
    this.#check(path);
    const inode = this.#inode(path);
    if (this.openFiles >= (this.#options.openMax ?? Number.POSITIVE_INFINITY)) throw coded('EMFILE', path);
    this.openFiles++;
    inode.opened++;
    return {
      facts: async () => {
        await turn();
        return this.#factsOf(inode);
      },
      read: async (into, position) => {
        await turn();
        this.#check(path);
        const bytes = inode.bytes.subarray(position, position + into.length);
        into.set(bytes);
        return bytes.length;
      },
      close: async () => {
        await turn();
        this.openFiles--;
        inode.opened--;
        this.#free(inode);
      },
    };
  }

  async remove(path: string): Promise<void> {
    await turn();
    this.delete(path);
  }

  watch(directory: string, onChange: Parameters<LogFiles['watch']>[1]): () => void {
    const watcher = { directory, onChange };
    this.#watchers.push(watcher);
    return () => {
      this.#watchers = this.#watchers.filter((other) => other !== watcher);
    };
  }

  #create(path: string): Inode {
    this.makeDirectory(path.slice(0, path.lastIndexOf('/')));
    const number = this.#options.reuse ? (this.#freeNumbers.pop() ?? ++this.#numbers) : ++this.#numbers;
    const inode = new Inode(number, ++this.#births, this.#options.now());
    this.#names.set(path, inode);
    this.#hint(path, 'names');
    return inode;
  }

  #unlink(path: string): void {
    const inode = this.#names.get(path);
    if (inode === undefined) return;
    this.#names.delete(path);
    inode.links--;
    inode.changedMs = this.#options.now();
    this.#free(inode);
  }

  /** The number is used again once no name and no reader has the file. */
  #free(inode: Inode): void {
    if (inode.links === 0 && inode.opened === 0) this.#freeNumbers.push(inode.number);
  }

  #write(inode: Inode, at: number, text: string | Uint8Array): number {
    const more = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    const bytes = new Uint8Array(Math.max(inode.bytes.length, at + more.length));
    bytes.set(inode.bytes);
    bytes.set(more, at);
    inode.bytes = bytes;
    this.#touch(inode);
    return more.length;
  }

  #touch(inode: Inode): void {
    inode.modifiedMs = this.#options.now();
    inode.changedMs = this.#options.now();
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw coded('ENOENT', path);
    return inode;
  }

  #factsOf(inode: Inode): LogFileFacts {
    return {
      kind: 'file',
      device: String(this.#device),
      inode: String(inode.number),
      birth: this.#options.births === false ? '0' : String(inode.birth),
      bytes: inode.bytes.length,
      links: inode.links,
      modifiedMs: inode.modifiedMs,
      changedMs: inode.changedMs,
    };
  }

  #check(path: string): void {
    const code = this.#denied.get(path);
    if (code !== undefined) throw coded(code, path);
  }

  #hint(path: string, what: 'names' | 'content'): void {
    const slash = path.lastIndexOf('/');
    const directory = path.slice(0, slash) || '/';
    for (const watcher of this.#watchers) {
      if (watcher.directory === directory) watcher.onChange({ what, name: path.slice(slash + 1) });
    }
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function coded(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
