/** Cuts bytes into records. A record may come in any number of pieces; what is held of one is bounded. Pure. */
import { usageError } from '../cli-error.ts';
import { CsvFraming } from './framing-csv.ts';
import { JsonFraming } from './framing-json.ts';
import { type Emit, type Framing, HeldBytes } from './held-bytes.ts';

/** `lines`, `json`, `csv`, `nul`, `whole`, `length32` or `delim:<text>`; checked now, made for every source anew. */
export function parseFraming(text: string): (bytesMax: number) => Framing {
  switch (text) {
    case 'lines':
      return (bytesMax) => new DelimitedFraming(Buffer.from('\n'), bytesMax);
    case 'nul':
      return (bytesMax) => new DelimitedFraming(Buffer.from('\0'), bytesMax);
    case 'json':
      return (bytesMax) => new JsonFraming(bytesMax);
    case 'csv':
      return (bytesMax) => new CsvFraming(bytesMax);
    case 'whole':
      return (bytesMax) => new WholeFraming(bytesMax);
    case 'length32':
      return (bytesMax) => new LengthFraming(bytesMax);
    default: {
      const delimiter = text.startsWith('delim:') ? unescaped(text.slice('delim:'.length)) : '';
      if (delimiter !== '') return (bytesMax) => new DelimitedFraming(Buffer.from(delimiter), bytesMax);
      throw usageError(`"${text}" is no framing`, 'Write lines, json, csv, nul, whole, length32 or delim:<text>.');
    }
  }
}

/** `\n`, `\t`, `\r`, `\0`, `\\` and `\x1e` as what they stand for. */
function unescaped(text: string): string {
  const named: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\\': '\\' };
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|([ntr0\\]))/g, (_, hex?: string, name?: string) =>
    hex === undefined ? named[name!]! : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Records that end in a delimiter; the last one needs none. */
class DelimitedFraming implements Framing {
  readonly #delimiter: Buffer;
  readonly #bytesMax: number;
  readonly #held: HeldBytes;
  /** Bytes at the end of what came so far that may begin a delimiter: fewer than it has. */
  #tail: Uint8Array = new Uint8Array(0);

  constructor(delimiter: Buffer, bytesMax: number) {
    this.#delimiter = delimiter;
    this.#bytesMax = bytesMax;
    this.#held = new HeldBytes(bytesMax);
  }

  push(piece: Uint8Array, emit: Emit): void {
    const joined = this.#tail.length === 0 ? piece : Buffer.concat([this.#tail, piece]);
    const bytes = Buffer.from(joined.buffer, joined.byteOffset, joined.byteLength);
    const { length } = this.#delimiter;
    const needle = length === 1 ? this.#delimiter[0]! : this.#delimiter;
    let start = 0;
    for (let end = bytes.indexOf(needle); end >= 0; end = bytes.indexOf(needle, start)) {
      if (this.#held.isOpen) {
        this.#held.add(bytes.subarray(start, end));
        this.#held.emit(emit);
      } else {
        emit(bytes, start, Math.min(end, start + this.#bytesMax + 1));
      }
      start = end + length;
    }
    const tailAt = Math.max(start, bytes.length - (length - 1));
    this.#tail = bytes.subarray(tailAt);
    if (tailAt > start) this.#held.add(bytes.subarray(start, tailAt));
  }

  end(emit: Emit): void {
    if (this.#tail.length > 0) this.#held.add(this.#tail);
    this.#tail = new Uint8Array(0);
    if (this.#held.isOpen) this.#held.emit(emit);
  }
}

/** A source is one record. */
class WholeFraming implements Framing {
  readonly #held: HeldBytes;

  constructor(bytesMax: number) {
    this.#held = new HeldBytes(bytesMax);
  }

  push(piece: Uint8Array): void {
    this.#held.add(piece);
  }

  end(emit: Emit): void {
    this.#held.emit(emit);
  }
}

const LENGTH_BYTES = 4;

/** Four bytes, big endian, say how long the record behind them is. */
class LengthFraming implements Framing {
  readonly #held: HeldBytes;
  readonly #head = Buffer.alloc(LENGTH_BYTES);
  #headBytes = 0;
  /** Of the record under way, still to come. */
  #left = 0;

  constructor(bytesMax: number) {
    this.#held = new HeldBytes(bytesMax);
  }

  push(piece: Uint8Array, emit: Emit): void {
    let at = 0;
    while (at < piece.length) {
      if (this.#headBytes < LENGTH_BYTES) {
        this.#head[this.#headBytes++] = piece[at++]!;
        if (this.#headBytes < LENGTH_BYTES) continue;
        this.#left = this.#head.readUInt32BE();
      }
      const part = piece.subarray(at, at + this.#left);
      this.#held.add(part);
      at += part.length;
      this.#left -= part.length;
      if (this.#left > 0) return;
      this.#held.emit(emit);
      this.#headBytes = 0;
    }
  }

  end(): void {
    if (this.#headBytes === 0) return;
    throw usageError(
      this.#headBytes < LENGTH_BYTES
        ? 'the input ends in the middle of a length'
        : `the input ends ${this.#left} bytes before the end of a record`,
    );
  }
}
