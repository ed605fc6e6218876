/** Cutting blocks to what a read asked for. Pure; shared by the engines, so that limits mean the same in all. */
import { RECORD_FLAG, RECORD_HEADER_BYTES, type RecordBlock } from '../model/record-batch.ts';
import type { Offset } from '../model/shard-key.ts';
import type { ReadLimit } from './store.ts';

/** Gathers blocks until a limit is met. */
export class Taking {
  readonly blocks: RecordBlock[] = [];
  #records: number;
  /** Of keys and data, but for those of blocks from `#unseen` on, which are taken without a look at their records. */
  #bytes: number;
  #unseen = 0;
  /** What those blocks hold at the most. */
  #unseenBytes = 0;
  #full = false;

  constructor(limit: ReadLimit) {
    this.#records = Math.max(1, limit.records);
    this.#bytes = limit.bytes;
  }

  /** Whether nothing more will be taken. */
  get full(): boolean {
    return this.#full;
  }

  /** Takes what fits of the records at or after `from`. */
  take(block: RecordBlock, from: number): void {
    const { starts, count } = block;
    const skip = Math.max(0, from - block.first);
    if (skip >= count) return;
    let end = Math.min(count, skip + this.#records);
    this.#unseenBytes += starts[end]! - starts[skip]!;
    const mayBeTooMuch = this.#unseenBytes >= this.#bytes;
    if (mayBeTooMuch) {
      this.#see();
      end = this.#endOf(block, skip, end);
    }
    this.#records -= end - skip;
    this.#full = end < count || this.#records < 1 || this.#bytes < 1;
    if (end > skip) this.blocks.push(skip === 0 && end === count ? block : part(block, skip, end));
    if (mayBeTooMuch) this.#unseen = this.blocks.length;
  }

  /** Counts what was taken without a look. */
  #see(): void {
    for (; this.#unseen < this.blocks.length; this.#unseen++) {
      const block = this.blocks[this.#unseen]!;
      for (let i = 0; i < block.count; i++) this.#bytes -= payloadBytes(block, i);
    }
    this.#unseenBytes = 0;
  }

  /** The first record of all is taken however long it is. */
  #endOf(block: RecordBlock, skip: number, end: number): number {
    for (let i = skip; i < end; i++) {
      const bytes = payloadBytes(block, i);
      const isFirst = i === skip && this.blocks.length === 0;
      if (bytes > this.#bytes && !isFirst) return i;
      this.#bytes -= bytes;
    }
    return end;
  }
}

/** Bytes of key and data of record `i`. */
function payloadBytes(block: RecordBlock, i: number): number {
  const start = block.starts[i]!;
  const header = block.arena[start + 2]! & RECORD_FLAG.EXPLICIT_HASH ? RECORD_HEADER_BYTES + 16 : RECORD_HEADER_BYTES;
  return block.starts[i + 1]! - start - header;
}

function part(block: RecordBlock, begin: number, end: number): RecordBlock {
  return {
    arena: block.arena,
    starts: block.starts.subarray(begin, end + 1),
    count: end - begin,
    first: (block.first + begin) as Offset,
    next: end === block.count ? block.next : ((block.first + end) as Offset),
    arrivalMs: block.arrivalMs,
  };
}
