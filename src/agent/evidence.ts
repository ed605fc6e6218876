/**
 * What has to be known of the files found before two looks can be compared: whether they hold the bytes that were read
 * of the files known. Only files that cannot be told apart by their identity are opened for it.
 */
import { AGENT_BACKUP_BYTES_MIN, AGENT_HOT_MS } from '../model/limits.ts';
import type { LogFile, LogFiles } from '../runtime/log-files.ts';
import { systemCode } from '../runtime/sluice-error.ts';
import type { Discovered } from './discover.ts';
import { compareIdentity, groupedByInode, type Likeness, likeness } from './identity.ts';
import { couldBeCopy, type FoundFile } from './rotation.ts';
import type { Tailer } from './tailer.ts';

export interface Evidence {
  readonly found: readonly FoundFile[];
  /** Some files are left out, because it cannot be told yet whether they are copies of others: look again soon. */
  readonly isUndecided: boolean;
}

/** The files of a walk with what their content says. */
export async function foundFiles(
  files: LogFiles,
  discovered: readonly Discovered[],
  { tailers, nowMs }: { readonly tailers: readonly Tailer[]; readonly nowMs: number },
): Promise<Evidence> {
  const byInode = groupedByInode(tailers, (tailer) => tailer.identity.inode);
  const there = groupedByInode(discovered, (one) => one.facts.inode);
  const homeless = new Set(tailers.filter((tailer) => isHomeless(tailer, there.get(tailer.identity.inode) ?? [])));
  const found: FoundFile[] = [];
  let isUndecided = false;
  for (const one of discovered) {
    const { path, facts } = one;
    const content = new Map<string, Likeness['kind']>();
    const alike = byInode.get(facts.inode) ?? [];
    const own = alike.filter((tailer) => compareIdentity(tailer.identity, facts) !== 'other');
    const asked = own.length > 0 ? own.filter((tailer) => needsProof(tailer, one)) : similar(tailers, homeless, path);
    let isOpen = own.length === 0 && asked.length > 0 && isJustMade(one, nowMs);
    for (const tailer of asked) {
      const kind = tailer.isSuspect && own.length > 0 ? 'none' : await compare(files, one, tailer);
      if (kind === 'moved') isOpen ||= own.length === 0;
      else if (kind !== undefined) content.set(tailer.id, kind);
    }
    isUndecided ||= isOpen;
    if (!isOpen) found.push({ path, identity: facts, bytes: facts.bytes, modifiedMs: facts.modifiedMs, content });
  }
  return { found, isUndecided };
}

/** A copy is empty at first. */
function isJustMade({ facts }: Discovered, nowMs: number): boolean {
  return facts.bytes === 0 && Math.abs(nowMs - facts.changedMs) < AGENT_HOT_MS;
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

/** What cannot be opened proves nothing; 'moved': the name is nobody's or another file's since the file was found. */
async function compare(
  files: LogFiles,
  { path, facts }: Discovered,
  tailer: Tailer,
): Promise<Likeness['kind'] | 'moved' | undefined> {
  let file: LogFile | undefined;
  try {
    file = await files.open(path);
    if (compareIdentity(await file.facts(), facts) !== 'same') return 'moved';
    return (await likeness(file, facts.bytes, tailer.prints, originalOf(tailer))).kind;
  } catch (error) {
    if (systemCode(error) === '') throw error;
    return systemCode(error) === 'ENOENT' ? 'moved' : undefined;
  } finally {
    await file?.close();
  }
}

/** The file itself, as long as it still holds what was read of it. */
function originalOf(tailer: Tailer): LogFile | undefined {
  return tailer.isSuspect ? undefined : tailer.file;
}
