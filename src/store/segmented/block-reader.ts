/**
 * Reads a segment's blocks from the disk, each checked whole. Reads ahead more the longer it is used in sequence.
 * Buffers are never used again, so records may be views of them.
 */
import { DISK_SLICE_BYTES } from '../../model/limits.ts';
import type { DiskFile } from '../../runtime/disk.ts';
import {
  BLOCK_HEADER_BYTES,
  type BlockHeader,
  blockSeed,
  freshBytes,
  isWhole,
  readBlockHeader,
  type SegmentName,
} from './frame.ts';

const AHEAD_BYTES_MIN = 131_072;

export interface Block {
  readonly position: number;
  readonly header: BlockHeader;
  readonly bytes: Uint8Array;
}

export class BlockReader {
  readonly #file: DiskFile;
  readonly #name: SegmentName;
  /** Nothing at or beyond it is read. */
  readonly end: number;
  #held = new Uint8Array(0);
  #heldFrom = 0;
  #ahead = AHEAD_BYTES_MIN;

  constructor(file: DiskFile, name: SegmentName, end: number) {
    this.#file = file;
    this.#name = name;
    this.end = end;
  }

  /**
   * The block that starts at `position`; undefined when there is no whole one. `until`: where a block begins, as a rule, up
   * to which the caller goes on; where that is near, just so much is read.
   */
  async at(position: number, until = position): Promise<Block | undefined> {
    const start = await this.#bytes(position, BLOCK_HEADER_BYTES, until);
    const header = start && readBlockHeader(start, 0);
    if (header === undefined) return undefined;
    const bytes = await this.#bytes(position, header.length, until);
    if (bytes === undefined || !isWhole(bytes, blockSeed(this.#name, position))) return undefined;
    return { position, header, bytes };
  }

  async #bytes(position: number, length: number, until: number): Promise<Uint8Array | undefined> {
    if (position + length > this.end) return undefined;
    const heldTo = this.#heldFrom + this.#held.length;
    if (position < this.#heldFrom || position + length > heldTo) {
      const inSequence = position >= this.#heldFrom && position <= heldTo && this.#held.length > 0;
      this.#ahead = inSequence ? Math.min(this.#ahead * 2, DISK_SLICE_BYTES) : AHEAD_BYTES_MIN;
      const known = until - position;
      const ahead = known >= AHEAD_BYTES_MIN && known <= DISK_SLICE_BYTES ? known : this.#ahead;
      this.#held = await this.#fill(position, Math.max(length, ahead));
      this.#heldFrom = position;
    }
    const from = position - this.#heldFrom;
    return from + length <= this.#held.length ? this.#held.subarray(from, from + length) : undefined;
  }

  async #fill(position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const into = freshBytes(Math.min(length, this.end - position));
    for (let filled = 0; filled < into.length; ) {
      const slice = into.subarray(filled, filled + DISK_SLICE_BYTES);
      const count = await this.#file.read(slice, position + filled);
      filled += count;
      if (count < slice.length) return into.subarray(0, filled);
    }
    return into;
  }
}
