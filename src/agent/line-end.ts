/** Where the last line of a file ends that has an end: reading "from the end" starts there, so no line is cut in two. */
import type { LogFile, LogFiles } from '../runtime/log-files.ts';
import { systemCode } from '../runtime/sluice-error.ts';
import { bytesAt, compareIdentity, type FileIdentity } from './identity.ts';

const BLOCK_BYTES = 65_536;
const LINE_FEED = 10;

/** The position after the last line feed; 0 when there is none. `width`: bytes of a character, 2 in UTF-16. */
export async function endOfLines(
  files: LogFiles,
  found: { readonly path: string; readonly identity: FileIdentity; readonly bytes: number },
  width: 1 | 2,
): Promise<number> {
  let file: LogFile | undefined;
  try {
    file = await files.open(found.path);
    // Another file got the name since: better old lines than a torn one.
    if (compareIdentity(await file.facts(), found.identity) !== 'same') return 0;
    return await lastLineEnd(file, found.bytes, width);
  } catch (error) {
    if (systemCode(error) === '') throw error;
    // It cannot be read now: whatever is there stays behind.
    return found.bytes;
  } finally {
    await file?.close();
  }
}

async function lastLineEnd(file: LogFile, end: number, width: 1 | 2): Promise<number> {
  for (let to = end; to > 0; ) {
    const from = Math.max(0, to - BLOCK_BYTES);
    const bytes = await bytesAt(file, from, to - from);
    for (let i = bytes.length - 1; i >= 0; i--) {
      const at = from + i;
      if (bytes[i] !== LINE_FEED) continue;
      if (width === 1) return at + 1;
      // Little-endian: the line feed is the low byte, at an even place, and its high byte is 0.
      if (at % 2 === 0 && at + 2 <= end && (await bytesAt(file, at + 1, 1))[0] === 0) return at + 2;
    }
    to = from;
  }
  return 0;
}
