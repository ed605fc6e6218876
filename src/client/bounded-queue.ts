/** A queue between one taker and many givers, who wait while it is full. */
export class BoundedQueue<T> {
  readonly #max: number;
  readonly #items: T[] = [];
  readonly #givers: (() => void)[] = [];
  #taker: (() => void) | undefined;
  #closed = false;
  #error: unknown;

  constructor(max: number) {
    this.#max = max;
  }

  /** Resolves when there is room again. After `close` the item is dropped. */
  async push(item: T): Promise<void> {
    if (this.#closed) return;
    this.#items.push(item);
    this.#taker?.();
    if (this.#items.length >= this.#max) await new Promise<void>((resolve) => this.#givers.push(resolve));
  }

  /** The taker gets what is left, then the error if there is one. Givers wait no more. */
  close(error?: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#error = error;
    this.#taker?.();
    for (const go of this.#givers.splice(0)) go();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) {
        this.#givers.shift()?.();
        yield item;
      } else if (this.#closed) {
        if (this.#error !== undefined) throw this.#error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#taker = resolve;
        });
      }
    }
  }
}
