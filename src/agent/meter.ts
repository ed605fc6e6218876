/** How many of something there were a second of late. */

const SECONDS = 10;

export class Meter {
  /** By second, the last ten of them. */
  readonly #counts = new Float64Array(SECONDS);
  #sinceMs: number;
  /** The second of the last call. */
  #second: number;

  /** @param nowMs monotonic, as in all calls */
  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
    this.#second = Math.floor(nowMs / 1_000);
  }

  add(count: number, nowMs: number): void {
    this.#goOn(nowMs);
    this.#counts[this.#second % SECONDS]! += count;
  }

  /** Over the last ten seconds, or over those since the start, at least one. */
  perSecond(nowMs: number): number {
    this.#goOn(nowMs);
    const seconds = Math.min(SECONDS, Math.max(1, (nowMs - this.#sinceMs) / 1_000));
    return this.#counts.reduce((sum, count) => sum + count, 0) / seconds;
  }

  #goOn(nowMs: number): void {
    const second = Math.floor(nowMs / 1_000);
    for (let i = Math.max(this.#second + 1, second - SECONDS + 1); i <= second; i++) this.#counts[i % SECONDS] = 0;
    this.#second = Math.max(this.#second, second);
  }
}
