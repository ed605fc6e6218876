/**
 * The search for a file that was rotated away while nobody looked: in its own directory and one level below, whatever
 * the flow's pattern, first by identity, then by content.
 */
import { AGENT_BACKUP_BYTES_MIN } from '../model/limits.ts';
import type { LogFile, LogFileFacts, LogFiles } from '../runtime/log-files.ts';
import { systemCode } from '../runtime/sluice-error.ts';
import { type Discovered, isCompressed } from './discover.ts';
import { compareIdentity, type FileIdentity, groupedByInode, likeness } from './identity.ts';
import { couldBeCopy } from './rotation.ts';
import type { Spool } from './spool.ts';
import type { Tailer } from './tailer.ts';

export interface Rescued {
  /** 'other': it is the file, but it was truncated and filled anew before it was moved. */
  readonly content: 'same' | 'other';
  /** Open; it belongs to the caller. */
  readonly file: LogFile;
  readonly place: { readonly path: string; readonly identity: FileIdentity; readonly size: number };
}

export interface SearchArea {
  /** What the flow's pattern found; these files are not searched. */
  readonly discovered: readonly Discovered[];
  /** The same by inode. */
  readonly byInode: ReadonlyMap<string, readonly Discovered[]>;
  /** Files of other tailers are not taken from them. */
  readonly others: readonly Tailer[];
  /** All tailers by the inode of their file. */
  readonly tailersByInode: ReadonlyMap<string, readonly Tailer[]>;
  /** What is near a path; asked only when it is needed. */
  readonly near: (path: string) => Promise<readonly Discovered[]>;
}

/** The area for one look at the directories. */
export function searchArea(files: LogFiles, discovered: readonly Discovered[], tailers: readonly Tailer[]): SearchArea {
  const looked = new Map<string, Promise<readonly Discovered[]>>();
  return {
    discovered,
    byInode: groupedByInode(discovered, (one) => one.facts.inode),
    others: tailers,
    tailersByInode: groupedByInode(tailers, (tailer) => tailer.identity.inode),
    near(path) {
      const folder = folderOf(path);
      const found = looked.get(folder) ?? nearby(files, folder);
      looked.set(folder, found);
      return found;
    },
  };
}

/** Whether the pattern finds the file of a tailer. */
export function isFound(tailer: Tailer, area: SearchArea): boolean {
  const { identity } = tailer;
  return (area.byInode.get(identity.inode) ?? []).some((one) => compareIdentity(identity, one.facts) !== 'other');
}

/** The lost file; undefined when the pattern finds it, and when it is nowhere. */
export async function rescue(files: LogFiles, tailer: Tailer, area: SearchArea): Promise<Rescued | undefined> {
  const isOwn = (facts: LogFileFacts) => compareIdentity(tailer.identity, facts) === 'same';
  const { inode } = tailer.identity;
  if ((area.byInode.get(inode) ?? []).some((one) => isOwn(one.facts))) {
    // Another generation may have taken its place under the same identity; then the content is elsewhere.
    const others = (area.tailersByInode.get(inode) ?? []).filter((other) => other !== tailer && other.place !== 'gone');
    if (!others.some((other) => compareIdentity(other.identity, tailer.identity) === 'same')) return undefined;
  }
  const claims = area.others.filter((other) => other !== tailer && other.place !== 'gone');
  const seen = new Set(area.discovered.map((one) => one.path));
  const candidates = (await area.near(tailer.path)).filter(
    ({ path, facts }) => !seen.has(path) && !claims.some((other) => compareIdentity(other.identity, facts) === 'same'),
  );
  const own = candidates.filter(({ facts }) => isOwn(facts));
  const alike = tailer.knownTo >= AGENT_BACKUP_BYTES_MIN ? candidates.filter(({ facts }) => !isOwn(facts)) : [];
  for (const candidate of [...own, ...alike]) {
    const rescued = await proven(files, tailer, candidate);
    if (rescued?.content === 'same') return rescued;
    const isItself = tailer.identity.birth !== '0' && own.includes(candidate);
    if (rescued !== undefined && isItself) return rescued;
    await rescued?.file.close();
  }
  return undefined;
}

/** Files that may be a copy of a tailer's file by their name and place, and are no tailer's own. */
export async function possibleCopies(
  files: LogFiles,
  tailer: Tailer,
  all: readonly Tailer[],
): Promise<readonly Discovered[]> {
  const near = await nearby(files, folderOf(tailer.path));
  return near.filter(
    ({ path, facts }) =>
      couldBeCopy(tailer.path, path) && !all.some((other) => compareIdentity(other.identity, facts) === 'same'),
  );
}

/** The lost file once more, compressed: the path of the file its content goes on in, if there is one. The newest is asked first. */
export async function unpackLost(files: LogFiles, spool: Spool, tailer: Tailer): Promise<string | undefined> {
  const near = await nearby(files, folderOf(tailer.path), (name) => /\.gz$/i.test(name));
  const candidates = near.filter(({ path }) => couldBeCopy(tailer.path, path));
  for (const { path } of candidates.sort((a, b) => b.facts.modifiedMs - a.facts.modifiedMs)) {
    if (await spool.unpack(tailer, files.gunzip(path))) return path;
  }
  return undefined;
}

/** Plain uncompressed files, or others that are `wanted`, in a directory and in the directories in it. */
async function nearby(
  files: LogFiles,
  folder: string,
  wanted: (name: string) => boolean = (name) => !isCompressed(name),
): Promise<readonly Discovered[]> {
  const found: Discovered[] = [];
  const look = async (directory: string, deeper: boolean): Promise<void> => {
    for (const name of await files.list(directory).catch(() => [])) {
      const one = `${directory}/${name}`;
      const facts = await files.facts(one).catch(() => undefined);
      if (facts?.kind === 'directory' && deeper) await look(one, false);
      else if (facts?.kind === 'file' && wanted(name)) found.push({ path: one, facts });
    }
  };
  await look(folder, true);
  return found;
}

/** What cannot be opened proves nothing, nor does another file that got the name meanwhile. */
async function proven(files: LogFiles, tailer: Tailer, found: Discovered): Promise<Rescued | undefined> {
  const { path } = found;
  let file: LogFile | undefined;
  try {
    file = await files.open(path);
    const facts = await file.facts();
    if (compareIdentity(facts, found.facts) !== 'same') {
      await file.close();
      return undefined;
    }
    // Of a file that was seen but never read, its identity is all there is.
    const isBorn = tailer.knownTo === 0 && tailer.identity.birth !== '0';
    const isSame = isBorn || (await likeness(file, facts.bytes, tailer.prints)).kind === 'all';
    const place = { path, identity: facts, size: facts.bytes };
    return { content: isSame ? 'same' : 'other', file, place };
  } catch (error) {
    await file?.close();
    if (systemCode(error) === '') throw error;
    return undefined;
  }
}

/** The directory of a path. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
