/** Counts of durations in fixed buckets. Recording allocates nothing. */

export class Histogram {
  readonly #bounds: readonly number[];
  readonly #buckets: Float64Array;
  #count = 0;
  #sumMs = 0;

  /** `boundsMs`: ascending, each inclusive; what is above all of them has a bucket of its own. */
  constructor(boundsMs: readonly number[]) {
    this.#bounds = boundsMs;
    this.#buckets = new Float64Array(boundsMs.length + 1);
  }

  record(ms: number): void {
    let low = 0;
    let high = this.#bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ms <= this.#bounds[middle]!) high = middle;
      else low = middle + 1;
    }
    this.#buckets[low]! += 1;
    this.#count += 1;
    this.#sumMs += ms;
  }

  /** A copy of what was recorded so far, to the microsecond. */
  counts(): { readonly count: number; readonly sumMs: number; readonly buckets: readonly number[] } {
    return { count: this.#count, sumMs: Math.round(this.#sumMs * 1_000) / 1_000, buckets: [...this.#buckets] };
  }
}
