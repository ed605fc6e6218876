/** `serve -- command`: a command that runs beside a daemon of its own, with the daemon's address in its environment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { systemCode } from '../../runtime/sluice-error.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ChildServer {
  readonly url: string;
  readonly region: string;
  /** The daemon verifies signatures: the caller's own keys stay. */
  readonly keepsKeys: boolean;
}

/** What names another target, or other credentials than those that any daemon takes. */
const FOREIGN = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'SLUICE_CONTEXT',
  'SLUICE_PORT',
  'SLUICE_DATA',
];

/** The environment of programs that are to use a daemon: sluice's own, the AWS SDKs' and the AWS CLI's. Pure. */
export function childEnvironment(env: Environment, { url, region, keepsKeys }: ChildServer): Environment {
  const kept = Object.entries(env).filter(([name]) => !FOREIGN.includes(name) || keepsKeys);
  const keys = keepsKeys ? {} : { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  const endpoint = { SLUICE_ENDPOINT: url, AWS_ENDPOINT_URL_KINESIS: url };
  return { ...Object.fromEntries(kept), ...endpoint, AWS_REGION: region, AWS_DEFAULT_REGION: region, ...keys };
}

export interface Child {
  /** Its exit code; 128 and the signal's number when one ended it, as shells say. */
  readonly ended: Promise<number>;
  /** Asks it to end. */
  stop(): void;
}

/**
 * Starts a command with this program's own stdin, stdout and stderr. Signals go to the child; Ctrl-C of a terminal
 * reaches it from there already.
 */
export function startChild(context: Context, words: readonly string[], env: Environment): Child {
  const [command, ...args] = words;
  const child = spawn(command!, args, { env: { ...env }, stdio: 'inherit' });
  context.onSignal = (name) => {
    if (name !== 'SIGINT' || !context.self.isTerminal) child.kill(name);
  };
  const ended = endOf(child, command!).finally(() => {
    context.onSignal = undefined;
  });
  return { ended, stop: () => void child.kill('SIGTERM') };
}

function endOf(child: ChildProcess, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
    child.on('error', (error) => reject(startError(error, command)));
  });
}

/** Why a command could not be run, told to a person. */
export function startError(error: Error, command: string): CliError {
  const code = systemCode(error);
  const reason = code === 'ENOENT' ? 'was not found' : 'could not be started';
  const lines = ['Behind -- stands one command with its words. For a line of the shell:  -- sh -c "..."'];
  return new CliError(`the command ${command} ${reason}`, { exit: EXIT.notFound, code, lines });
}
