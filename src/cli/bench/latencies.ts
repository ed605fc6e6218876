/** Latencies of a bench run: counts in buckets that grow by 2 %, so a quantile is within 2 % of the truth; the longest is exact. Pure. */
const GROWTH = Math.log(1.02);
const LOWEST_MS = 0.01;
/** Up to about five minutes. */
const BUCKETS = 870;

export class Latencies {
  readonly #buckets = new Uint32Array(BUCKETS);
  #count = 0;
  #max = 0;

  add(ms: number): void {
    const bucket = ms <= LOWEST_MS ? 0 : Math.ceil(Math.log(ms / LOWEST_MS) / GROWTH);
    this.#buckets[Math.min(BUCKETS - 1, bucket)]! += 1;
    this.#count += 1;
    this.#max = Math.max(this.#max, ms);
  }

  get count(): number {
    return this.#count;
  }

  /** Milliseconds that a share (0 to 1) did not exceed; undefined when nothing was measured. */
  quantile(share: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = Math.ceil(share * this.#count);
    let seen = 0;
    for (const [i, count] of this.#buckets.entries()) {
      seen += count;
      if (seen >= rank) return Math.min(this.#max, LOWEST_MS * Math.exp(i * GROWTH));
    }
    return this.#max;
  }

  /** The longest; undefined when nothing was measured. */
  get max(): number | undefined {
    return this.#count === 0 ? undefined : this.#max;
  }
}
