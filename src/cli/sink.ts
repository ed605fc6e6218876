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
  /** Written so far and not handed on: the first `#used` bytes. A block that was handed on is never written again. */
  #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #used = 0;
  #pausing = false;
  #closed = false;
  readonly #waiting: (() => void)[] = [];
  #onGone: (() => void) | undefined;

  constructor(options: SinkOptions) {
    this.isTerminal = options.isTerminal;
    this.#stream = options.stream;
    this.#clock = options.clock;
    options.stream.on('drain', () => this.#wakeAll());
    options.stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.#closed = true;
      this.#wakeAll();
      this.#onGone?.();
      options.onClosed(new OutputClosedError());
    });
  }

  /** Takes text or bytes. A returned promise resolves when the reader has caught up: wait for it before the next. */
  write(content: string | Uint8Array): Promise<void> | undefined {
    if (this.#closed) return undefined;
    const wait = typeof content === 'string' ? this.#addText(content) : this.#addBytes(content);
    return this.#added(wait);
  }

  /** As write, for bytes and what stands behind them. */
  writePair(bytes: Uint8Array, end: Uint8Array): Promise<void> | undefined {
    if (this.#closed) return undefined;
    const wait = this.#addBytes(bytes);
    return this.#added(this.#addBytes(end) ?? wait);
  }

  /** Hands everything to the system. */
  flush(): Promise<void> | undefined {
    if (this.#used === 0 || this.#closed) return undefined;
    const block = this.#block.subarray(0, this.#used);
    const isMostlyEmpty = this.#used * 2 < BLOCK_BYTES;
    this.#used = 0;
    if (isMostlyEmpty) return this.#hand(Buffer.from(block));
    this.#block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    return this.#hand(block);
  }

  #addText(text: string): Promise<void> | undefined {
    // A UTF-16 unit takes three bytes at most.
    if (text.length * 3 > BLOCK_BYTES - this.#used) return this.#addBytes(Buffer.from(text));
    this.#used += this.#block.write(text, this.#used);
    return undefined;
  }

  #addBytes(bytes: Uint8Array): Promise<void> | undefined {
    let wait: Promise<void> | undefined;
    if (bytes.length > BLOCK_BYTES - this.#used) {
      wait = this.flush();
      if (bytes.length > BLOCK_BYTES) return this.#hand(bytes);
    }
    this.#block.set(bytes, this.#used);
    this.#used += bytes.length;
    return wait;
  }

  #added(wait: Promise<void> | undefined): Promise<void> | undefined {
    if (this.isTerminal || this.isLineBuffered) return this.flush() ?? wait;
    if (!this.#pausing) this.#flushAfterPause();
    return wait;
  }

  #hand(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#stream.write(bytes)) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Resolves when the system has everything, so that the program may end. */
  async end(): Promise<void> {
    await this.flush();
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      this.#onGone = resolve;
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
