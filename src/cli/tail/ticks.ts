/** Batches with a tick between them when none comes for a while, so that windows close and time limits hold. */
import type { Clock } from '../../runtime/clock.ts';

/** The batches; undefined each time `everyMs` pass without one. Leaving the loop ends the batches too. */
export async function* withTicks<B>(
  batches: AsyncGenerator<B>,
  clock: Clock,
  everyMs: number,
): AsyncGenerator<B | undefined> {
  let next = batches.next();
  try {
    for (;;) {
      const stop = new AbortController();
      const tick = clock.sleep(everyMs, stop.signal).then(
        () => undefined,
        () => undefined,
      );
      const result = await Promise.race([next, tick]).finally(() => stop.abort());
      if (result === undefined) yield undefined;
      else if (result.done) return;
      else {
        yield result.value;
        next = batches.next();
      }
    }
  } finally {
    next.catch(() => undefined);
    // A generator that waits for its next batch ends only with its signal: this must not wait for it.
    batches.return(undefined).catch(() => undefined);
  }
}
