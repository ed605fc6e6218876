/**
 * A batch given until it is done: again after a while, in halves where that is wanted, as Lambda does, and given up in the
 * end. Source: https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
import type { Item } from '../../client/answers.ts';
import type { Clock } from '../../runtime/clock.ts';
import { type ChildFailure, restartMs } from './failure.ts';

/** What came of giving records to a process. */
export interface Attempt {
  /** How many from the first are done. */
  readonly done: number;
  /** Why not all are. */
  readonly failure?: ChildFailure | undefined;
}

export interface Delivery {
  readonly attempt: (items: readonly Item[]) => Promise<Attempt>;
  /** These are done, or given up: nothing before their end comes again. */
  readonly onDone: (items: readonly Item[]) => void;
  /** What becomes of records that failed to the last. @throws to stop. */
  readonly giveUp: (items: readonly Item[], failure: ChildFailure) => Promise<void>;
  /** These failed and are tried again. */
  readonly onRetry: (items: readonly Item[], failure: ChildFailure, waitMs: number) => void;
  readonly retries: number;
  readonly backoffMs: number;
  readonly bisect: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Returns once all are done or given up, in their order. @throws the signal's reason before a new try. */
export async function deliver(batch: readonly Item[], delivery: Delivery): Promise<void> {
  const { attempt, onDone, giveUp, onRetry, retries, backoffMs, bisect, clock, signal } = delivery;
  let items = batch;
  for (let failures = 0; items.length > 0; ) {
    const { done, failure } = await attempt(items);
    if (done > 0) {
      onDone(items.slice(0, done));
      items = items.slice(done);
      failures = 0;
    }
    if (failure === undefined || items.length === 0) continue;
    signal.throwIfAborted();
    failures++;
    if (bisect && items.length > 1) {
      const middle = items.length >> 1;
      await deliver(items.slice(0, middle), delivery);
      items = items.slice(middle);
      failures = 0;
    } else if (failures > retries) {
      await giveUp(items, failure);
      onDone(items);
      return;
    } else {
      const waitMs = restartMs(failures, backoffMs);
      onRetry(items, failure, waitMs);
      await clock.sleep(waitMs, signal);
    }
  }
}
