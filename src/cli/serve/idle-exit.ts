/** `serve --idle-exit`: ends a daemon that nobody has called for a while, so that none is left behind by a test run. */
import type { MetricsFrame } from '../../model/metrics-frame.ts';
import type { Clock } from '../../runtime/clock.ts';
import { adminCall } from '../admin-call.ts';

const LOOK_MS_MIN = 50;
const LOOK_MS_MAX = 5_000;

export interface Idleness {
  readonly clock: Clock;
  readonly idleMs: number;
  /** Connections that are open now: a reader by fan-out makes no calls for minutes. */
  readonly connections: () => number;
  /** Calls of the API so far. */
  readonly calls: () => Promise<number>;
  readonly signal: AbortSignal;
}

/** Resolves once there were neither calls nor connections for so long; never when the signal fires before. */
export async function untilIdle({ clock, idleMs, connections, calls, signal }: Idleness): Promise<void> {
  const lookMs = Math.min(LOOK_MS_MAX, Math.max(LOOK_MS_MIN, idleMs / 10));
  let seen = await calls();
  let busyAt = clock.monotonic();
  while (clock.monotonic() - busyAt < idleMs) {
    await clock.sleep(lookMs, signal);
    // Before the question, which is a connection itself.
    const isOpen = connections() > 0;
    const now = await calls();
    if (isOpen || now !== seen) busyAt = clock.monotonic();
    seen = now;
  }
}

/** The calls that a daemon of this machine has counted; those of its own path are none. */
export async function callsOf(url: string): Promise<number> {
  const { full } = (await adminCall(url, 'GET', 'metrics/frame')) as { readonly full?: MetricsFrame };
  return Object.values(full?.operations ?? {}).reduce((sum, { calls }) => sum + calls, 0);
}
