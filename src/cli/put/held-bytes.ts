/** What every way of cutting bytes into records has in common: handing records out, and holding one that is not whole. */

/** Takes a record, `bytes[start, end)`, which may be a view of a piece. */
export type Emit = (bytes: Uint8Array, start: number, end: number) => void;

/** A way to cut. A longer record than it holds comes as one byte too many, the rest skipped: the taker sees it is too long. */
export interface Framing {
  push(piece: Uint8Array, emit: Emit): void;
  /** What follows is another source, or nothing: the last record needs no end, unless its form says so. */
  end(emit: Emit): void;
}

/** Bytes of a record that is not whole yet: at most one more than it may have. */
export class HeldBytes {
  readonly #bytesMax: number;
  #parts: Uint8Array[] = [];
  #length = 0;
  /** Something of the record has come, be it nothing but its beginning. */
  isOpen = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(part: Uint8Array): void {
    this.isOpen = true;
    const room = this.#bytesMax + 1 - this.#length;
    if (part.length === 0 || room <= 0) return;
    const kept = part.subarray(0, room);
    this.#parts.push(kept);
    this.#length += kept.length;
  }

  /** Hands the record out and holds nothing. */
  emit(emit: Emit): void {
    const [parts, length] = [this.#parts, this.#length];
    this.#parts = [];
    this.#length = 0;
    this.isOpen = false;
    emit(parts.length === 1 ? parts[0]! : Buffer.concat(parts), 0, length);
  }
}
