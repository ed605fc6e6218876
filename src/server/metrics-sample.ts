/** Looking at a part of what is put: for figures that chance does not bend, at a fraction of what looking at all costs. */

/** Of a large put one record in so many is looked at, and stands for as many. */
const STRIDE = 8;

export class Sample {
  readonly #wholeMax: number;
  #dice = 0x9e3779b9;

  /** Puts of `wholeMax` records and less are looked at whole. */
  constructor(wholeMax: number) {
    this.#wholeMax = wholeMax;
  }

  /** How many records each that is looked at stands for, in a put of `count`. */
  stride(count: number): number {
    return count > this.#wholeMax ? STRIDE : 1;
  }

  /** The first to look at, one after the other `stride` apart. By chance: it must not keep step with the producer's keys. */
  first(stride: number): number {
    return stride === 1 ? 0 : this.#below(stride);
  }

  /** Xorshift. Source: Marsaglia, "Xorshift RNGs" (2003). */
  #below(bound: number): number {
    this.#dice ^= this.#dice << 13;
    this.#dice ^= this.#dice >>> 17;
    this.#dice ^= this.#dice << 5;
    return (this.#dice >>> 0) % bound;
  }
}
