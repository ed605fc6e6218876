/** Where `put` gets its records: arguments, files one after the other, stdin, a file that grows, or a generator. */
import type { RecordSpan } from '../../client/producer-batch.ts';
import { readPieces } from '../../runtime/files.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { plainPieces } from '../put/compressed.ts';
import type { Emit, Framing } from '../put/held-bytes.ts';
import { followFile } from './follow-file.ts';

/** A record where it stands. The same object serves all records of a source. */
export interface SourceRecord extends RecordSpan {
  /** Counts from 1 in each source. */
  number: number;
  /** The file's name; `line` for stdin, `argument`, `record` for generated ones. */
  source: string;
}

/** Where a record stood, for messages: `events.jsonl:12`. */
export function placeOf({ source, number }: SourceRecord): string {
  return source === 'argument' ? `argument ${number}` : `${source}:${number}`;
}

export interface SourceOptions {
  readonly args: readonly string[];
  readonly files: readonly string[];
  readonly follow: boolean;
  readonly fromEnd: boolean;
  /** Read what there is so many times. */
  readonly repeat: number;
  readonly framing: () => Framing;
  /** Takes no more of the input at once: of what is sent slowly on purpose little should wait. As it comes, when not said. */
  readonly pieceBytes?: number | undefined;
  /** In place of all others: the next record's text, until it is enough. */
  readonly generate?: (() => string) | undefined;
}

/** What takes the records. */
export interface RecordTaker {
  /** Looks at a record, whose bytes hold only until the next one, and returns false when it wants no more. */
  take(record: SourceRecord): boolean;
  /** Nothing, or what to wait for before going on. */
  room(): Promise<void> | undefined;
  /** Bytes of input that were read, as they stand in the files. */
  onBytes(bytes: number): void;
}

/** Generated between two looks at the world. */
const GENERATED_AT_ONCE = 500;

/** Hands all records to the taker, until there are no more, it wants no more, or the context's signal fires. */
export async function readRecords(context: Context, options: SourceOptions, taker: RecordTaker): Promise<void> {
  const reading = new Reading(context, options, taker);
  if (options.generate !== undefined) return reading.generated(options.generate);
  if (options.follow) return reading.followed(options.files[0]!);
  for (let round = 0; round < options.repeat && !reading.isOver; round++) {
    if (options.args.length > 0) await reading.given(options.args);
    else await reading.files(options.files.length === 0 ? ['-'] : options.files);
  }
}

class Reading {
  readonly #context: Context;
  readonly #options: SourceOptions;
  readonly #taker: RecordTaker;
  readonly #record: SourceRecord = { bytes: new Uint8Array(0), start: 0, end: 0, number: 0, source: '' };
  #wantsMore = true;
  readonly #emit: Emit;

  constructor(context: Context, options: SourceOptions, taker: RecordTaker) {
    this.#context = context;
    this.#options = options;
    this.#taker = taker;
    const record = this.#record;
    this.#emit = (bytes, start, end) => {
      if (!this.#wantsMore) return;
      record.bytes = bytes;
      record.start = start;
      record.end = end;
      record.number++;
      this.#wantsMore = taker.take(record);
    };
  }

  get isOver(): boolean {
    return !this.#wantsMore || this.#context.signal.aborted;
  }

  async given(args: readonly string[]): Promise<void> {
    this.#begin('argument');
    for (const arg of args) {
      const bytes = Buffer.from(arg);
      this.#emit(bytes, 0, bytes.length);
      await this.#taker.room();
      if (this.isOver) return;
    }
  }

  async generated(text: () => string): Promise<void> {
    this.#begin('record');
    while (!this.isOver) {
      for (let i = 0; i < GENERATED_AT_ONCE && !this.isOver; i++) {
        const bytes = Buffer.from(text());
        this.#emit(bytes, 0, bytes.length);
        await this.#taker.room();
      }
      // Answers come in, and signals.
      await new Promise<void>((resolve) => this.#context.clock.soon(resolve));
    }
  }

  async files(files: readonly string[]): Promise<void> {
    for (const file of files) {
      const framing = this.#options.framing();
      this.#begin(file === '-' ? 'line' : file);
      try {
        await this.#pieces(file, framing);
        if (this.isOver) return;
        framing.end(this.#emit);
      } catch (error) {
        throw named(error, this.#record.source);
      }
      await this.#taker.room();
    }
  }

  /** A line is sent once its end is there; what has none when reading stops is left for the next time. */
  async followed(path: string): Promise<void> {
    const { clock, signal } = this.#context;
    let framing = this.#options.framing();
    this.#begin(path);
    for await (const event of followFile(path, { clock, signal, fromEnd: this.#options.fromEnd })) {
      if (event.kind === 'piece') {
        await this.#push(framing, event.bytes);
      } else {
        framing.end(this.#emit);
        framing = this.#options.framing();
        this.#begin(path);
        this.#context.note(`${path} was ${event.why}, reading it from its start`);
      }
      if (this.isOver) return;
    }
  }

  #begin(source: string): void {
    this.#record.source = source;
    this.#record.number = 0;
  }

  async #pieces(file: string, framing: Framing): Promise<void> {
    const stored = file === '-' ? stdinPieces(this.#context) : readPieces(file);
    for await (const piece of plainPieces(counted(stored, this.#taker), file)) {
      await this.#push(framing, piece);
      if (this.isOver) return;
    }
  }

  async #push(framing: Framing, piece: Uint8Array): Promise<void> {
    const step = this.#options.pieceBytes ?? piece.length;
    for (let at = 0; at < piece.length && !this.isOver; at += step) {
      framing.push(piece.subarray(at, at + step), this.#emit);
      await this.#taker.room();
    }
  }
}

async function* counted(pieces: AsyncIterable<Uint8Array>, taker: RecordTaker): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    taker.onBytes(piece.length);
    yield piece;
  }
}

/** Puts the source before a message that does not name it. */
function named(error: unknown, source: string): unknown {
  if (!(error instanceof CliError) || error.message.startsWith(source)) return error;
  const { exit, code, lines } = error;
  return new CliError(`${source === 'line' ? 'stdin' : source}: ${error.message}`, { exit, code, lines, cause: error });
}

async function* stdinPieces(context: Context): AsyncGenerator<Uint8Array> {
  const { stdin, signal } = context;
  if (stdin.isTTY) context.note('reading lines from the terminal, Ctrl-D ends');
  const stop = () => stdin.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const piece of stdin) yield piece as Uint8Array;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
