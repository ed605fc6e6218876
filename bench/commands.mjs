/**
 * npm run bench:commands: what starting each one-shot command costs in CPU over bare Node, the two side by side. Commands
 * talk to a daemon of this run. The lowest of the rounds counts: the machine may be busy, never faster than it is.
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

const lines = [
  ['--version'],
  ['__complete', 'tail', 'or'],
  ['-h'],
  ['put', '-h'],
  ['help', 'positions'],
  ['stream', 'list'],
  ['stream', 'describe', 'orders'],
  ['stream', 'shards', 'orders'],
  ['put', 'orders', 'hello', '-q'],
  ['tail', 'orders', '--from', 'horizon', '--no-follow', '-n', '1'],
  ['split', 'orders', '0', '--dry-run', '-q'],
  ['stream', 'scale', 'orders', '4', '--dry-run', '-q'],
  ['api', 'ListStreams'],
  ['serve', 'status'],
  ['context', 'show'],
  ['config', 'list'],
  ['plan', '--records', '10', '--size', '1'],
  ['completion', 'bash'],
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
  const found = lines.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await cpuOf(['-e', '0']));
    for (const [i, args] of lines.entries()) found[i].push(await cpuOf([program, ...args]));
  }
  const floor = Math.min(...bare);
  console.log(`Node ${process.versions.node}, bare ${floor.toFixed(0)} ms of CPU, ${ROUNDS} rounds, lowest counts\n`);
  console.log('| command | ms over bare | |\n| -- | --: | -- |');
  for (const [i, args] of lines.entries()) {
    const over = Math.min(...found[i]) - floor;
    console.log(`| \`${args.join(' ')}\` | ${over.toFixed(0)} | ${over > BUDGET_MS ? `over ${BUDGET_MS}` : ''} |`);
  }
} finally {
  spawnSync(process.execPath, [program, 'serve', 'stop'], { env });
  rmSync(home, { recursive: true, force: true });
}
