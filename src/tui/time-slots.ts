/** Amounts over a span of time in a fixed number of slots: what sparklines are drawn from. No growth. */

export class TimeSlots {
  readonly #slotMs: number;
  readonly #sums: Float64Array;
  /** Number of the newest slot; the base of the ring. */
  #newest = 0;
  #lastMs = 0;

  constructor(count: number, slotMs: number) {
    this.#slotMs = slotMs;
    this.#sums = new Float64Array(count);
  }

  /** Adds what happened between two times, spread evenly over the slots they touch. Times only grow. */
  add(fromMs: number, toMs: number, amount: number): void {
    this.#advance(toMs);
    if (amount <= 0 || toMs <= fromMs) return;
    const count = this.#sums.length;
    const first = Math.max(Math.floor(fromMs / this.#slotMs), this.#newest - count + 1);
    for (let slot = first; slot <= this.#newest; slot++) {
      const begin = Math.max(fromMs, slot * this.#slotMs);
      const end = Math.min(toMs, (slot + 1) * this.#slotMs);
      if (end > begin) this.#sums[slot % count]! += (amount * (end - begin)) / (toMs - fromMs);
    }
  }

  /** All that lies in the slots. */
  total(): number {
    let total = 0;
    for (const sum of this.#sums) total += sum;
    return total;
  }

  /** Per second, oldest first. The newest slot counts for as long as it has lasted. */
  rates(): readonly number[] {
    const count = this.#sums.length;
    const slotSeconds = this.#slotMs / 1_000;
    const rates = new Array<number>(count).fill(0);
    const oldest = Math.max(0, this.#newest - count + 1);
    for (let slot = oldest; slot < this.#newest; slot++) {
      rates[slot - this.#newest + count - 1] = this.#sums[slot % count]! / slotSeconds;
    }
    // A slot that has just begun says too little: the one before stands for it.
    const seconds = (this.#lastMs - this.#newest * this.#slotMs) / 1_000;
    rates[count - 1] =
      seconds < slotSeconds / 4 ? (rates[count - 2] ?? 0) : this.#sums[this.#newest % count]! / seconds;
    return rates;
  }

  #advance(toMs: number): void {
    const count = this.#sums.length;
    const slot = Math.floor(toMs / this.#slotMs);
    if (slot - this.#newest >= count) this.#sums.fill(0);
    else for (let stale = this.#newest + 1; stale <= slot; stale++) this.#sums[stale % count] = 0;
    this.#newest = Math.max(this.#newest, slot);
    this.#lastMs = Math.max(this.#lastMs, toMs);
  }
}
