/** Figures about the near past: the highest value lately, and sums that forget. Times are a monotonic clock's milliseconds. */

/** How far back `RecentMax` looks at least; at most it is twice that. */
const WINDOW_MS = 5_000;

/** The highest value within the last 5 to 10 seconds. */
export class RecentMax {
  #window = 0;
  #highest: number | undefined;
  #before: number | undefined;

  see(value: number, atMs: number): void {
    this.#turn(atMs);
    if (this.#highest === undefined || value > this.#highest) this.#highest = value;
  }

  /** undefined when there was none. */
  highest(atMs: number): number | undefined {
    this.#turn(atMs);
    if (this.#highest === undefined || this.#before === undefined) return this.#highest ?? this.#before;
    return Math.max(this.#highest, this.#before);
  }

  #turn(atMs: number): void {
    const window = Math.floor(atMs / WINDOW_MS);
    if (window === this.#window) return;
    this.#before = window === this.#window + 1 ? this.#highest : undefined;
    this.#highest = undefined;
    this.#window = window;
  }
}

/** Fading more often costs time and says nothing new. */
const FADE_STEP_MS = 250;

/** How much of a sum is left, asked for in steps: 1 in between. */
export class Fading {
  readonly #halfLifeMs: number;
  #fadedMs: number;

  constructor(halfLifeMs: number, atMs: number) {
    this.#halfLifeMs = halfLifeMs;
    this.#fadedMs = atMs;
  }

  /** What every sum is to be multiplied by since the last answer that was not 1. */
  factor(atMs: number): number {
    const ms = atMs - this.#fadedMs;
    if (ms < FADE_STEP_MS) return 1;
    this.#fadedMs = atMs;
    return 2 ** (-ms / this.#halfLifeMs);
  }
}
