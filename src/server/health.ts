/** Looks after the store: says when it stops taking records, and gives up when it has failed for good. */
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { SluiceError } from '../runtime/sluice-error.ts';

export interface WatchedHealth {
  readonly store: { health(): { readonly state: 'ok' | 'read-only' | 'failed'; readonly reason?: string } };
  readonly logger: Logger;
  /** The machine's clock. */
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const LOOK_MS = 1_000;
/** How long records can still be read after a failure, before the daemon ends and a restart looks at the disk anew. */
const READS_ONLY_MS = 5_000;

/** Resolves with the reason to end, or with undefined when the signal fires first. */
export async function watchHealth({ store, logger, clock, signal }: WatchedHealth): Promise<SluiceError | undefined> {
  let last = 'ok';
  try {
    for (;;) {
      const { state, reason = '' } = store.health();
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
