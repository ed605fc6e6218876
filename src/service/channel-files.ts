/**
 * Files of channels: DIR/<bucket>/<folder>/<year>/<month>/<day>/<hour>/<name>. A file is there whole or not at all, and
 * one of the same name is replaced.
 */
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FolderPlace } from '../model/channel.ts';
import type { EpochMs } from '../model/time.ts';
import { civilTime } from '../runtime/calendar.ts';
import type { Disk } from '../runtime/disk.ts';

const gzipped = promisify(gzip);

/** Where channels put their files. */
export interface ChannelFolder {
  readonly disk: Disk;
  /** Absolute. */
  readonly directory: string;
}

export interface ChannelFile {
  readonly place: FolderPlace;
  /** Of the first record: says which hour the file belongs to. */
  readonly arrivalMs: EpochMs;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly compression: 'NONE' | 'GZIP';
}

/** The file is on disk under its name when this returns. */
export async function writeChannelFile({ disk, directory }: ChannelFolder, file: ChannelFile): Promise<void> {
  const { place, arrivalMs, name, compression } = file;
  const { year, month, day, hour } = civilTime(arrivalMs, 'utc');
  const bucket = place.bucketArn.slice(place.bucketArn.lastIndexOf(':') + 1);
  const time = [year, month, day, hour].map((part) => String(part).padStart(2, '0'));
  const path = join(directory, bucket, place.folder, ...time, compression === 'GZIP' ? `${name}.gz` : name);
  const bytes = compression === 'GZIP' ? await gzipped(file.bytes) : file.bytes;
  await disk.makeDirectory(dirname(path));
  await replaceFile(disk, path, bytes);
}

async function replaceFile(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.tmp`;
  if ((await disk.stat(unfinished)) !== undefined) await disk.remove(unfinished);
  const file = await disk.open(unfinished, 'create');
  try {
    const count = await file.write(bytes, 0);
    if (count !== bytes.length) throw new Error(`only ${count} of ${bytes.length} bytes of ${path} could be written`);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(unfinished, path);
  await disk.syncDirectory(dirname(path));
}
