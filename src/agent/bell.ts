/** Wakes sleepers early: the loop of a flow rests until there is something to do, or until the next look is due. */
import type { Clock } from '../runtime/clock.ts';

/** Given as the reason, because making an error for each ring would cost more than the ring. */
const RUNG = Symbol('rung');

export class Bell {
  readonly #clock: Clock;
  readonly #sleepers = new Set<AbortController>();
  #rung = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the rests under way; when there are none, the next one at once. */
  ring(): void {
    this.#rung = this.#sleepers.size === 0;
    for (const sleeper of this.#sleepers) sleeper.abort(RUNG);
  }

  /** Returns after `ms`, or when the bell is rung. */
  async rest(ms: number): Promise<void> {
    if (this.#rung) {
      this.#rung = false;
      return;
    }
    const sleeper = new AbortController();
    this.#sleepers.add(sleeper);
    // A rejection is the bell: nothing else ends this sleep early.
    await this.#clock.sleep(ms, sleeper.signal).catch(() => undefined);
    this.#sleepers.delete(sleeper);
  }
}
