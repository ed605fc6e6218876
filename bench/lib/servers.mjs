/** Servers under test: how each is started on a fresh data folder, and what its process costs. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call } from './http.mjs';

const root = join(import.meta.dirname, '../..');
const kinesaliteMain = join(import.meta.dirname, '../node_modules/kinesalite/cli.js');

/** Name → the arguments of `node` that start it on `port` with its data in `folder`. */
export const SERVERS = {
  sluice: (port, folder) => [join(root, 'bin/sluice.js'), 'serve', '--port', port, '--data', join(folder, 'data')],
  'sluice-memory': (port) => [join(root, 'bin/sluice.js'), 'serve', '--port', port, '--memory'],
  'sluice-os': (port, folder) => [...SERVERS.sluice(port, folder), '--durability', 'os'],
  kinesalite: (port, folder) => [
    kinesaliteMain,
    '--port',
    port,
    '--path',
    folder,
    '--createStreamMs',
    '0',
    '--shardLimit',
    '2000',
  ],
};

/** False, with a word on stderr, where a peer is not installed. */
export function available(name) {
  if (name !== 'kinesalite' || existsSync(kinesaliteMain)) return true;
  process.stderr.write('kinesalite is not installed: npm ci --prefix bench\n');
  return false;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a server, on one core unless told otherwise, and waits until ListStreams answers. `startMs` is the time from spawn to that answer. */
export async function start(name, { pinned = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), `bench-${name}-`));
  const port = await freePort();
  const args = SERVERS[name](String(port), folder);
  const begin = performance.now();
  const onOneCore = pinned && existsSync('/usr/bin/taskset') ? ['taskset', '-c', '0'] : [];
  const [command, ...words] = [...onOneCore, process.execPath, ...args];
  const child = spawn(command, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, XDG_RUNTIME_DIR: folder, NODE_EXTRA_CA_CERTS: '' },
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}: ${errors}`);
    const answer = await call(port, 'ListStreams', {}).catch(() => undefined);
    if (answer?.status === 200) break;
    if (performance.now() - begin > 30_000) throw new Error(`${name} does not answer: ${errors}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const startMs = performance.now() - begin;
  const stop = async () => {
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    rmSync(folder, { recursive: true, force: true });
  };
  return { name, port, folder, pid: child.pid, startMs, stop };
}

/** Creates `stream` with `shards` shards and waits until it is ACTIVE. */
export async function createStream(port, stream, shards) {
  const created = await call(port, 'CreateStream', { StreamName: stream, ShardCount: shards });
  if (created.status !== 200) throw new Error(`CreateStream: ${created.status} ${created.body}`);
  for (;;) {
    const { body } = await call(port, 'DescribeStreamSummary', { StreamName: stream });
    if (JSON.parse(body).StreamDescriptionSummary?.StreamStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const TICKS_PER_SECOND = 100;

/** CPU seconds (user and system, all threads) that a process has used. */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory in MiB. */
export function residentMiB(pid) {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return Number(line[1]) / 1024;
}
