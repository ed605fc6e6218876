/** What this process takes of the machine, and what is left of a disk. */
import { statfs } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface ProcessFigures {
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** User and system time since the process began. */
  readonly cpuMs: number;
}

/** As it is now. */
export function processFigures(): ProcessFigures {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return { rssBytes: rss, heapBytes: heapUsed, cpuMs: Math.round((user + system) / 1_000) };
}

export interface DiskSpace {
  /** What this user may still write. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Of the file system that holds `path`; undefined when it does not say. */
export async function diskSpace(path: string): Promise<DiskSpace | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(path);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return undefined;
  }
}

/** Between two looks of Node at its own event loop: often enough to see what a client feels, and idle programs stay idle. */
const LOOK_MS = 50;
const MS_NANOS = 1_000_000;

/** How late the event loop is. */
export interface LoopLag {
  /** The longest delay since the last call, in milliseconds. One that begins within LOOK_MS after a call may go unseen. */
  take(): number;
  close(): void;
}

/** Begins to look. */
export function watchLoopLag(): LoopLag {
  const delays = monitorEventLoopDelay({ resolution: LOOK_MS });
  delays.enable();
  return {
    take() {
      const longest = Math.max(0, delays.max / MS_NANOS - LOOK_MS);
      delays.reset();
      return Math.round(longest);
    },
    close: () => void delays.disable(),
  };
}
