/** When a file grew, as far as it takes to say how old the oldest byte is that is not delivered. */

/** More than that, and neighbours become one that counts as the older. */
const MARKS_MAX = 64;

export class Growth {
  /** Sizes at which the file was seen, ascending, all above what was delivered then. */
  #sizes: number[] = [];
  /** Monotonic time of the first look that saw each. */
  #seenMs: number[] = [];

  /** A look found the file `size` bytes long, of which `delivered` are delivered. */
  saw(size: number, delivered: number, nowMs: number): void {
    this.#forget(delivered);
    const last = this.#sizes.at(-1) ?? delivered;
    // Shorter than it was: it was cut, and what is there now is new.
    if (size < last) this.#forget(Number.POSITIVE_INFINITY);
    if (size <= delivered || size === last) return;
    this.#sizes.push(size);
    this.#seenMs.push(nowMs);
    if (this.#sizes.length > MARKS_MAX) this.#thin();
  }

  /** For how long the oldest byte behind `delivered` has been seen in the file, in milliseconds; 0 when there is none. */
  lagMs(delivered: number, nowMs: number): number {
    this.#forget(delivered);
    return nowMs - (this.#seenMs[0] ?? nowMs);
  }

  #forget(delivered: number): void {
    let count = 0;
    while (count < this.#sizes.length && this.#sizes[count]! <= delivered) count++;
    if (count === 0) return;
    this.#sizes.splice(0, count);
    this.#seenMs.splice(0, count);
  }

  #thin(): void {
    const isKept = (i: number) => i % 2 === 1 || i === this.#sizes.length - 1;
    const seenMs = this.#seenMs.map((at, i) => (i % 2 === 1 ? this.#seenMs[i - 1]! : at));
    this.#seenMs = seenMs.filter((_, i) => isKept(i));
    this.#sizes = this.#sizes.filter((_, i) => isKept(i));
  }
}
