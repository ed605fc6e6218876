/** Cutting blocks to what a read asked for. Pure; shared by the engines, so that limits mean the same in all. */
import { RECORD_FLAG, RECORD_HEADER_BYTES, type RecordBlock } from '../model/record-batch.ts';
import type { Offset } from '../model/shard-key.ts';
import type { ReadLimit } from './store.ts';

/** Gathers blocks until a limit is met. */
export class Taking {
  readonly blocks: RecordBlock[] = [];
  #records: number;
  #bytes: number;
  #full = false;

  constructor(limit: ReadLimit) {
    this.#records = limit.records;
    this.#bytes = limit.bytes;
  }

  /** Whether nothing more will be taken. */
  get full(): boolean {
    return this.#full;
  }

  /** Bytes of keys and data that may still come. */
  get bytesLeft(): number {
    return this.#bytes;
  }

  /** Takes what fits of the records at or after `from`. */
  take(block: RecordBlock, from: number): void {
    const skip = Math.max(0, from - block.first);
    const end = this.#endOf(block, skip);
    if (end < block.count) this.#full = true;
    if (end > skip) this.blocks.push(skip === 0 && end === block.count ? block : part(block, skip, end));
  }

  #endOf(block: RecordBlock, skip: number): number {
    let i = skip;
    for (; i < block.count; i++) {
      const bytes = payloadBytes(block, i);
      const first = i === skip && this.blocks.length === 0;
      if (!first && (this.#records < 1 || bytes > this.#bytes)) break;
      this.#records--;
      this.#bytes -= bytes;
    }
    if (this.#records < 1 || this.#bytes < 1) this.#full = true;
    return i;
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
