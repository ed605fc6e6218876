/**
 * Terminal sessions as text. `$ ` starts a command line for bash; what follows is what it prints: stdout as it is,
 * stderr behind `! `, then `[exit n]` unless n is 0. `{*}` stands for any text in a line, a line `{...}` for any lines.
 * `#` begins a remark. Every session has a home of its own and, unless its first line says "# no server", a fresh daemon.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../bin/sluice.js');

export interface Step {
  readonly command: string;
  readonly expected: readonly string[];
}

/** The steps of a session, in order. */
export function parseSession(text: string): readonly Step[] {
  const steps: { command: string; expected: string[] }[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('# ')) continue;
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), expected: [] });
    else steps.at(-1)?.expected.push(line);
  }
  for (const step of steps) while (step.expected.at(-1) === '') step.expected.pop();
  return steps;
}

/** Whether lines are as expected; undefined when they are, else what differs. */
export function difference(expected: readonly string[], actual: readonly string[]): string | undefined {
  const source = expected.map((line) => (line === '{...}' ? '(?:[^\\n]*\\n)*?' : `${linePattern(line)}\\n`)).join('');
  const text = actual.map((line) => `${line}\n`).join('');
  if (new RegExp(`^${source}$`).test(text)) return undefined;
  return ['expected', ...expected.map((line) => `  ${line}`), 'but got', ...actual.map((line) => `  ${line}`)].join(
    '\n',
  );
}

function linePattern(line: string): string {
  return line
    .split('{*}')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^\\n]*');
}

/** A home, a path with `sluice` on it, and commands run there. */
export class Terminal {
  readonly home = mkdtempSync(join(tmpdir(), 'sluice-session-'));

  constructor() {
    const bin = join(this.home, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'sluice'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    chmodSync(join(bin, 'sluice'), 0o755);
  }

  /** Runs a line in bash and returns what it printed, in the form of a session. */
  run(command: string): readonly string[] {
    const env = {
      PATH: `${join(this.home, 'bin')}:${process.env['PATH']}`,
      HOME: this.home,
      XDG_RUNTIME_DIR: this.home,
      TERM: 'xterm',
      TZ: 'UTC',
    };
    const { stdout, stderr, status } = spawnSync('timeout', ['60', 'bash', '-c', command], {
      env,
      cwd: this.home,
      encoding: 'utf8',
    });
    const errors = linesOf(stderr).map((line) => `! ${line}`);
    return [...linesOf(stdout), ...errors, ...(status === 0 ? [] : [`[exit ${status}]`])];
  }

  close(): void {
    this.run('sluice serve stop');
    rmSync(this.home, { recursive: true, force: true });
  }
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n');
}

/** Plays a session from a file and returns the steps that went otherwise. */
export function playSession(path: string): readonly string[] {
  const text = readFileSync(path, 'utf8');
  const terminal = new Terminal();
  try {
    if (!text.startsWith('# no server')) terminal.run('sluice serve -d --memory --port 0');
    return parseSession(text).flatMap(({ command, expected }) => {
      const found = difference(expected, terminal.run(command));
      return found === undefined ? [] : [`$ ${command}\n${found}`];
    });
  } finally {
    terminal.close();
  }
}
