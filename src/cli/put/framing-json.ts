/**
 * Cuts JSON values that follow each other, with or without white space or commas between them; the elements of an array
 * at the top are records of their own. Looks at the structure only: what is wrong inside of a value stays in it. Pure.
 */
import { usageError } from '../cli-error.ts';
import { type Emit, type Framing, HeldBytes } from './held-bytes.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Between values, in a value with brackets, in a string, or in a number or word. */
type Place = 'between' | 'nested' | 'string' | 'word';

export class JsonFraming implements Framing {
  readonly #held: HeldBytes;
  #place: Place = 'between';
  /** Brackets of the value that are open. */
  #depth = 0;
  #isEscaped = false;
  #inArray = false;

  constructor(bytesMax: number) {
    this.#held = new HeldBytes(bytesMax);
  }

  push(piece: Uint8Array, emit: Emit): void {
    let start = 0;
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i]!;
      if (this.#place === 'between') {
        start = i;
        this.#open(byte);
      } else if (this.#place === 'string') {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) this.#place = 'nested';
        if (this.#place === 'nested' && this.#depth === 0) this.#emit(piece.subarray(start, i + 1), emit);
      } else if (this.#place === 'word') {
        if (!isWordEnd(byte)) continue;
        this.#emit(piece.subarray(start, i), emit);
        // The byte that ended the word may begin something.
        start = i;
        this.#open(byte);
      } else {
        if (byte === QUOTE) this.#place = 'string';
        else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) this.#depth++;
        else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) this.#depth--;
        if (this.#depth === 0) this.#emit(piece.subarray(start, i + 1), emit);
      }
    }
    if (this.#place !== 'between') this.#held.add(piece.subarray(start));
  }

  end(emit: Emit): void {
    if (this.#place === 'word') this.#emit(new Uint8Array(0), emit);
    if (this.#place !== 'between') throw usageError('the input ends in the middle of a JSON value');
    if (this.#inArray) throw usageError('the input ends before the array is closed');
  }

  #emit(last: Uint8Array, emit: Emit): void {
    this.#place = 'between';
    this.#held.add(last);
    this.#held.emit(emit);
  }

  /** A byte between values. */
  #open(byte: number): void {
    if (byte === OPEN_ARRAY && !this.#inArray) this.#inArray = true;
    else if (byte === CLOSE_ARRAY && this.#inArray) this.#inArray = false;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      this.#place = 'nested';
      this.#depth = 1;
    } else if (byte === QUOTE) this.#place = 'string';
    else if (!isSpace(byte) && byte !== COMMA) this.#place = 'word';
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

function isWordEnd(byte: number): boolean {
  return (
    isSpace(byte) ||
    byte === COMMA ||
    byte === QUOTE ||
    byte === OPEN_ARRAY ||
    byte === OPEN_OBJECT ||
    byte === CLOSE_ARRAY ||
    byte === CLOSE_OBJECT
  );
}
