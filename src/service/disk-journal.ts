/**
 * The journal in files: every event has its own sync before anyone sees it. Beyond JOURNAL_BYTES_MAX a new log begins
 * and a snapshot is taken; the two newest starting points are kept.
 */
import { dirname } from 'node:path';
import { applyEvent, type Catalog, type CatalogEvent } from '../model/catalog.ts';
import { encodeCatalog, encodeEvent } from '../model/catalog-json.ts';
import { JOURNAL_BYTES_MAX } from '../model/limits.ts';
import type { DiskFile } from '../runtime/disk.ts';
import { SluiceError, systemCode } from '../runtime/sluice-error.ts';
import type { Journal, JournalHealth } from './journal.ts';
import { type JournalPlace, type LoadedLog, loadJournal, logPath, numbersOf, snapshotPath } from './journal-files.ts';
import { encodeFrame, encodeHeader } from './journal-frames.ts';

const BASES_KEPT = 2;

export interface JournalOptions extends JournalPlace {
  /** A log is rolled beyond it. */
  readonly logBytesMax?: number | undefined;
}

/** Opens the journal of a directory, or begins one. @throws {SluiceError} when it is damaged or of a newer format. */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { disk, directory } = options;
  await disk.makeDirectory(directory);
  await disk.syncDirectory(dirname(directory));
  const loaded = await loadJournal(options);
  const { log } = loaded;
  const number = log?.number ?? 0;
  const unused = (await numbersOf(options, 'log')).filter((other) => log !== undefined && other > number);
  for (const other of unused) await disk.remove(logPath(options, other));
  const [from, isNew, headless] = [loaded.bases.at(-1), log === undefined, log?.scan.texts.length === 0];
  options.logger.log('debug', 'opened the journal', { log: number, from, unused: unused.length, isNew, headless });
  const open =
    log === undefined || log.scan.texts.length === 0 ? await beginLog(options, number) : await reopenLog(options, log);
  return new DiskJournal(options, { ...loaded, number, ...open });
}

interface OpenLog {
  readonly file: DiskFile;
  /** Where the next frame goes. */
  readonly end: number;
}

/** A new log with its header, durable. What an earlier attempt left is removed. */
async function beginLog(place: JournalPlace, number: number): Promise<OpenLog> {
  const path = logPath(place, number);
  if ((await place.disk.stat(path)) !== undefined) await place.disk.remove(path);
  const file = await place.disk.open(path, 'create');
  const header = encodeHeader('log', number);
  await writeAll(file, header, 0);
  await file.sync();
  await place.disk.syncDirectory(place.directory);
  return { file, end: header.length };
}

/** Cuts the torn tail off and writes the last frame again: it may have been read from memory only. */
async function reopenLog(place: JournalPlace, { path, bytes, scan }: LoadedLog): Promise<OpenLog> {
  const { end } = scan;
  const lastStart = scan.starts.at(-1)!;
  const file = await place.disk.open(path, 'update');
  if (end < bytes.length) await file.truncate(end);
  await writeAll(file, bytes.subarray(lastStart, end), lastStart);
  await file.sync();
  await place.disk.syncDirectory(place.directory);
  return { file, end };
}

async function writeAll(file: DiskFile, bytes: Uint8Array, position: number): Promise<void> {
  const written = await file.write(bytes, position);
  if (written < bytes.length) throw new SluiceError('SLUICE_DISK_FULL', 'the disk took only a part of a change');
}

class DiskJournal implements Journal {
  readonly #place: JournalPlace;
  readonly #logBytesMax: number;
  #catalog: Catalog;
  #bases: readonly number[];
  #number: number;
  #file: DiskFile;
  #end: number;
  #rollAt: number;
  /** Once the disk has failed nothing more is written: what it says afterwards cannot be trusted. */
  #failure: Error | undefined;
  #isChanged = false;

  constructor(
    options: JournalOptions,
    state: OpenLog & { catalog: Catalog; bases: readonly number[]; number: number },
  ) {
    this.#place = options;
    this.#logBytesMax = options.logBytesMax ?? JOURNAL_BYTES_MAX;
    this.#catalog = state.catalog;
    this.#bases = state.bases;
    this.#number = state.number;
    this.#file = state.file;
    this.#end = state.end;
    this.#rollAt = this.#logBytesMax;
  }

