/** Cuts bytes into lines, without their line feeds. A line may come in any number of pieces; memory is bounded. */

const LINE_FEED = 10;

export class LineSplitter {
  readonly #bytesMax: number;
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  /** A longer line is handed out as `bytesMax + 1` bytes and the rest of it skipped, so that the taker sees it is too long. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The lines that end in `piece`; they may be views of it. */
  *push(piece: Uint8Array): Generator<Uint8Array> {
    let start = 0;
    for (;;) {
      const end = piece.indexOf(LINE_FEED, start);
      if (end < 0) break;
      const part = piece.subarray(start, end);
      yield this.#held.length === 0 ? this.#bounded(part) : this.#join(part);
      start = end + 1;
    }
    this.#hold(piece.subarray(start));
  }

  /** The last line when nothing ended it; undefined when nothing is held. */
  end(): Uint8Array | undefined {
    return this.#held.length === 0 ? undefined : this.#join(new Uint8Array(0));
  }

  #hold(part: Uint8Array): void {
    const room = this.#bytesMax + 1 - this.#heldBytes;
    if (part.length === 0 || room <= 0) return;
    this.#held.push(part.subarray(0, room));
    this.#heldBytes += Math.min(part.length, room);
  }

  #join(last: Uint8Array): Uint8Array {
    this.#hold(last);
    const line = this.#held.length === 1 ? this.#held[0]! : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    return line;
  }

  #bounded(line: Uint8Array): Uint8Array {
    return line.length > this.#bytesMax ? line.subarray(0, this.#bytesMax + 1) : line;
  }
}
