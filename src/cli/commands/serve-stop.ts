/** `sluice serve stop`: asks the daemon to end and waits until it has. */
import { endProcess, isAlive } from '../../runtime/state-file.ts';
import { adminCall } from '../admin-call.ts';
import { CliError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { runningDaemon } from '../serve/running-daemon.ts';
import type { serveStopOptions } from '../table/serve.ts';

const POLL_MS = 20;
/** Requests under way have 10 s; then what is written must reach the disk. */
const STOP_MS = 15_000;
/** How long the system may take to end a process that is killed. */
const KILL_MS = 5_000;

/** None running is fine: there is nothing to stop. */
export async function run({ options }: Call<typeof serveStopOptions>, context: Context): Promise<void> {
  const running = await runningDaemon(context, options.name);
  if (running === undefined) return context.note('no server is running');
  const { pid, url } = running.state;
  await adminCall(url, 'POST', 'stop');
  if (await hasEnded(context, pid, context.global.timeout ?? STOP_MS)) {
    return context.note(`stopped (was ${url}, pid ${pid})`);
  }
  if (!options.force) {
    const lines = ['It is still draining. End it at once:  sluice serve stop --force --timeout 1s'];
    throw new CliError(`the server (pid ${pid}) has not stopped`, { exit: EXIT.failed, lines });
  }
  endProcess(pid);
  if (!(await hasEnded(context, pid, KILL_MS))) {
    throw new CliError(`the server (pid ${pid}) does not end`, { exit: EXIT.failed });
  }
  context.note(`killed (was ${url}, pid ${pid}); what was acknowledged is kept, as --durability of the server says`);
}

async function hasEnded(context: Context, pid: number, waitMs: number): Promise<boolean> {
  const started = context.clock.monotonic();
  while (isAlive(pid)) {
    if (context.clock.monotonic() - started > waitMs) return false;
    await context.clock.sleep(POLL_MS, context.signal);
  }
  return true;
}
