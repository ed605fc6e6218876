/**
 * What has to be known of the files found before two looks can be compared: whether they hold the bytes that were read
 * of the files known. Only files that cannot be told apart by their identity are opened for it.
 */
import { AGENT_BACKUP_BYTES_MIN } from '../model/limits.ts';
import type { LogFile, LogFiles } from '../runtime/log-files.ts';
import { systemCode } from '../runtime/sluice-error.ts';
import type { Discovered } from './discover.ts';
import { compareIdentity, groupedByInode, type Likeness, likeness } from './identity.ts';
import { couldBeCopy, type FoundFile } from './rotation.ts';
import type { Tailer } from './tailer.ts';

/** The files of a walk with what their content says. */
export async function foundFiles(
  files: LogFiles,
  discovered: readonly Discovered[],
  tailers: readonly Tailer[],
): Promise<readonly FoundFile[]> {
  const byInode = groupedByInode(tailers, (tailer) => tailer.identity.inode);
  const there = groupedByInode(discovered, (one) => one.facts.inode);
  const homeless = new Set(tailers.filter((tailer) => isHomeless(tailer, there.get(tailer.identity.inode) ?? [])));
  const found: FoundFile[] = [];
  for (const one of discovered) {
    const { path, facts } = one;
    const content = new Map<string, Likeness['kind']>();
    const alike = byInode.get(facts.inode) ?? [];
    const own = alike.filter((tailer) => compareIdentity(tailer.identity, facts) !== 'other');
    const asked = own.length > 0 ? own.filter((tailer) => needsProof(tailer, one)) : similar(tailers, homeless, path);
    for (const tailer of asked) {
      const kind = tailer.isSuspect && own.length > 0 ? 'none' : await compare(files, one, tailer);
      if (kind !== undefined) content.set(tailer.id, kind);
    }
    found.push({ path, identity: facts, bytes: facts.bytes, modifiedMs: facts.modifiedMs, content });
  }
  return found;
}

/** Nothing is open, and no file found has this identity. */
function isHomeless(tailer: Tailer, sameInode: readonly Discovered[]): boolean {
  if (tailer.file !== undefined) return false;
  return !sameInode.some((one) => compareIdentity(tailer.identity, one.facts) === 'same');
}

/** An open file is the file that was opened; a closed one may have been written over since. */
function needsProof(tailer: Tailer, { facts }: Discovered): boolean {
  if (tailer.isSuspect) return true;
  if (tailer.knownTo === 0) return false;
  if (compareIdentity(tailer.identity, facts) === 'renumbered') return true;
  if (tailer.file !== undefined) return false;
  return tailer.facts?.changedMs !== facts.changedMs || facts.bytes !== tailer.position;
}

/** Known files a new one may be a copy of, or may be itself under another identity. */
function similar(tailers: readonly Tailer[], homeless: ReadonlySet<Tailer>, path: string): readonly Tailer[] {
  return tailers.filter((tailer) => {
    if (tailer.knownTo === 0) return false;
    return couldBeCopy(tailer.path, path) || (homeless.has(tailer) && tailer.knownTo >= AGENT_BACKUP_BYTES_MIN);
  });
}

/** What cannot be opened proves nothing, nor does another file that got the name since it was found. */
async function compare(
  files: LogFiles,
  { path, facts }: Discovered,
  tailer: Tailer,
): Promise<Likeness['kind'] | undefined> {
  let file: LogFile | undefined;
  try {
    file = await files.open(path);
    if (compareIdentity(await file.facts(), facts) !== 'same') return undefined;
    return (await likeness(file, facts.bytes, tailer.prints, originalOf(tailer))).kind;
  } catch (error) {
    if (systemCode(error) === '') throw error;
    return undefined;
  } finally {
    await file?.close();
  }
}

/** The file itself, as long as it still holds what was read of it. */
function originalOf(tailer: Tailer): LogFile | undefined {
  return tailer.isSuspect ? undefined : tailer.file;
}
