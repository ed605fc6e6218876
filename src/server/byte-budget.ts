/** One bound for the bytes of all requests and answers under way: who finds it spent waits, in order, unread. */
export class ByteBudget {
  readonly #bytesMax: number;
  #held = 0;
  /** As many as there are requests with headers read: bounded by connections and their requests. */
  readonly #waiting: { readonly bytes: number; readonly resolve: () => void }[] = [];

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Takes `bytes` if they are free now and nobody waits. Whoever is alone gets them whatever their number. */
  tryTake(bytes: number): boolean {
    if (this.#waiting.length > 0 || !this.#fits(bytes)) return false;
    this.#held += bytes;
    return true;
  }

  /** Resolves once `bytes` are taken. */
  take(bytes: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ bytes, resolve }));
  }

  /** Counts bytes that exist already (an answer), beyond the bound if need be. */
  add(bytes: number): void {
    this.#held += bytes;
  }

  /** Gives bytes back. */
  give(bytes: number): void {
    this.#held -= bytes;
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#held += next.bytes;
      next.resolve();
    }
  }

  get held(): number {
    return this.#held;
  }

  #fits(bytes: number): boolean {
    return this.#held === 0 || this.#held + bytes <= this.#bytesMax;
  }
}
