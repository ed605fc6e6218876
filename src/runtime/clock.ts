/**
 * Time as a parameter. Everything that waits or asks for the time does so through a Clock, so the whole
 * service runs inside a simulation. Only this file touches Date, performance and timers.
 */
export interface Clock {
  /** Wall time in whole milliseconds since 1970. May step backwards when the operator sets the clock. */
  now(): number;
  /** Milliseconds since an arbitrary start, with a fraction; never goes back. For durations only. */
  monotonic(): number;
  /** Resolves after at least `ms` milliseconds; rejects with the signal's reason when that fires first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs `fn` once the I/O callbacks that are already due have run (setImmediate). */
  soon(fn: () => void): void;
}

/** The longest time one timer can wait: a longer sleep is cut into pieces, because Node fires at once beyond it. */
export const TIMER_MS_MAX = 2_147_483_647;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: sinceBoot,
  soon: (fn) => void setImmediate(fn),
  async sleep(ms, signal) {
    for (let left = ms; ; left -= TIMER_MS_MAX) {
      await sleepOnce(Math.min(left, TIMER_MS_MAX), signal);
      if (left <= TIMER_MS_MAX) return;
    }
  },
};

/** The first use of Node's `performance` takes milliseconds. */
function sinceBoot(): number {
  const [seconds, ns] = process.hrtime();
  return seconds * 1_000 + ns / 1_000_000;
}

function sleepOnce(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
