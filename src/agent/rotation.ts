/**
 * What happened between two looks at a directory: a pure comparison of the files known before with the files found
 * now. Renames, new files, copies, truncation and refill, reused inodes, deletion and second names all come out of it;
 * what to do about them is not decided here.
 */
import { compareIdentity, type FileIdentity, groupedByInode } from './identity.ts';

export interface KnownFile {
  readonly id: string;
  readonly identity: FileIdentity;
  /** Absolute; the last one seen. */
  readonly path: string;
  /** How far it was read. */
  readonly position: number;
}

export interface FoundFile {
  /** Absolute. */
  readonly path: string;
  readonly identity: FileIdentity;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Known files whose content was compared with this one's, by id. */
  readonly content: ReadonlyMap<string, 'all' | 'part' | 'none'>;
}

export type FileChange =
  | { readonly kind: 'kept'; readonly id: string; readonly found: FoundFile }
  | { readonly kind: 'renamed'; readonly id: string; readonly found: FoundFile }
  /** The same file, but shorter than was read or with other bytes in it: a new generation. */
  | { readonly kind: 'truncated'; readonly id: string; readonly found: FoundFile }
  /** No file of that identity was found. */
  | { readonly kind: 'lost'; readonly id: string }
  /** Another file that holds what was read of `id`, or the beginning of it. */
  | { readonly kind: 'copied'; readonly id: string; readonly found: FoundFile }
  /** One more name of a file that has one. */
  | { readonly kind: 'linked'; readonly id: string; readonly found: FoundFile }
  | { readonly kind: 'created'; readonly found: FoundFile };

/**
 * Changes in the order in which they are to be handled: first what became of the known files, as they are given, then
 * copies, then new files from the oldest to the newest.
 */
export function compareSnapshots(before: readonly KnownFile[], after: readonly FoundFile[]): readonly FileChange[] {
  const changes: FileChange[] = [];
  const taken = new Map<FoundFile, string>();
  const lost = new Set<string>();
  const byInode = groupedByInode(after, (found) => found.identity.inode);
  for (const known of before) {
    const candidates = byInode.get(known.identity.inode) ?? [];
    const names = candidates.filter((found) => !taken.has(found) && isSame(known, found));
    const found = names.find((one) => one.path === known.path) ?? names[0];
    if (found === undefined) {
      lost.add(known.id);
      changes.push({ kind: 'lost', id: known.id });
      continue;
    }
    for (const name of names) taken.set(name, known.id);
    changes.push(fateOf(known, found));
    for (const other of names) if (other !== found) changes.push({ kind: 'linked', id: known.id, found: other });
  }
  const fresh = after.filter((found) => !taken.has(found)).sort(byAge);
  const originals = fresh.map((found) => originalOf(found, before, lost));
  fresh.forEach((found, i) => {
    const id = originals[i];
    if (id !== undefined) changes.push({ kind: 'copied', id, found });
  });
  const seen = new Set<string>();
  fresh.forEach((found, i) => {
    if (originals[i] !== undefined) return;
    const { device, inode, birth } = found.identity;
    const key = `${device}:${inode}:${birth}`;
    // Two new names of one file: the first one is the file.
    if (!seen.has(key)) changes.push({ kind: 'created', found });
    seen.add(key);
  });
  return changes;
}

/** Without a birth time or on another device number the content has to agree as well. */
function isSame(known: KnownFile, found: FoundFile): boolean {
  const relation = compareIdentity(known.identity, found.identity);
  if (relation === 'other') return false;
  if (relation === 'renumbered') return found.content.get(known.id) === 'all';
  return true;
}

function fateOf(known: KnownFile, found: FoundFile): FileChange {
  const content = found.content.get(known.id);
  const changed = found.bytes < known.position || (content !== undefined && content !== 'all' && known.position > 0);
  const kind = changed ? 'truncated' : found.path === known.path ? 'kept' : 'renamed';
  return { kind, id: known.id, found };
}

/** The known file a new one is a copy of: one that kept its place, or one that is nowhere to be found. */
function originalOf(found: FoundFile, before: readonly KnownFile[], lost: ReadonlySet<string>): string | undefined {
  const originals = before.filter((known) => {
    const content = found.content.get(known.id);
    if (content !== 'all' && content !== 'part') return false;
    return couldBeCopy(known.path, found.path) || (lost.has(known.id) && content === 'all');
  });
  const whole = originals.find((known) => found.content.get(known.id) === 'all');
  return (whole ?? originals[0])?.id;
}

/**
 * Whether a file of the second name can be a rotation's copy of the first: its name begins as the original's does up
 * to the first dot and is longer (app.log.1, app.log-20261120, app-20261120.log), or it is in another directory. What
 * goes on with the same word or number is another log: job10.log is none of job1.log.
 */
export function couldBeCopy(original: string, copy: string): boolean {
  if (original === copy) return false;
  const [folder, name] = splitPath(original);
  const [otherFolder, otherName] = splitPath(copy);
  const dot = name.indexOf('.', 1);
  const stem = dot < 0 ? name : name.slice(0, dot);
  if (!otherName.startsWith(stem) || /^(?:\p{L}{2}|\p{Nd}{2})/u.test(otherName.slice(stem.length - 1))) return false;
  return folder !== otherFolder || otherName.length > name.length;
}

function splitPath(path: string): readonly [string, string] {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, slash), path.slice(slash + 1)];
}

/** Oldest first; of one time, the higher rotation number first, for it is the older file. */
function byAge(a: FoundFile, b: FoundFile): number {
  return (
    a.modifiedMs - b.modifiedMs ||
    rotationNumber(b.path) - rotationNumber(a.path) ||
    (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)
  );
}

/** 3 for app.log.3, 0 where the name ends without a number of its own. */
function rotationNumber(path: string): number {
  const number = /\.(\d{1,6})$/.exec(path)?.[1];
  return number === undefined ? 0 : Number(number);
}
