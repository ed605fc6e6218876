/** A clock that can be moved forward by hand, so that days of retention pass in a moment. For `serve --test-clock`. */
import type { Clock } from './clock.ts';

export interface MovableClock extends Clock {
  /** Moves the time forward; sleeps that are due wake at once. `ms` is at least 0. */
  advance(ms: number): void;
}

/** A clock that runs like `base`, ahead of it by all it was advanced. */
export function movableClock(base: Clock): MovableClock {
  let aheadMs = 0;
  const sleepers = new Set<AbortController>();
  const monotonic = () => base.monotonic() + aheadMs;

  async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const until = monotonic() + ms;
    do {
      signal?.throwIfAborted();
      await sleepUntilMoved(Math.max(0, until - monotonic()), signal);
    } while (monotonic() < until);
    signal?.throwIfAborted();
  }

  /** Returns when the time is up, when the clock was moved or when the signal fired. */
  async function sleepUntilMoved(ms: number, signal?: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const wake = () => woken.abort();
    sleepers.add(woken);
    signal?.addEventListener('abort', wake, { once: true });
    try {
      await base.sleep(ms, woken.signal);
    } catch (error) {
      if (!woken.signal.aborted) throw error;
    } finally {
      sleepers.delete(woken);
      signal?.removeEventListener('abort', wake);
    }
  }

  return {
    now: () => base.now() + aheadMs,
    monotonic,
    sleep,
    soon: (fn) => base.soon(fn),
    advance(ms) {
      aheadMs += ms;
      for (const sleeper of [...sleepers]) sleeper.abort();
    },
  };
}
