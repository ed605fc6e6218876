/** Those who wait for a shard to grow: one number and at most one waiting promise each, however slow they are. */
import type { Offset } from '../model/shard-key.ts';

export class Watchers {
  readonly #all = new Set<Watcher>();
  #closed = false;

  /** Tells every watcher the new end. One that has not taken the last end yet gets only the newest. */
  wake(end: Offset): void {
    // Nobody waits for most of a thousand shards, and an iterator over nobody costs as much as one over many.
    if (this.#all.size === 0) return;
    for (const watcher of this.#all) watcher.tell(end);
  }

  /** Ends every watch. */
  close(): void {
    this.#closed = true;
    for (const watcher of this.#all) watcher.end();
  }

  /** Watching starts with this call, not with the first `next`. */
  watch(signal: AbortSignal): AsyncIterable<Offset> {
    const watcher = new Watcher(signal, (gone) => this.#all.delete(gone));
    if (this.#closed || signal.aborted) watcher.end();
    else this.#all.add(watcher);
    return watcher;
  }
}

class Watcher implements AsyncIterableIterator<Offset> {
  readonly #signal: AbortSignal;
  readonly #forget: (watcher: Watcher) => void;
  readonly #onAbort = () => this.end();
  #news: Offset | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(signal: AbortSignal, forget: (watcher: Watcher) => void) {
    this.#signal = signal;
    this.#forget = forget;
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  tell(end: Offset): void {
    this.#news = end;
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#forget(this);
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<Offset>> {
    while (this.#news === undefined && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#wake = undefined;
    if (this.#ended || this.#news === undefined) return { done: true, value: undefined };
    const value = this.#news;
    this.#news = undefined;
    return { done: false, value };
  }

  async return(): Promise<IteratorResult<Offset>> {
    this.end();
    return { done: true, value: undefined };
  }
}
