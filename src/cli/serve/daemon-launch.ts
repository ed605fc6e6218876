/** Starts a daemon that goes on after this program: a child with its own log, waited for until its port answers. */
import { spawn } from 'node:child_process';
import { openLog, readText } from '../../runtime/files.ts';
import { type DaemonState, readState, runtimeFolder } from '../../runtime/state-file.ts';
import { adminCall } from '../admin-call.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';

const POLL_MS = 20;
const READY_MS = 30_000;
const LOG_LINES_SHOWN = 8;

/** Where a daemon in the background tells what it does; begun anew at each start. */
export function serverLog({ folders }: Context, name = 'default'): string {
  return `${folders.state}/serve-${encodeURIComponent(name)}.log`;
}

/** Returns what the daemon says of itself once it answers. @throws {CliError} with the end of its log when it ends instead. */
export async function launchDaemon(context: Context, name: string): Promise<DaemonState> {
  const { node, script, words } = context.self;
  const logPath = serverLog(context, name);
  const log = await openLog(logPath);
  const args = [script, ...words.flatMap(withoutDetach)];
  const child = spawn(node, args, { detached: true, stdio: ['ignore', log.fd, log.fd] });
  await log.close();
  let ended: string | undefined;
  child.on('error', (error) => {
    ended = error.message;
  });
  child.on('exit', (code, signal) => {
    ended = `it ended with ${code ?? signal}`;
  });
  const started = context.clock.monotonic();
  for (;;) {
    const state = await readState(runtimeFolder(context.env), name);
    if (state !== undefined && state.pid === child.pid && (await answers(state))) {
      child.unref();
      return state;
    }
    if (ended !== undefined || context.clock.monotonic() - started > READY_MS) {
      throw await startFailure(ended ?? 'it does not answer', logPath);
    }
    await context.clock.sleep(POLL_MS, context.signal);
  }
}

/** `-d` may stand alone or among other short flags. */
function withoutDetach(word: string): readonly string[] {
  if (word === '-d' || word === '--detach') return [];
  return /^-[a-z]*d[a-z]*$/.test(word) ? [word.replace('d', '')] : [word];
}

async function answers(state: DaemonState): Promise<boolean> {
  return adminCall(state.url, 'GET', 'status').then(
    () => true,
    () => false,
  );
}

async function startFailure(why: string, logPath: string): Promise<CliError> {
  const lines = ((await readText(logPath)) ?? '').trimEnd().split('\n').slice(-LOG_LINES_SHOWN);
  return new CliError(`the server did not start: ${why}`, { exit: EXIT.failed, lines: [...lines, `Log: ${logPath}`] });
}
