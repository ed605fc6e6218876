/** Standard output: lines at once on a terminal, blocks into a pipe, waiting while the reader is slow. */
import type { Writable } from 'node:stream';
import type { Clock } from '../runtime/clock.ts';

/** A pipe gets its bytes when this many wait, or after a pause. */
const BLOCK_BYTES = 65_536;
const PAUSE_MS = 5;

/** The reader of our output went away (`| head -1`): not a failure, but nothing more to do. */
export class OutputClosedError extends Error {
  constructor() {
    super('standard output was closed');
    this.name = 'OutputClosedError';
  }
}

export interface SinkOptions {
  readonly stream: Writable;
  readonly isTerminal: boolean;
  readonly clock: Clock;
  /** Called once when the reader has gone. */
  readonly onClosed: (error: OutputClosedError) => void;
}

export class Sink {
  readonly isTerminal: boolean;
  /** Every write goes out at once, also into a pipe. */
  isLineBuffered = false;
  readonly #stream: Writable;
  readonly #clock: Clock;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #pausing = false;
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(options: SinkOptions) {
    this.isTerminal = options.isTerminal;
    this.#stream = options.stream;
    this.#clock = options.clock;
    options.stream.on('drain', () => this.#wake?.());
    options.stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.#closed = true;
      this.#wake?.();
      options.onClosed(new OutputClosedError());
    });
  }

  /** Takes text or bytes. A returned promise resolves when the reader has caught up: wait for it before the next. */
  write(content: string | Uint8Array): Promise<void> | undefined {
    if (this.#closed) return undefined;
    const chunk = typeof content === 'string' ? Buffer.from(content) : content;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.isTerminal || this.isLineBuffered || this.#bytes >= BLOCK_BYTES) return this.flush();
    if (!this.#pausing) this.#flushAfterPause();
    return undefined;
  }

  /** Hands everything to the system. */
  flush(): Promise<void> | undefined {
    if (this.#bytes === 0 || this.#closed) return undefined;
    const block = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#bytes = 0;
    if (this.#stream.write(block)) return undefined;
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Resolves when the system has everything, so that the program may end. */
  async end(): Promise<void> {
    await this.flush();
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#stream.write('', () => resolve());
    });
  }

  #flushAfterPause(): void {
    this.#pausing = true;
    void this.#clock.sleep(PAUSE_MS).then(() => {
      this.#pausing = false;
      void this.flush();
    });
  }
}
