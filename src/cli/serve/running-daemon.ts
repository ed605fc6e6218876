/** Which daemon runs under a name: the one that its state file says, if it answers as that process. */
import { UnreachableError } from '../../client/client-error.ts';
import { type DaemonState, readState, runtimeFolder } from '../../runtime/state-file.ts';
import { adminCall } from '../admin-call.ts';
import type { Context } from '../context.ts';

/** A daemon, and what it answered of itself. */
export interface RunningDaemon {
  readonly state: DaemonState;
  readonly status: Readonly<Record<string, unknown>>;
}

/**
 * undefined when none runs: a killed daemon leaves its state file behind, and its pid may be another process by now.
 * @throws {UnreachableError} when something is there but does not answer in time.
 */
export async function runningDaemon(context: Context, name = 'default'): Promise<RunningDaemon | undefined> {
  const state = await readState(runtimeFolder(context.env), name);
  if (state === undefined) return undefined;
  try {
    const status = await adminCall(state.url, 'GET', 'status');
    return status['pid'] === state.pid ? { state, status } : undefined;
  } catch (error) {
    if (error instanceof UnreachableError && error.code === 'ECONNREFUSED') return undefined;
    throw error;
  }
}