  get catalog(): Catalog {
    return this.#catalog;
  }

  health(): JournalHealth {
    return this.#failure === undefined ? { state: 'ok' } : { state: 'failed', reason: this.#failure.message };
  }

  async append(event: CatalogEvent): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const next = applyEvent(this.#catalog, event);
    const frame = encodeFrame(encodeEvent(event));
    await this.#write(frame);
    try {
      await this.#file.sync();
    } catch (cause) {
      throw this.#fail(cause);
    }
    this.#end += frame.length;
    this.#isChanged = true;
    this.#catalog = next;
    if (this.#end > this.#rollAt) await this.#roll();
  }

  /** A full disk is no failure: what was written is cut off, and the next event may find room again. */
  async #write(frame: Uint8Array): Promise<void> {
    try {
      await writeAll(this.#file, frame, this.#end);
    } catch (cause) {
      const full =
        systemCode(cause) === 'ENOSPC' || (cause instanceof SluiceError && cause.code === 'SLUICE_DISK_FULL');
      if (!full) throw this.#fail(cause);
      await this.#file.truncate(this.#end).catch((error: unknown) => {
        throw this.#fail(error);
      });
      throw new SluiceError('SLUICE_DISK_FULL', `no room for a change in ${this.#place.directory}`, { cause });
    }
  }

  #fail(cause: unknown): Error {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `the journal in ${this.#place.directory} could not be written (${reason}); it stays closed until a restart`;
    this.#failure = new SluiceError('SLUICE_JOURNAL_FAILED', message, { cause });
    return this.#failure;
  }

  /** The new log exists before its snapshot, so whichever of them is there after a crash, nothing is missing. */
  async #roll(): Promise<void> {
    const { logger } = this.#place;
    this.#rollAt = this.#end + this.#logBytesMax;
    try {
      const old = this.#file;
      const { file, end } = await beginLog(this.#place, this.#number + 1);
      this.#file = file;
      this.#end = end;
      this.#number += 1;
      this.#rollAt = this.#logBytesMax;
      await old.close();
      await this.#takeSnapshot();
      await this.#removeOld();
    } catch (error) {
      logger.log('warn', 'the journal grows on: no new snapshot could be taken', { error: String(error) });
    }
  }

  async #takeSnapshot(): Promise<void> {
    const { disk, directory } = this.#place;
    const path = snapshotPath(this.#place, this.#number);
    const temporary = `${path}.tmp`;
    if ((await disk.stat(temporary)) !== undefined) await disk.remove(temporary);
    const file = await disk.open(temporary, 'create');
    try {
      const header = encodeHeader('snapshot', this.#number);
      await writeAll(file, header, 0);
      await writeAll(file, encodeFrame(encodeCatalog(this.#catalog)), header.length);
      await file.sync();
    } finally {
      await file.close();
    }
    await disk.rename(temporary, path);
    await disk.syncDirectory(directory);
    this.#bases = [...this.#bases, this.#number].slice(-BASES_KEPT);
  }

  async #removeOld(): Promise<void> {
    const { disk, directory } = this.#place;
    const oldest = this.#bases[0]!;
    for (const number of await numbersOf(this.#place, 'snapshot')) {
      if (number < oldest) await disk.remove(snapshotPath(this.#place, number));
    }
    for (const number of await numbersOf(this.#place, 'log')) {
      if (number < oldest) await disk.remove(logPath(this.#place, number));
    }
    await disk.syncDirectory(directory);
  }

  /** Something sound behind the last change tells damage to it from a change that was never confirmed. */
  async close(): Promise<void> {
    const { epoch, tokenKey } = this.#catalog;
    if (this.#isChanged && this.#failure === undefined) {
      await this.append({ kind: 'serviceStarted', epoch, tokenKey }).catch((error) => {
        this.#place.logger.log('warn', 'no mark behind the last change', { reason: String(error) });
      });
    }
    await this.#file.close();
  }
}
