/** `sluice serve stop`: asks the daemon to end and waits until it has. */
import { isAlive } from '../../runtime/state-file.ts';
import { adminCall } from '../admin-call.ts';
import { CliError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { runningDaemon } from '../running-daemon.ts';
import type { serveStopOptions } from '../table/serve.ts';

const POLL_MS = 20;
/** Requests under way have 10 s; then what is written must reach the disk. */
const STOP_MS = 15_000;

/** None running is fine: there is nothing to stop. */
export async function run({ options }: Call<typeof serveStopOptions>, context: Context): Promise<void> {
  const running = await runningDaemon(context, options.name);
  if (running === undefined) return context.note('no server is running');
  const { state } = running;
  await adminCall(state.url, 'POST', 'stop');
  const started = context.clock.monotonic();
  while (isAlive(state.pid)) {
    if (context.clock.monotonic() - started > (context.global.timeout ?? STOP_MS)) {
      const lines = [`It is still draining. End it at once:  kill -9 ${state.pid}`];
      throw new CliError(`the server (pid ${state.pid}) has not stopped`, { exit: EXIT.failed, lines });
    }
    await context.clock.sleep(POLL_MS, context.signal);
  }
  context.note(`stopped (was ${state.url}, pid ${state.pid})`);
}
