/** `sluice agent` in a process of its own, from the built program, on a configuration file and a home of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../bin/sluice.js');

export interface AgentProcess {
  /** What it said on stderr so far. */
  readonly log: () => string;
  readonly pid: number;
  /** Exit code, or null after a signal; the process may have ended before. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Writes agent.json into `home` and starts an agent on it that keeps its state there. */
export function startAgentProcess(home: string, config: object, args: readonly string[] = []): AgentProcess {
  const path = join(home, 'agent.json');
  writeFileSync(path, JSON.stringify(config));
  const given = ['agent', '-c', path, '--config-dir', 'none', '--state-dir', join(home, 'state'), ...args];
  const child = spawn(process.execPath, [program, ...given], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: home },
  });
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  return { log: () => log, pid: child.pid!, end: (signal) => end(child, signal) };
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  child.kill(signal);
  return gone;
}
