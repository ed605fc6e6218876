/** Servers under test: how each is started on a fresh data folder, and what its process costs. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call } from './http.mjs';

const root = join(import.meta.dirname, '../..');
const peer = (path) => join(import.meta.dirname, '../node_modules', path);
const sluice = (port, folder) => [join(root, 'bin/sluice.js'), 'serve', '--port', port, '--data', join(folder, 'data')];
const KINESALITE_LIMITS = ['--createStreamMs', '0', '--shardLimit', '2000'];

/** Name → the program with its arguments, of node unless `command` says otherwise, to serve `port` with data in `folder`. */
export const SERVERS = {
  sluice: { args: sluice },
  'sluice-memory': { args: (port) => [join(root, 'bin/sluice.js'), 'serve', '--port', port, '--memory'] },
  'sluice-os': { args: (port, folder) => [...sluice(port, folder), '--durability', 'os'] },
  /** Another build to compare with: SLUICE_BENCH_BEFORE=/elsewhere/bin/sluice.js */
  before: {
    program: process.env.SLUICE_BENCH_BEFORE,
    args: (port, folder) => [process.env.SLUICE_BENCH_BEFORE, ...sluice(port, folder).slice(1)],
  },
  kinesalite: {
    program: peer('kinesalite/cli.js'),
    args: (port, folder) => [peer('kinesalite/cli.js'), '--port', port, '--path', folder, ...KINESALITE_LIMITS],
  },
  /** In memory, as it is by default: kept on disk it is half as fast. */
  'kinesis-local': {
    program: peer('kinesis-local/main.js'),
    args: () => [peer('kinesis-local/main.js')],
    env: (port, spare) => ({
      KINESIS_MOCK_PLAIN_PORT: port,
      KINESIS_MOCK_TLS_PORT: spare,
      KINESIS_MOCK_CERT_PATH: peer('kinesis-local/server.json'),
      CREATE_STREAM_DURATION: '0ms',
      SHARD_LIMIT: '2000',
      LOG_LEVEL: 'ERROR',
    }),
  },
  /** In memory. `cargo install ferrokinesis --root /elsewhere`, then SLUICE_BENCH_FERROKINESIS=/elsewhere/bin/ferrokinesis */
  ferrokinesis: {
    program: process.env.SLUICE_BENCH_FERROKINESIS,
    command: process.env.SLUICE_BENCH_FERROKINESIS,
    args: (port) => ['--port', port, '--create-stream-ms', '0', '--shard-limit', '2000', '--log-level', 'error'],
  },
  /** Answers every POST with as many bytes as the path of the request says, once its body is there. */
  'bare-http': { args: (port) => [join(import.meta.dirname, 'bare-server.mjs'), port] },
};

/** False, with a word on stderr, where a peer is not there. */
export function available(name) {
  const { program = '' } = SERVERS[name];
  if (!('program' in SERVERS[name]) || existsSync(program)) return true;
  if (name !== 'before') process.stderr.write(`without ${name}: it is not installed\n`);
  return false;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Starts a server, on one core unless told otherwise, and waits until ListStreams answers. `startMs` is the time from spawn
 * to that answer. With a `folder` of the caller's, that one is used and left in place.
 */
export async function start(name, { pinned = true, folder: given } = {}) {
  const folder = given ?? mkdtempSync(join(tmpdir(), `bench-${name}-`));
  const port = await freePort();
  const { args, command = process.execPath, env } = SERVERS[name];
  const onOneCore = pinned && existsSync('/usr/bin/taskset') ? ['taskset', '-c', '0'] : [];
  const more = env?.(String(port), String(await freePort()));
  const begin = performance.now();
  const [program, ...words] = [...onOneCore, command, ...args(String(port), folder)];
  const child = spawn(program, words, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, XDG_RUNTIME_DIR: folder, NODE_EXTRA_CA_CERTS: '', ...more },
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const stop = async ({ signal = 'SIGKILL' } = {}) => {
    const ended = child.exitCode === null ? new Promise((resolve) => child.once('exit', resolve)) : undefined;
    child.kill(signal);
    await ended;
    if (given === undefined) rmSync(folder, { recursive: true, force: true });
  };
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}: ${errors}`);
    const answer = await call(port, 'ListStreams', {}).catch(() => undefined);
    if (answer?.status === 200) break;
    if (performance.now() - begin > 60_000) {
      await stop();
      throw new Error(`${name} does not answer: ${errors}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { name, port, folder, pid: child.pid, startMs: performance.now() - begin, stop };
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
  return ticks(`/proc/${pid}/stat`);
}

/** Those of its first thread alone, which runs a Node program's loop: one core carries no more of them than one a second. */
export function loopSeconds(pid) {
  return ticks(`/proc/${pid}/task/${pid}/stat`);
}

function ticks(path) {
  const fields = readFileSync(path, 'latin1').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory in MiB. */
export function residentMiB(pid) {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return Number(line[1]) / 1024;
}

/** What a folder takes on disk. */
export function diskBytes(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).blocks * 512, 0);
}
