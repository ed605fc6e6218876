/** A disk that tells what is done with it: bytes written and read, and how long each sync took. */
import type { Clock } from './clock.ts';
import type { Disk, DiskFile } from './disk.ts';

export interface DiskMeter {
  written(bytes: number): void;
  read(bytes: number): void;
  /** Also when the sync failed. */
  synced(ms: number): void;
}

/** `disk`, with `meter` told of what its files do. */
export function meteredDisk(disk: Disk, clock: Pick<Clock, 'monotonic'>, meter: DiskMeter): Disk {
  const timed = async (sync: () => Promise<void>): Promise<void> => {
    const beganMs = clock.monotonic();
    try {
      await sync();
    } finally {
      meter.synced(clock.monotonic() - beganMs);
    }
  };
  return {
    open: async (path, mode, hints) => meteredFile(await disk.open(path, mode, hints), meter, timed),
    syncDirectory: (path) => timed(() => disk.syncDirectory(path)),
    list: (directory) => disk.list(directory),
    makeDirectory: (path) => disk.makeDirectory(path),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    stat: (path) => disk.stat(path),
    freeBytes: (path) => disk.freeBytes(path),
  };
}

function meteredFile(file: DiskFile, meter: DiskMeter, timed: (sync: () => Promise<void>) => Promise<void>): DiskFile {
  return {
    async write(bytes, position) {
      const written = await file.write(bytes, position);
      meter.written(written);
      return written;
    },
    async read(into, position) {
      const read = await file.read(into, position);
      meter.read(read);
      return read;
    },
    sync: () => timed(() => file.sync()),
    truncate: (length) => file.truncate(length),
    size: () => file.size(),
    close: () => file.close(),
  };
}
