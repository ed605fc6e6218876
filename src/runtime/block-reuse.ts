/**
 * Large blocks of memory, once freed, used again. Above a threshold glibc gives a freed block back to the system, and the
 * next of its size costs a fault for every page it touches. The threshold starts at 128 KiB and becomes the size of the
 * largest block freed so far, up to 32 MiB (mallopt(3), M_MMAP_THRESHOLD). Other C libraries do as they like.
 */

/** For the whole process, from the next collection on: blocks of up to 8 MiB are used again, and up to 16 MiB of free ones kept. */
export function reuseLargeBlocks(): void {
  Buffer.allocUnsafeSlow(8 * 1_048_576);
}
