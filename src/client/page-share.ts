/**
 * How many records a reader asks for at once, so that the pages of all shards that are read together have one bound:
 * each reader holds one until it is taken, and a stream may have a thousand shards.
 */
import { GET_RECORDS_MAX } from '../model/limits.ts';

/** A page that waits to be taken, one on its way, and one as text. */
const PAGES_HELD = 3;
/** What a record costs beside its data. */
const RECORD_BYTES = 200;
/** Before any was seen: rather long, so that the first round is no burst. */
const FIRST_RECORD_BYTES = 10_240;

export class PageShare {
  readonly #bytesMax: number;
  #readers = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  enter(): void {
    this.#readers++;
  }

  leave(): void {
    this.#readers--;
  }

  /** Records of one page, for a reader whose records have so many bytes on average; a power of two, or all that may be. */
  recordsFor(averageBytes: number = FIRST_RECORD_BYTES): number {
    const share = this.#bytesMax / (PAGES_HELD * Math.max(1, this.#readers));
    const records = share / (averageBytes + RECORD_BYTES);
    if (records >= GET_RECORDS_MAX) return GET_RECORDS_MAX;
    return 2 ** Math.max(0, Math.floor(Math.log2(records)));
  }
}
