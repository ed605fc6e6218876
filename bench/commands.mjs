/**
 * npm run bench:commands: what starting each one-shot command costs in CPU over bare Node, the two side by side. Commands
 * talk to a daemon of this run. The lowest of the rounds counts: the machine may be busy, never faster than it is.
 * SLUICE_BENCH_BEFORE=/elsewhere/bin/sluice.js adds another build.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const program = join(root, 'bin/sluice.js');
const home = mkdtempSync(join(tmpdir(), 'sluice-start-'));
const env = { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: home };
const ROUNDS = Number(process.env.SLUICE_ROUNDS ?? 9);
const BUDGET_MS = 60;
const builds = [program, process.env.SLUICE_BENCH_BEFORE].filter((path) => path !== undefined);

/** What is typed, and how many milliseconds it may take. */
const lines = [
  [['--version'], 3],
  [['__complete', 'tail', 'orders', '--fr'], 8],
  [['__complete', 'tail', 'or'], 8],
  [['-h'], 20],
  [['put', '-h'], 20],
  [['put', '--nonsense'], 20],
  [['help', 'positions']],
  [['stream', 'list']],
  [['stream', 'describe', 'orders']],
  [['stream', 'shards', 'orders']],
  [['put', 'orders', 'hello', '-q']],
  [['tail', 'orders', '--from', 'horizon', '--no-follow', '-n', '1']],
  [['split', 'orders', '0', '--dry-run', '-q']],
  [['stream', 'scale', 'orders', '4', '--dry-run', '-q']],
  [['api', 'ListStreams']],
  [['serve', 'status']],
  [['context', 'show']],
  [['config', 'list']],
  [['plan', '--records', '10', '--size', '1']],
  [['completion', 'bash']],
];

/** User and system milliseconds of a Node program, taken by the kernel's own count of waited-for children. */
function cpuOf(args) {
  return new Promise((resolve) => {
    const timed = spawn(
      'bash',
      ['-c', 'TIMEFORMAT="%U %S"; time "$0" "$@" >/dev/null 2>&1', process.execPath, ...args],
      { env, cwd: home },
    );
    let text = '';
    timed.stderr.on('data', (piece) => {
      text += piece;
    });
    timed.on('close', () =>
      resolve(
        text
          .trim()
          .split(' ')
          .reduce((sum, part) => sum + Number(part) * 1_000, 0),
      ),
    );
  });
}

spawnSync(process.execPath, [program, 'serve', '-d', '-q', '--memory', '--port', '0', '--create', 'orders:2'], {
  env,
  stdio: 'ignore',
});
try {
  const bare = [];
  const found = lines.map(() => builds.map(() => []));
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await cpuOf(['-e', '0']));
    for (const [i, [words]] of lines.entries()) {
      for (const [k, build] of builds.entries()) found[i][k].push(await cpuOf([build, ...words]));
    }
  }
  const floor = Math.min(...bare);
  console.log(`Node ${process.versions.node}, bare ${floor.toFixed(0)} ms of CPU, ${ROUNDS} rounds, lowest counts\n`);
  const before = builds.length > 1;
  console.log(`| command | ms over bare |${before ? ' before |' : ''} budget | |`);
  console.log(`| -- | --: |${before ? ' --: |' : ''} --: | -- |`);
  for (const [i, [words, budgetMs = BUDGET_MS]] of lines.entries()) {
    const over = found[i].map((runs) => Math.max(0, Math.min(...runs) - floor));
    const cells = over.map((ms) => ` ${ms.toFixed(0)} |`).join('');
    console.log(`| \`${words.join(' ')}\` |${cells} ${budgetMs} | ${over[0] > budgetMs ? 'over' : ''} |`);
  }
} finally {
  spawnSync(process.execPath, [program, 'serve', 'stop'], { env });
  rmSync(home, { recursive: true, force: true });
}
