/**
 * A long answer to GetRecords, in JSON, rendered piece by piece while it is sent: the same memory of a MiB serves
 * all of it, where a buffer for the whole would be fresh memory of megabytes each time.
 */
import type { ReadPage } from '../model/delivery.ts';
import type { RecordBlock } from '../model/record-batch.ts';
import { HEAD, openingOf, RecordWriter, renderedBytes, renderPageEndJson } from './get-records-render.ts';
import { nativeView } from './native-buffer.ts';

const PIECE_BYTES = 1_048_576;

/** Memory of at least so many bytes, with arbitrary contents. */
type Take = (bytes: number) => Uint8Array;

/** Records `from` to before `to` of a block, and what they are rendered to, with commas. */
interface Stretch {
  readonly block: RecordBlock;
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

/** A body whose length is known before it is made. */
export class PiecewisePage {
  readonly #page: ReadPage;
  readonly #end: Uint8Array;
  readonly #stretches: readonly Stretch[];
  #next = 0;
  /** Of the whole body. */
  readonly bytes: number;

  /** At least one record. */
  constructor(page: ReadPage) {
    this.#page = page;
    this.#end = renderPageEndJson(page);
    this.#stretches = page.blocks.flatMap(stretchesOf);
    // The last comma gives its place to the bracket.
    this.bytes = this.#stretches.reduce((sum, { bytes }) => sum + bytes, HEAD.length + this.#end.length);
  }

  /** The next piece, in memory that `take` gives; undefined at the end. */
  next(take: Take): Uint8Array | undefined {
    const stretches = this.#stretches;
    const begin = this.#next;
    if (begin >= stretches.length) return undefined;
    let bytes = stretches[begin]!.bytes;
    let to = begin + 1;
    while (to < stretches.length && bytes + stretches[to]!.bytes <= PIECE_BYTES) bytes += stretches[to++]!.bytes;
    this.#next = to;
    const out = nativeView(take(bytes + HEAD.length + this.#end.length));
    const writer = new RecordWriter(out, begin === 0 ? out.latin1Write(HEAD, 0) : 0);
    for (const stretch of stretches.slice(begin, to)) writer.writeRecords(this.#page.shard, stretch.block, stretch);
    if (to < stretches.length) return out.subarray(0, writer.at);
    const end = writer.at - 1;
    out[end] = CLOSING;
    out.set(this.#end, end + 1);
    return out.subarray(0, end + 1 + this.#end.length);
  }
}

const CLOSING = 0x5d;

/** A block in parts of up to PIECE_BYTES, or of one record. */
function stretchesOf(block: RecordBlock): Stretch[] {
  const opening = openingOf(block.arrivalMs).length;
  const stretches: Stretch[] = [];
  let from = 0;
  let bytes = 0;
  for (let i = 0; i < block.count; i++) {
    const more = renderedBytes(block, i, opening);
    if (i > from && bytes + more > PIECE_BYTES) {
      stretches.push({ block, from, to: i, bytes });
      from = i;
      bytes = 0;
    }
    bytes += more;
  }
  stretches.push({ block, from, to: block.count, bytes });
  return stretches;
}
