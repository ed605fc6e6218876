/** Cuts CSV into rows: a line feed inside of quotes is part of a field. Rows keep their text; a CR before the end goes. Pure. */
import { type Emit, type Framing, HeldBytes } from './held-bytes.ts';

const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const QUOTE = 0x22;

export class CsvFraming implements Framing {
  readonly #held: HeldBytes;
  readonly #bytesMax: number;
  #isQuoted = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
    this.#held = new HeldBytes(bytesMax);
  }

  push(piece: Uint8Array, emit: Emit): void {
    let start = 0;
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i]!;
      // A quote written twice inside of quotes leaves and enters again: the state is right either way.
      if (byte === QUOTE) this.#isQuoted = !this.#isQuoted;
      if (byte !== LINE_FEED || this.#isQuoted) continue;
      if (this.#held.isOpen) {
        this.#held.add(piece.subarray(start, i));
        this.#held.emit((bytes, from, to) => this.#row(bytes, { from, to, emit }));
      } else {
        this.#row(piece, { from: start, to: Math.min(i, start + this.#bytesMax + 1), emit });
      }
      start = i + 1;
    }
    if (start < piece.length) this.#held.add(piece.subarray(start));
  }

  end(emit: Emit): void {
    this.#isQuoted = false;
    if (this.#held.isOpen) this.#held.emit((bytes, from, to) => this.#row(bytes, { from, to, emit }));
  }

  #row(bytes: Uint8Array, { from, to, emit }: { readonly from: number; readonly to: number; readonly emit: Emit }) {
    emit(bytes, from, to > from && bytes[to - 1] === RETURN ? to - 1 : to);
  }
}
