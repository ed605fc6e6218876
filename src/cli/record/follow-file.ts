/** Reads a file as it grows, as `tail -F` does: through rotation by renaming, truncation, and times without the file. */
import type { Clock } from '../../runtime/clock.ts';
import { type FileFacts, fileFacts, openReadable, type ReadableFile } from '../../runtime/files.ts';

const PIECE_BYTES = 262_144;
const POLL_MS = 100;

/** What reading a growing file yields. */
export type FollowEvent =
  | { readonly kind: 'piece'; readonly bytes: Uint8Array }
  /** What follows is another file, or the same one written from its start again: a line that had no end has none. */
  | { readonly kind: 'restart'; readonly why: 'rotated' | 'truncated' };

export interface FollowOptions {
  readonly clock: Clock;
  /** Begin behind what the file holds already. */
  readonly fromEnd: boolean;
  /** Ends reading, without an error. */
  readonly signal: AbortSignal;
}

/** Yields what is in the file and what is appended, until the signal fires. */
export async function* followFile(path: string, options: FollowOptions): AsyncGenerator<FollowEvent> {
  const { clock, signal } = options;
  let file = await openReadable(path);
  try {
    let position = options.fromEnd ? (await file.facts()).bytes : 0;
    while (!signal.aborted) {
      const bytes = await file.readAt(position, PIECE_BYTES);
      if (bytes.length > 0) {
        position += bytes.length;
        yield { kind: 'piece', bytes };
        continue;
      }
      const change = fileChange(await file.facts(), await fileFacts(path), position);
      if (change === 'truncated') {
        position = 0;
        yield { kind: 'restart', why: change };
      } else if (change === 'rotated' && (await isDrained(file, position))) {
        await file.close();
        file = await openReadable(path);
        position = 0;
        yield { kind: 'restart', why: change };
      } else if (change === 'none') {
        await clock.sleep(POLL_MS, signal).catch(() => undefined);
      }
    }
  } finally {
    await file.close();
  }
}

/** What happened to the name since the file was opened. A missing name is a rotation under way: nothing yet. Pure. */
export function fileChange(
  opened: FileFacts,
  named: FileFacts | undefined,
  position: number,
): 'none' | 'rotated' | 'truncated' {
  if (named !== undefined && (named.inode !== opened.inode || named.device !== opened.device)) return 'rotated';
  return opened.bytes < position ? 'truncated' : 'none';
}

/** The writer may have appended to the old file until just before the name moved. */
async function isDrained(file: ReadableFile, position: number): Promise<boolean> {
  return (await file.readAt(position, 1)).length === 0;
}
