/**
 * Files as a parameter: what the store, the journal and the lock ask of a file system. Only runtime/ touches node:fs.
 * Paths are absolute. A missing path rejects with an error whose `code` is 'ENOENT'; every other failure keeps Node's `code`.
 */
export interface DiskFile {
  /**
   * Writes `bytes` at `position` and returns how many bytes were written, which may be fewer (a full disk answers
   * with a short count first and an error only afterwards): the caller compares.
   */
  write(bytes: Uint8Array, position: number): Promise<number>;
  /** Fills `into` from `position`; returns the bytes read, fewer only at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** fdatasync: returns once the data and the size are on disk. After a failure the file must not be trusted again. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

export type OpenMode = 'read' | 'update' | 'create';

/** What a disk may make use of, or not: files hold the same with and without. */
export interface OpenHints {
  /** Every write is synced soon after, and seldom read again soon: large ones need not pass through the page cache. */
  readonly direct: boolean;
}

export interface FileStat {
  readonly bytes: number;
  readonly isDirectory: boolean;
  readonly modifiedMs: number;
  readonly device: number;
  readonly inode: number;
}

export interface Disk {
  /** 'read': must exist. 'update': must exist, read and write. 'create': must not exist (EEXIST), read and write, mode 0600. */
  open(path: string, mode: OpenMode, hints?: OpenHints): Promise<DiskFile>;
  /** Names in a directory, sorted. */
  list(directory: string): Promise<readonly string[]>;
  /** Makes the directory and its parents, mode 0700 each; fine if it exists. */
  makeDirectory(path: string): Promise<void>;
  /** Makes creations, renames and removals inside the directory durable. */
  syncDirectory(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** undefined when nothing is there. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Bytes a writer may still use on the file system that holds `path`. */
  freeBytes(path: string): Promise<number>;
}
