/** How long a polling reader rests, and when it has read enough. Pure but for the byte budget, which waits. */
import { POLL_MS_MAX, POLL_MS_MIN } from '../model/limits.ts';
import { SECOND_MS } from '../model/time.ts';
import type { Clock } from '../runtime/clock.ts';

export interface PageFacts {
  readonly records: number;
  readonly lagMs: number;
}

/** What a caller asks of the rhythm of reading. */
export interface Pace {
  /** Between two calls for one shard at least: a shard's five reads a second are shared by all its readers. */
  readonly apartMs?: number | undefined;
  /** At the tip this long, whatever comes, in place of 200 ms to 2 s. */
  readonly pollMs?: number | undefined;
  /** What all shards together may read. */
  readonly budget?: ByteBudget | undefined;
}

/**
 * Milliseconds until the next call: none while behind, then from 200 ms up to 2 s as nothing comes. An empty page of
 * a reader that is behind, as AWS gives for stretches without records, is followed as soon as the API allows.
 */
export function pollDelayMs(previousMs: number, page: PageFacts, pollMs?: number): number {
  if (page.lagMs > 0) return page.records > 0 ? 0 : POLL_MS_MIN;
  if (pollMs !== undefined) return pollMs;
  if (page.records > 0) return POLL_MS_MIN;
  return Math.min(POLL_MS_MAX, Math.max(POLL_MS_MIN, previousMs * 1.5));
}

/**
 * True when everything that had arrived `elapsedMs` ago has been read. Compares two durations, so the clocks of
 * reader and server need not agree; the second of slack covers rounding.
 */
export function reachedTip(page: PageFacts, elapsedMs: number): boolean {
  return page.lagMs === 0 || page.lagMs + SECOND_MS < elapsedMs;
}

/** So many bytes a second over all who share it: whoever took bytes waits until they are paid for. */
export class ByteBudget {
  readonly #bytesPerMs: number;
  readonly #clock: Clock;
  #paidAt = 0;

  constructor(bytesPerSecond: number, clock: Clock) {
    this.#bytesPerMs = bytesPerSecond / SECOND_MS;
    this.#clock = clock;
  }

  /** Resolves once what was taken before and these bytes fit the rate. */
  async spend(bytes: number, signal?: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic();
    this.#paidAt = Math.max(now, this.#paidAt) + bytes / this.#bytesPerMs;
    if (this.#paidAt > now) await this.#clock.sleep(this.#paidAt - now, signal);
  }
}
