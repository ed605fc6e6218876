/**
 * Names of files and the identity of a store:
 *
 *   store.json                           format, uuid, created
 *   lane-0/0000000000000001.seg  .idx    segments by id in hex, and the cache of their index
 *   lane-0/*.tmp                         unfinished; removed at start
 *   quarantine/                          copies of damaged segments
 *
 * store.json becomes durable after the lane's directory, so a store.json without a lane means that data is gone.
 */
import type { Clock } from '../../runtime/clock.ts';
import type { Disk, DiskFile } from '../../runtime/disk.ts';
import type { Random } from '../../runtime/random.ts';
import { StoreError } from '../store.ts';
import { FORMAT_MAJOR, FORMAT_MINOR, UnknownFormatError } from './segment-header.ts';

export interface Layout {
  readonly lane: string;
  readonly quarantine: string;
  readonly uuid: string;
}

export interface LayoutOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly directory: string;
}

/** Path of a segment. */
export function segmentPath(lane: string, id: number): string {
  return `${lane}/${id.toString(16).padStart(16, '0')}.seg`;
}

/** Path of the index beside a segment. */
export function indexPath(lane: string, id: number): string {
  return `${lane}/${id.toString(16).padStart(16, '0')}.idx`;
}

/** The id in a file name of the given ending; undefined for other names. */
export function idInName(name: string, ending: 'seg' | 'idx'): number | undefined {
  const match = /^([0-9a-f]{16})\.(seg|idx)$/.exec(name);
  return match?.[2] === ending ? Number.parseInt(match[1]!, 16) : undefined;
}

/**
 * Finds the store in a directory, or makes a new one where there is none.
 * @throws {StoreError} 'failed' when part of a store is missing: nothing empty is ever made over it.
 */
export async function openLayout(options: LayoutOptions): Promise<Layout> {
  const { disk, directory } = options;
  const found = await findLayout(disk, directory);
  if (found !== undefined) {
    // The run that made it may have ended before its name was durable.
    await disk.syncDirectory(directory);
    return found;
  }
  const { lane, quarantine, path } = placesIn(directory);
  await disk.makeDirectory(lane);
  await disk.syncDirectory(directory);
  const uuid = options.random.uuid();
  const identity = { format: `${FORMAT_MAJOR}.${FORMAT_MINOR}`, uuid, createdMs: options.clock.now() };
  await writeNew(disk, path, new TextEncoder().encode(`${JSON.stringify(identity)}\n`));
  await disk.syncDirectory(directory);
  return { lane, quarantine, uuid };
}

/** The store in a directory, undefined where there is none. @throws {StoreError} 'failed' when part of it is missing. */
export async function findLayout(disk: Disk, directory: string): Promise<Layout | undefined> {
  const { lane, quarantine, path } = placesIn(directory);
  const laneThere = (await disk.stat(lane)) !== undefined;
  if ((await disk.stat(path)) !== undefined) {
    if (!laneThere) throw new StoreError('failed', `${path} says there is a store, but ${lane} is missing`);
    return { lane, quarantine, uuid: await readUuid(disk, path) };
  }
  if (laneThere && (await disk.list(lane)).length > 0) {
    throw new StoreError('failed', `${lane} holds files, but ${path} is missing: put it back from a copy`);
  }
  return undefined;
}

function placesIn(directory: string) {
  return { lane: `${directory}/lane-0`, quarantine: `${directory}/quarantine`, path: `${directory}/store.json` };
}

async function readUuid(disk: Disk, path: string): Promise<string> {
  const bytes = await readWhole(disk, path);
  let identity: unknown;
  try {
    identity = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new StoreError('failed', `${path} is damaged: put it back from a copy`, { cause: error });
  }
  const { format, uuid } = (identity ?? {}) as { format?: unknown; uuid?: unknown };
  if (typeof format !== 'string' || typeof uuid !== 'string') throw new StoreError('failed', `${path} is damaged`);
  if (Number.parseInt(format, 10) !== FORMAT_MAJOR) throw new UnknownFormatError(path, format);
  return uuid;
}

/** The bytes of a file. */
export async function readWhole(disk: Disk, path: string): Promise<Uint8Array> {
  const file = await disk.open(path, 'read');
  try {
    const bytes = new Uint8Array(await file.size());
    return bytes.subarray(0, await file.read(bytes, 0));
  } finally {
    await file.close();
  }
}

/**
 * Writes a file beside its place, syncs it and moves it there. The caller syncs the directory.
 * A leftover of an earlier try is replaced.
 */
export async function writeNew(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const file = await createUnfinished(disk, path);
  try {
    await writeAll(file, bytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(unfinishedPath(path), path);
}

/** Where a file is written before it moves to its place. */
export function unfinishedPath(path: string): string {
  return `${path}.tmp`;
}

/** An empty file beside its place. */
export async function createUnfinished(disk: Disk, path: string): Promise<DiskFile> {
  const unfinished = unfinishedPath(path);
  if ((await disk.stat(unfinished)) !== undefined) await disk.remove(unfinished);
  return disk.open(unfinished, 'create');
}

/** Writes all of `bytes`, or fails as a full disk does. */
export async function writeAll(file: DiskFile, bytes: Uint8Array, position: number): Promise<void> {
  const count = await file.write(bytes, position);
  if (count !== bytes.length) {
    throw Object.assign(new Error(`only ${count} of ${bytes.length} bytes were written`), { code: 'ENOSPC' });
  }
}

/** What a failed call lacked, in words, when it may have it later: nothing is broken then, and nothing was written. */
export function shortageIn(error: unknown): string | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === 'ENOSPC' || code === 'EDQUOT') return `the disk is full: ${message}`;
  return code === 'EMFILE' || code === 'ENFILE' ? `no more files can be opened: ${message}` : undefined;
}
