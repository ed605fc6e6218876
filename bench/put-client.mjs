/**
 * What `sluice put` of a big file costs the client: `npm run bench:put-client [-- --lines 5000000 --bytes 200 --rounds 3]`
 * after a build. Lines of the given length, their line feed among it, random keys, through a daemon on this machine. The
 * figure is lines per CPU second of the put's process, its start included; memory is looked at twice a second.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from './lib/load.mjs';
import { createStream, start } from './lib/servers.mjs';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '5000000' },
    bytes: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
    server: { type: 'string', default: 'sluice' },
    options: { type: 'string', default: '' },
  },
});
const program = join(import.meta.dirname, '../bin/sluice.js');
const LINES_AT_ONCE = 10_000;

/** Runs in the put's own process: what it used, on its last line. */
const GAUGE = `
const rss = [];
setInterval(() => rss.push(process.memoryUsage.rss()), 500).unref();
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  process.stderr.write('\\n' + JSON.stringify({ cpuSeconds: (user + system) / 1e6, rss }) + '\\n');
});`;

function writeLines(path, lines, bytes) {
  const file = openSync(path, 'w');
  for (let i = 0; i < lines; i += LINES_AT_ONCE) {
    const count = Math.min(LINES_AT_ONCE, lines - i);
    const text = Array.from({ length: count }, (_, j) => `${String(i + j).padStart(bytes - 1, 'line ')}\n`).join('');
    writeSync(file, text);
  }
  closeSync(file);
}

/** Puts the file and returns what that cost. */
function put(port, path, folder) {
  const gauge = `data:text/javascript,${encodeURIComponent(GAUGE)}`;
  const words = ['put', 'bench', '-f', path, '--endpoint', `http://127.0.0.1:${port}`, '--no-progress'];
  const args = ['--import', gauge, program, ...words, ...values.options.split(' ').filter(Boolean)];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, XDG_RUNTIME_DIR: folder, XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => {
      const lines = errors.trim().split('\n');
      if (code !== 0) return reject(new Error(`put ended with ${code}: ${errors}`));
      resolve({ ...JSON.parse(lines.at(-1)), seconds: (performance.now() - begin) / 1_000, told: lines[0] });
    });
  });
}

const mebibytes = (bytes) => Math.round(bytes / 2 ** 20);
const folder = mkdtempSync(join(tmpdir(), 'bench-put-client-'));
const path = join(folder, 'lines.txt');
const lines = Number(values.lines);
writeLines(path, lines, Number(values.bytes));
process.stdout.write(`${lines} lines of ${values.bytes} B, ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}\n`);
const rates = [];
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    const server = await start(values.server, { pinned: false });
    try {
      await createStream(server.port, 'bench', 4);
      const { cpuSeconds, seconds, rss, told } = await put(server.port, path, folder);
      rates.push(lines / cpuSeconds);
      const half = Math.ceil(rss.length / 2);
      const memory = `${mebibytes(median(rss.slice(0, half)))} MiB, then ${mebibytes(median(rss.slice(half)))} MiB`;
      const rate = Math.round(lines / cpuSeconds);
      process.stdout.write(
        `${rate} lines/CPU s  ${cpuSeconds.toFixed(1)} CPU s  ${seconds.toFixed(1)} s  ${memory}  | ${told}\n`,
      );
    } finally {
      await server.stop();
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.stdout.write(`median ${Math.round(median(rates))} lines per CPU second of the client\n`);
