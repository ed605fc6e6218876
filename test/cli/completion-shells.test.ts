/** The completion scripts in their own shells, on a terminal: what Tab makes of a line that was begun. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'sluice-completion-'));
const bin = join(home, 'bin');
const socket = join(home, 'tmux');
const debugLog = join(home, 'asked');
const env = {
  SLUICE_COMP_DEBUG: debugLog,
  PATH: `${bin}:${process.env['PATH']}`,
  HOME: home,
  XDG_RUNTIME_DIR: home,
  XDG_CACHE_HOME: join(home, 'cache'),
  XDG_CONFIG_HOME: join(home, 'config'),
  TERM: 'xterm',
  LC_ALL: 'C.UTF-8',
  TMUX_TMPDIR: home,
};
const isInstalled = (program: string) => spawnSync('which', [program]).status === 0;

interface Shell {
  readonly name: string;
  readonly start: string;
  readonly source: string;
  /** How the shell writes a file name with a space. */
  readonly file: string;
}

const shells: readonly Shell[] = [
  { name: 'bash', start: 'bash --norc --noprofile', source: 'source <(sluice completion bash)', file: 'my\\ file.txt' },
  {
    name: 'zsh',
    start: 'zsh -f',
    source: 'autoload -Uz compinit; compinit -D; source <(sluice completion zsh)',
    file: 'my\\ file.txt',
  },
  { name: 'fish', start: 'fish --no-config', source: 'sluice completion fish | source', file: 'my\\ file.txt' },
];

function tmux(...args: readonly string[]): string {
  return execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { env, cwd: home, encoding: 'utf8' });
}

/** Waits until the last line of the screen that has text is what is expected; returns it. */
async function lastLine(session: string, expected: RegExp, looks = 400): Promise<string> {
  let line = '';
  for (let i = 0; i < looks; i++) {
    const lines = tmux('capture-pane', '-p', '-t', session)
      .split('\n')
      .filter((text) => text.trim() !== '');
    line = lines.at(-1) ?? '';
    if (expected.test(line)) return line;
    await sleep(50);
  }
  return line;
}

beforeAll(() => {
  mkdirSync(bin);
  writeFileSync(join(bin, 'sluice'), `#!/bin/sh\nexec '${process.execPath}' '${root}/bin/sluice.js' "$@"\n`, {
    mode: 0o755,
  });
  writeFileSync(join(home, 'my file.txt'), '');
  execFileSync(
    'sluice',
    ['serve', '-q', '-d', '--memory', '--port', '0', '--create', 'orders:4', '--create', 'clicks'],
    { env, cwd: home, stdio: 'ignore' },
  );
});

afterAll(() => {
  spawnSync('tmux', ['-S', socket, 'kill-server'], { env });
  spawnSync('sluice', ['serve', 'stop'], { env, cwd: home });
  rmSync(home, { recursive: true, force: true });
});

describe.each(shells)('$name', ({ name, start, source, file }) => {
  const missing = ['tmux', name].filter((program) => !isInstalled(program));
  if (missing.length > 0)
    process.stderr.write(`skipped: completion in ${name}: ${missing.join(' and ')} not installed\n`);
  const check = missing.length > 0 ? test.skip : test;

  beforeAll(async () => {
    if (missing.length > 0) return;
    tmux('new-session', '-d', '-s', name, '-x', '120', '-y', '30', start);
    tmux('send-keys', '-t', name, '-l', `${source}; echo lo''aded`);
    tmux('send-keys', '-t', name, 'Enter');
    for (let i = 0; i < 400 && !tmux('capture-pane', '-p', '-t', name).includes('\nloaded'); i++) await sleep(50);
    tmux('send-keys', '-t', name, 'C-l');
  });

  /** Leaves an empty line; a shell that is still busy with the last one is told again. */
  async function clear(): Promise<void> {
    for (let i = 0; i < 10; i++) {
      tmux('send-keys', '-t', name, 'C-c');
      tmux('send-keys', '-t', name, 'C-l');
      if (!(await lastLine(name, /^(?!.*sluice)/, 20)).includes('sluice')) return;
    }
  }

  /** What stands on the line after Tab; the line is then cleared. */
  async function tab(typed: string, expected: RegExp): Promise<string> {
    tmux('send-keys', '-t', name, '-l', typed);
    await lastLine(name, new RegExp(`${typed.replace(/[.*+?^\x24{}()|[\]\\]/g, '\\$&')}\\s*$`));
    tmux('send-keys', '-t', name, 'Tab');
    const line = await lastLine(name, expected);
    await clear();
    return line;
  }

  check.each([
    ['a command', 'sluice tai', /sluice tail\s*$/],
    ['a command below a noun', 'sluice stream des', /sluice stream describe\s*$/],
    ['a stream of the running server', 'sluice tail or', /sluice tail orders\s*$/],
    ['an option', 'sluice tail orders --ti', /--ti(me|mestamps|meout)/],
    ['a choice', 'sluice stream list --output js', /--output json\s*$/],
    ['a choice behind =', 'sluice stream list --output=js', /--output=json\s*$/],
    ['a position that goes on behind a colon', 'sluice tail orders --from af', /--from after:\S*\s*$/],
    ['a word behind a colon', 'sluice serve --create orders:4 --durab', /--create orders:4 --durability\s*$/],
    ['an operation', 'sluice api DescribeStreamSu', /api DescribeStreamSummary\s*$/],
    ['a topic of two words', 'sluice help stream sca', /help stream scale\s*$/],
  ])('completes %s', async (_, typed, expected) => {
    // What a busy shell has not drawn yet is typed once more.
    const drawn = await tab(typed, expected);
    expect(expected.test(drawn) ? drawn : await tab(typed, expected)).toMatch(expected);
  });

  check('completes the name of a file, with its space', async () => {
    const expected = new RegExp(`-f ${file.replace(/\\/g, '\\\\')}\\s*$`);
    expect(await tab('sluice put orders -f my', expected)).toMatch(expected);
  });

  check('runs nothing of what was typed', async () => {
    tmux('send-keys', '-t', name, '-l', "sluice tail '$(touch evaluated)' or");
    writeFileSync(debugLog, '');
    tmux('send-keys', '-t', name, 'Tab');
    for (let i = 0; i < 400 && !readFileSync(debugLog, 'utf8').includes('evaluated'); i++) await sleep(50);
    expect(readFileSync(debugLog, 'utf8')).toContain('$(touch evaluated)');
    await clear();
    expect(existsSync(join(home, 'evaluated'))).toBe(false);
  });
});

test('the scripts are sound to the shells themselves', () => {
  const faults = [
    ['bash', '-n', 'sluice.bash'],
    ['zsh', '-n', '_sluice'],
    ['fish', '--no-execute', 'sluice.fish'],
  ].flatMap(([shell, option, script]) => {
    if (!isInstalled(shell!)) return [];
    const { status, stderr } = spawnSync(shell!, [option!, join(root, 'completions', script!)], { encoding: 'utf8' });
    return status === 0 ? [] : [`${script}: ${stderr}`];
  });
  expect(faults).toEqual([]);
});
