/** Where `put` gets its records: arguments, files one after the other, stdin, or a file that grows. */
import { readPieces } from '../runtime/files.ts';
import type { Context } from './context.ts';
import { followFile } from './follow-file.ts';
import { LineSplitter } from './line-splitter.ts';

export interface SourceLine {
  readonly data: Uint8Array;
  /** Where it stood, for messages: `events.jsonl:12`. */
  readonly place: () => string;
}

export interface SourceOptions {
  readonly args: readonly string[];
  readonly files: readonly string[];
  readonly follow: boolean;
  readonly fromEnd: boolean;
  /** A longer line comes one byte too long and no longer. */
  readonly lineBytesMax: number;
}

/** The lines, until there are no more or the context's signal fires. */
export async function* recordSource(context: Context, options: SourceOptions): AsyncGenerator<SourceLine> {
  const { args, files, lineBytesMax } = options;
  if (args.length > 0) {
    for (const [i, arg] of args.entries())
      yield { data: new TextEncoder().encode(arg), place: () => `argument ${i + 1}` };
    return;
  }
  if (options.follow) return yield* followedLines(context, files[0]!, options);
  for (const file of files.length === 0 ? ['-'] : files) {
    const pieces = file === '-' ? stdinPieces(context) : readPieces(file);
    yield* linesOf(pieces, file === '-' ? 'line' : file, new LineSplitter(lineBytesMax));
    if (context.signal.aborted) return;
  }
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

async function* linesOf(
  pieces: AsyncIterable<Uint8Array>,
  name: string,
  splitter: LineSplitter,
): AsyncGenerator<SourceLine> {
  let number = 0;
  const line = (data: Uint8Array): SourceLine => {
    const at = ++number;
    return { data, place: () => `${name}:${at}` };
  };
  for await (const piece of pieces) for (const data of splitter.push(piece)) yield line(data);
  const last = splitter.end();
  if (last !== undefined) yield line(last);
}

/** A line is sent once its line feed is there; what has none when reading stops is left for the next time. */
async function* followedLines(context: Context, path: string, options: SourceOptions): AsyncGenerator<SourceLine> {
  const { clock, signal } = context;
  const splitter = new LineSplitter(options.lineBytesMax);
  let number = 0;
  const line = (data: Uint8Array): SourceLine => {
    const at = ++number;
    return { data, place: () => `${path}:${at}` };
  };
  for await (const event of followFile(path, { clock, signal, fromEnd: options.fromEnd })) {
    if (event.kind === 'piece') {
      for (const data of splitter.push(event.bytes)) yield line(data);
      continue;
    }
    const last = splitter.end();
    if (last !== undefined) yield line(last);
    number = 0;
    context.note(`${path} was ${event.why}, reading it from its start`);
  }
}
