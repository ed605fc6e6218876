/** A daemon in a process of its own, started from the built program, and plain HTTP calls to it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { rest } from './fault-run.ts';

const running = new Set<ChildProcess>();
// Only those of tests that failed are left by then.
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

const program = join(import.meta.dirname, '../../bin/sluice.js');

export interface DaemonProcess {
  readonly url: string;
  readonly pid: number;
  /** Settles when the process has ended: with its exit code, or null after a signal. */
  readonly ended: Promise<number | null>;
  /** What it has written so far, of both streams. */
  output(): string;
  /** Ends the process with `signal` and waits until it is gone; its exit code, or null after a signal. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves with JSON; rejects with the code for an answer that is not 200. */
  call(operation: string, input: object): Promise<Record<string, unknown>>;
  /** What the daemon says about its store. */
  health(): Promise<{ readonly state: string; readonly reason?: string }>;
  /** Asks for the health until it is `state`; rejects after a minute. */
  untilHealth(state: string): Promise<{ readonly state: string; readonly reason?: string }>;
}

export interface DaemonProcessOptions {
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Descriptors it may have open. */
  readonly openFilesMax?: number;
}

/** Starts `sluice serve --port 0` with `args` and waits for the line that says where it listens. */
export async function startDaemonProcess(
  args: readonly string[],
  home: string,
  { env = {}, openFilesMax }: DaemonProcessOptions = {},
): Promise<DaemonProcess> {
  const words = [process.execPath, program, 'serve', '--port', '0', ...args];
  const limited =
    openFilesMax === undefined ? words : ['sh', '-c', `ulimit -n ${openFilesMax} && exec "$@"`, 'sh', ...words];
  const child = spawn(limited[0]!, limited.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: home, ...env },
  });
  running.add(child);
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  void ended.then(() => running.delete(child));
  let output = '';
  const take = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  const url = await listeningUrl(child, () => output);
  const health = async () => (await (await fetch(`${url}/_sluice/health`)).json()) as { state: string };
  return {
    ...{ url, pid: child.pid!, ended, output: () => output, health },
    call: (operation, input) => call(url, operation, input),
    signal: (signal) => void child.kill(signal),
    async end(signal) {
      child.kill(signal);
      return await ended;
    },
    async untilHealth(state) {
      for (let tries = 0; tries < 600; tries++) {
        const found = await health();
        if (found.state === state) return found;
        await rest(100);
      }
      throw new Error(`the health is not ${state} after a minute: ${output}`);
    },
  };
}

function listeningUrl(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const url = /ready on (http:\/\/127\.0\.0\.1:\d+)/.exec(output())?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('close', (code) => reject(new Error(`the daemon ended with ${code}: ${output()}`)));
  });
}

const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0';

async function call(url: string, operation: string, input: object): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Kinesis_20131202.${operation}`,
      'x-amz-date': '20260101T000000Z',
      authorization: AUTHORIZATION,
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${operation}: ${response.status} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
