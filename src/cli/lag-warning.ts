/** `--lag-warn`: tells once that something has fallen behind by more than was said, and once that it has caught up. Pure. */
import { durationText } from './values.ts';

/** Back to half of the limit counts as caught up: who is at the limit is not told again and again. */
const CAUGHT_UP_SHARE = 0.5;

export class LagWarning {
  readonly #limitMs: number;
  #isBehind = false;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** What is to be told now, if anything; `where` is the part that is furthest behind. */
  look(lagMs: number, where = ''): string | undefined {
    const limit = durationText(this.#limitMs);
    const place = where === '' ? '' : ` (${where})`;
    if (!this.#isBehind && lagMs > this.#limitMs) {
      this.#isBehind = true;
      return `warning: behind by ${durationText(lagMs)}${place}, more than ${limit}`;
    }
    if (!this.#isBehind || lagMs > this.#limitMs * CAUGHT_UP_SHARE) return undefined;
    this.#isBehind = false;
    return `caught up: behind by ${durationText(lagMs)}${place}`;
  }
}
