/** A daemon in a process of its own, started from the built program, and plain HTTP calls to it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../bin/sluice.js');

export interface DaemonProcess {
  readonly url: string;
  /** Ends the process with `signal` and waits until it is gone; its exit code, or null after a signal. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Resolves with JSON; rejects with the code for an answer that is not 200. */
  call(operation: string, input: object): Promise<Record<string, unknown>>;
}

/** Starts `sluice serve --port 0` with `args` and waits for the line that says where it listens. */
export async function startDaemonProcess(args: readonly string[], home: string): Promise<DaemonProcess> {
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: home },
  });
  const url = await listeningUrl(child);
  return {
    url,
    call: (operation, input) => call(url, operation, input),
    async end(signal) {
      const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
      child.kill(signal);
      return await gone;
    },
  };
}

function listeningUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('exit', (code) => reject(new Error(`the daemon ended with ${code}: ${output}`)));
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
