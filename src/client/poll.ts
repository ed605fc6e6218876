/** How long a polling reader rests, and when it has read enough. Pure. */
import { POLL_MS_MAX, POLL_MS_MIN } from '../model/limits.ts';

export interface PageFacts {
  readonly records: number;
  readonly lagMs: number;
}

/** Milliseconds until the next call: none while behind, then from 200 ms up to 2 s as nothing comes. */
export function pollDelayMs(previousMs: number, page: PageFacts): number {
  if (page.records > 0) return page.lagMs > 0 ? 0 : POLL_MS_MIN;
  return Math.min(POLL_MS_MAX, Math.max(POLL_MS_MIN, previousMs * 1.5));
}

/**
 * True when everything that had arrived `elapsedMs` ago has been read. Compares two durations, so the clocks of
 * reader and server need not agree; the second of slack covers rounding.
 */
export function reachedTip(page: PageFacts, elapsedMs: number): boolean {
  return page.lagMs === 0 || page.lagMs + 1_000 < elapsedMs;
}
