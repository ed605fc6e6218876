/**
 * The files of a journal's directory. `log-<n>` goes on where `snapshot-<n>` was taken, or from nothing for n = 0.
 * Loading starts at the newest sound snapshot and replays its log and all later ones.
 */
import { join } from 'node:path';
import { applyEvent, type Catalog, emptyCatalog } from '../model/catalog.ts';
import { decodeCatalog, decodeEvent } from '../model/catalog-json.ts';
import type { Disk } from '../runtime/disk.ts';
import type { Logger } from '../runtime/logger.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import { type FrameScan, JOURNAL_FORMAT, type JournalHeader, scanFrames } from './journal-frames.ts';

export interface JournalPlace {
  readonly disk: Disk;
  /** Holds the journal and nothing else. */
  readonly directory: string;
  readonly logger: Logger;
}

/** A log as it lies on disk. */
export interface LoadedLog {
  readonly number: number;
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly scan: FrameScan;
}

/** What is on disk, replayed. */
export interface LoadedJournal {
  readonly catalog: Catalog;
  /** Numbers from which a catalog can be had, ascending: of sound snapshots, and 0. */
  readonly bases: readonly number[];
  /** Where to go on: the last log that holds an event, or the first one. Undefined when there is nothing yet. */
  readonly log?: LoadedLog;
}

export function logPath(place: JournalPlace, number: number): string {
  return join(place.directory, `log-${number}`);
}

export function snapshotPath(place: JournalPlace, number: number): string {
  return join(place.directory, `snapshot-${number}`);
}

/** Numbers of the files of one kind, ascending. */
export async function numbersOf(place: JournalPlace, kind: JournalHeader['kind']): Promise<readonly number[]> {
  const pattern = new RegExp(`^${kind}-(\\d+)$`);
  const names = await place.disk.list(place.directory);
  return names.flatMap((name) => (pattern.test(name) ? [Number(pattern.exec(name)![1])] : [])).sort((a, b) => a - b);
}

/** Replays the journal. @throws {SluiceError} when it is damaged or of a newer format. */
export async function loadJournal(place: JournalPlace): Promise<LoadedJournal> {
  const numbers = await numbersOf(place, 'log');
  const snapshots = await numbersOf(place, 'snapshot');
  if (numbers.length + snapshots.length === 0) return { catalog: emptyCatalog, bases: [0] };
  const { bases, catalog: base } = await loadBases(place, { numbers, snapshots });
  const logs: LoadedLog[] = [];
  const newest = Math.max(bases.at(-1)!, numbers.at(-1) ?? 0);
  for (let number = bases.at(-1)!; number <= newest; number++) {
    if (!numbers.includes(number)) throw damaged(place, `${logPath(place, number)} is missing`);
    logs.push(await loadLog(place, number));
  }
  // A log beyond the last event was begun only, while its predecessor was still in use.
  const log = logs.findLast(({ scan }) => scan.texts.length > 1) ?? logs[0]!;
  let catalog = base;
  for (const each of logs.slice(0, logs.indexOf(log) + 1)) {
    checkEnd(place, each, each === log);
    catalog = replayLog(place, catalog, each);
  }
  return { catalog, bases, log };
}

async function loadLog(place: JournalPlace, number: number): Promise<LoadedLog> {
  const path = logPath(place, number);
  const bytes = await readFile(place, path);
  const scan = scanFrames(bytes);
  checkHeader(path, scan);
  return { number, path, bytes, scan };
}

async function loadBases(
  place: JournalPlace,
  { numbers, snapshots }: { numbers: readonly number[]; snapshots: readonly number[] },
): Promise<{ bases: readonly number[]; catalog: Catalog }> {
  const bases: number[] = numbers[0] === 0 ? [0] : [];
  let catalog = emptyCatalog;
  for (const number of snapshots) {
    const path = snapshotPath(place, number);
    const scan = scanFrames(await readFile(place, path));
    checkHeader(path, scan);
    if (scan.texts.length === 2) {
      catalog = decodeCatalog(scan.texts[1]!);
      bases.push(number);
    } else {
      place.logger.log('warn', 'a snapshot of the journal is damaged; an older one takes its place', { path });
    }
  }
  if (bases.length === 0) throw damaged(place, 'no sound snapshot is left');
  return { bases, catalog };
}

async function readFile(place: JournalPlace, path: string): Promise<Uint8Array> {
  const file = await place.disk.open(path, 'read');
  try {
    const bytes = new Uint8Array(await file.size());
    const read = await file.read(bytes, 0);
    return bytes.subarray(0, read);
  } finally {
    await file.close();
  }
}

/** A torn tail is normal in the log that was in use, and nowhere else. */
function checkEnd(place: JournalPlace, { path, bytes, scan }: LoadedLog, inUse: boolean): void {
  if (scan.end === bytes.length) return;
  if (scan.soundAgainAt !== undefined) {
    throw damaged(place, `${path} is damaged from byte ${scan.end}, and sound again at byte ${scan.soundAgainAt}`);
  }
  if (!inUse) throw damaged(place, `${path} is damaged from byte ${scan.end}, and a later log goes on`);
  const lost = bytes.length - scan.end;
  place.logger.log('warn', 'cut a change that was never confirmed off the journal', {
    path,
    at: scan.end,
    bytes: lost,
  });
}

function checkHeader(path: string, { texts }: FrameScan): void {
  if (texts[0] === undefined) return;
  const { format, major, minor } = JSON.parse(texts[0]) as JournalHeader;
  const known = major === JOURNAL_FORMAT.major && minor <= JOURNAL_FORMAT.minor;
  if (format === JOURNAL_FORMAT.format && known) return;
  throw new SluiceError(
    'SLUICE_JOURNAL_FORMAT',
    `${path} is of format ${format} ${major}.${minor}; this version reads ` +
      `${JOURNAL_FORMAT.format} ${JOURNAL_FORMAT.major}.${JOURNAL_FORMAT.minor}`,
    { hints: ['It was written by a newer version: start that one, or use another data folder.'] },
  );
}

function replayLog(place: JournalPlace, before: Catalog, { path, scan }: LoadedLog): Catalog {
  let catalog = before;
  for (const [i, text] of scan.texts.entries()) {
    if (i === 0) continue;
    try {
      catalog = applyEvent(catalog, decodeEvent(text));
    } catch (cause) {
      const what = `the change at byte ${scan.starts[i]} of ${path} does not follow from what precedes it`;
      throw damaged(place, what, cause);
    }
  }
  return catalog;
}

function damaged(place: JournalPlace, what: string, cause?: unknown): SluiceError {
  return new SluiceError('SLUICE_JOURNAL_DAMAGED', `the journal of streams is damaged: ${what}`, {
    hints: [`Nothing was changed. Keep a copy of ${place.directory}, then restore it from a backup.`],
    cause,
  });
}
