/** The end of the newest segment after an unclean stop. */
import { DISK_SLICE_BYTES } from '../../model/limits.ts';
import type { Disk, DiskFile } from '../../runtime/disk.ts';
import type { Logger } from '../../runtime/logger.ts';
import { writeAll } from './layout.ts';
import type { Scan } from './scan.ts';
import type { Segment } from './segment.ts';

/**
 * Cuts off a torn tail, and writes again and syncs what was not known to be on disk: after a failed sync the kernel
 * may have shown us pages that the disk does not have. The mark of a clean stop vouches for all before it, not for itself.
 */
export async function persistAgain(
  { disk, logger }: { readonly disk: Disk; readonly logger: Logger },
  segment: Segment,
  scan: Scan,
): Promise<void> {
  const file = await disk.open(segment.path, 'update');
  try {
    const size = await file.size();
    if (size > scan.end) {
      await file.truncate(scan.end);
      logger.log('warn', 'cut off an unfinished commit', {
        file: segment.path,
        position: scan.end,
        bytes: size - scan.end,
      });
    }
    await rewrite(file, scan.durable, scan.end);
    await file.sync();
    segment.readable = scan.end;
  } finally {
    await file.close();
  }
}

async function rewrite(file: DiskFile, from: number, to: number): Promise<void> {
  const slice = new Uint8Array(Math.min(DISK_SLICE_BYTES, Math.max(to - from, 0)));
  for (let at = from; at < to; at += slice.length) {
    const bytes = slice.subarray(0, Math.min(slice.length, to - at));
    await file.read(bytes, at);
    await writeAll(file, bytes, at);
  }
}
