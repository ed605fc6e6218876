/** Wakes one sleeper early: the loop of a flow rests until there is something to do, or until the next look is due. */
import type { Clock } from '../runtime/clock.ts';

export class Bell {
  readonly #clock: Clock;
  #rung = false;
  #sleeper: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the rest under way, or the next one at once. */
  ring(): void {
    this.#rung = true;
    this.#sleeper?.abort();
  }

  /** Returns after `ms`, or when the bell was rung since the last rest. */
  async rest(ms: number): Promise<void> {
    if (!this.#rung) {
      const sleeper = new AbortController();
      this.#sleeper = sleeper;
      // A rejection is the bell: nothing else ends this sleep early.
      await this.#clock.sleep(ms, sleeper.signal).catch(() => undefined);
      this.#sleeper = undefined;
    }
    this.#rung = false;
  }
}
