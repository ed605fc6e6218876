/**
 * Makes the picture of `sluice top` in the README: a daemon, a load with one heavy key, two readers, and the screen as
 * tmux captures it after a minute. Run it after a build; it changes README.md between its two marks.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const program = [process.execPath, join(root, 'bin/sluice.js')];
const home = mkdtempSync(join(tmpdir(), 'sluice-picture-'));
const socket = `sluice-picture-${process.pid}`;
const [COLUMNS, ROWS] = [80, 24];
const RECORDS_PER_SECOND = 2_900;
const HEAVY_SHARE = 0.22;
const WATCH_MS = 70_000;
const MARKS = ['<!-- picture of sluice top: npm run picture -->', '<!-- end of the picture -->'];

const env = {
  PATH: process.env.PATH,
  HOME: home,
  XDG_RUNTIME_DIR: home,
  TERM: 'tmux-256color',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
};
const sluice = (...words) => spawnSync(program[0], [program[1], ...words], { env, encoding: 'utf8' }).stdout;
const tmux = (...words) => spawnSync('tmux', ['-L', socket, ...words], { env, encoding: 'utf8' }).stdout;
const children = [];
const begin = (...words) => {
  const child = spawn(program[0], [program[1], ...words], { env, stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.on('error', () => {});
  children.push(child);
  return child;
};

/** Orders as a shop has them: many users, one of whom orders all the time. */
function orders(count) {
  let lines = '';
  for (let i = 0; i < count; i++) {
    const user = Math.random() < HEAVY_SHARE ? 'u-8812' : `u-${1_000 + Math.floor(Math.random() * 9_000)}`;
    const total = (Math.random() * 100).toFixed(2);
    const id = `o-${55_000 + Math.floor(Math.random() * 1_000_000)}`;
    lines += `{"id":"${id}","total":${total},"cur":"EUR","user":"${user}","note":"${'-'.repeat(940)}"}\n`;
  }
  return lines;
}

try {
  sluice('serve', '-d', '--memory', '--port', '0', '--create', 'orders:8', '-q');
  const put = begin('put', 'orders', '--key-from', '.user', '-q');
  begin('tail', 'orders', '-o', 'ndjson');
  begin('tail', 'orders', '--shard', '0-3', '-o', 'ndjson');
  tmux(
    '-f',
    '/dev/null',
    'new-session',
    '-d',
    '-x',
    String(COLUMNS),
    '-y',
    String(ROWS),
    `${program.join(' ')} top orders --sort capacity`,
  );
  tmux('set-option', '-g', 'status', 'off');
  tmux('resize-window', '-x', String(COLUMNS), '-y', String(ROWS));
  const until = Date.now() + WATCH_MS;
  for (let due = Date.now(); due < until; due += 250) {
    put.stdin.write(orders(RECORDS_PER_SECOND / 4));
    await pause(Math.max(0, due - Date.now()));
  }
  const picture = tmux('capture-pane', '-p').trimEnd();
  const path = join(root, 'README.md');
  const text = readFileSync(path, 'utf8');
  const [from, to] = MARKS.map((mark) => text.indexOf(mark));
  if (from < 0 || to < from) throw new Error('README.md has no marks for the picture');
  writeFileSync(path, `${text.slice(0, from)}${MARKS[0]}\n\n\`\`\`text\n${picture}\n\`\`\`\n\n${text.slice(to)}`);
  process.stdout.write(`${picture}\n`);
} finally {
  for (const child of children) child.kill();
  tmux('kill-server');
  sluice('serve', 'stop');
  rmSync(home, { recursive: true, force: true });
}
