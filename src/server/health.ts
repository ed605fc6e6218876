/** Looks after store and journal: says when they take nothing any more, and gives up when one has failed for good. */
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { SluiceError } from '../runtime/sluice-error.ts';

export interface Health {
  readonly state: 'ok' | 'read-only' | 'failed';
  /** Unless it is ok. */
  readonly reason?: string;
}

/** Of the parts, the worst. */
export function healthOf(...parts: readonly Health[]): Health {
  for (const state of ['failed', 'read-only'] as const) {
    const found = parts.find((part) => part.state === state);
    if (found !== undefined) return found;
  }
  return { state: 'ok' };
}

export interface WatchedHealth {
  readonly health: () => Health;
  readonly logger: Logger;
  /** The machine's clock. */
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const LOOK_MS = 1_000;
/** How long records can still be read after a failure, before the daemon ends and a restart looks at the disk anew. */
const READS_ONLY_MS = 5_000;

/** Resolves with the reason to end, or with undefined when the signal fires first. */
export async function watchHealth({ health, logger, clock, signal }: WatchedHealth): Promise<SluiceError | undefined> {
  let last = 'ok';
  try {
    for (;;) {
      const { state, reason = '' } = health();
      if (state !== last) logger.log(state === 'ok' ? 'info' : 'error', `The store is ${state}`, { reason });
      last = state;
      if (state === 'failed') {
        await clock.sleep(READS_ONLY_MS, signal);
        return new SluiceError('SLUICE_STORE_FAILED', `The store has failed: ${reason}`, {
          hints: ['Look after the disk, then start the daemon again: it checks what was written.'],
        });
      }
      await clock.sleep(LOOK_MS, signal);
    }
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
