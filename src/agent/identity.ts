/**
 * Which file is it? First device, inode and birth time; then its own bytes: a head (the first bytes, up to 1,024) and
 * anchors (the up to 64 bytes before a place that was read). A file whose bytes before the read position have changed
 * is not the file that was read, whatever its name, size and inode say.
 */
import { createHash } from 'node:crypto';
import { AGENT_ANCHOR_BYTES, AGENT_HEAD_BYTES_MAX } from '../model/limits.ts';
import type { LogFile } from '../runtime/log-files.ts';

export interface FileIdentity {
  readonly device: string;
  readonly inode: string;
  /** '0' where the file system keeps no birth time. */
  readonly birth: string;
}

/** The first `bytes` bytes of a file, as a digest. */
export interface Head {
  readonly bytes: number;
  /** First half of the SHA-256, hex; '' for no bytes. */
  readonly digest: string;
}

/** What stood just before a place. */
export interface Anchor {
  /** The place: file position after the last of `bytes`. */
  readonly at: number;
  /** At most 64, fewer only near the start of the file. */
  readonly bytes: Uint8Array;
}

/** What is remembered of a file's content. */
export interface Prints {
  readonly head: Head;
  /** Ascending; the last one stands where reading is now. */
  readonly anchors: readonly Anchor[];
}

const NO_PRINTS: Prints = { head: { bytes: 0, digest: '' }, anchors: [] };

/** How two identities compare; 'renumbered' is the same file on a device that got another number (a remount). */
export function compareIdentity(a: FileIdentity, b: FileIdentity): 'same' | 'renumbered' | 'other' {
  if (a.inode !== b.inode) return 'other';
  const bothBorn = a.birth !== '0' && b.birth !== '0';
  if (bothBorn && a.birth !== b.birth) return 'other';
  if (a.device === b.device) return 'same';
  return bothBorn ? 'renumbered' : 'other';
}

/** Groups by inode number: files of different numbers are never the same. */
export function groupedByInode<T>(all: readonly T[], inodeOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(inodeOf(one));
    if (group === undefined) groups.set(inodeOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

/** The digest of a file's first bytes. */
export function headOf(bytes: Uint8Array): Head {
  const first = bytes.subarray(0, AGENT_HEAD_BYTES_MAX);
  if (first.length === 0) return NO_PRINTS.head;
  return { bytes: first.length, digest: createHash('sha256').update(first).digest('hex').slice(0, 32) };
}

/** The anchor at `at`, from bytes that end there. */
export function anchorAt(at: number, bytesBefore: Uint8Array): Anchor {
  return { at, bytes: bytesBefore.slice(Math.max(0, bytesBefore.length - AGENT_ANCHOR_BYTES)) };
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * How a file's content relates to what was read of another: it holds all of it ('all'), begins like it and ends
 * before the place read ('part', then `upTo` is the last place that was compared), or is something else.
 */
export type Likeness = { readonly kind: 'all' | 'part'; readonly upTo: number } | { readonly kind: 'none' };

/**
 * Compares the content of an open file of `size` bytes with prints; `original`, where it can still be read, serves to
 * compare a copy that is shorter than what was read. Prints of nothing are like nothing.
 */
export async function likeness(file: LogFile, size: number, prints: Prints, original?: LogFile): Promise<Likeness> {
  const last = prints.anchors.at(-1);
  if (last === undefined || last.at === 0 || size === 0) return { kind: 'none' };
  if (size < last.at && original !== undefined) return await partOf(file, size, original);
  const anchor = prints.anchors.findLast((one) => one.at <= size && one.at > 0);
  if (anchor === undefined) return { kind: 'none' };
  if (!sameBytes(await bytesAt(file, anchor.at - anchor.bytes.length, anchor.bytes.length), anchor.bytes)) {
    return { kind: 'none' };
  }
  // A copy shorter than the head is known by the anchor alone, the same bytes at the same place.
  if (prints.head.bytes > size) return { kind: 'part', upTo: anchor.at };
  const head = headOf(await bytesAt(file, 0, prints.head.bytes));
  if (head.bytes !== prints.head.bytes || head.digest !== prints.head.digest) return { kind: 'none' };
  return { kind: anchor === last ? 'all' : 'part', upTo: anchor.at };
}

/** The first and the last bytes of a file against the same places of its original. */
async function partOf(file: LogFile, size: number, original: LogFile): Promise<Likeness> {
  const places = [0, Math.max(0, size - AGENT_ANCHOR_BYTES)];
  for (const at of places) {
    const length = Math.min(at === 0 ? AGENT_HEAD_BYTES_MAX : AGENT_ANCHOR_BYTES, size - at);
    const own = await bytesAt(file, at, length);
    if (own.length < length || !sameBytes(own, await bytesAt(original, at, length))) return { kind: 'none' };
  }
  return { kind: 'part', upTo: size };
}

/** Up to `length` bytes at a position; fewer at the end of the file. */
export async function bytesAt(file: LogFile, position: number, length: number): Promise<Uint8Array> {
  const into = new Uint8Array(length);
  return into.subarray(0, await file.read(into, position));
}
