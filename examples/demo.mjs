/**
 * A log file through sluice and back: `npm run demo [file]`. Starts a daemon of its own, forwards the log as it is and
 * then as it grows and is rotated, splits a shard meanwhile, reads everything back, replays from a sequence number and
 * from a time, and checks that every line came once and in the order of its key. Each step is printed as it would be typed.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const program = join(root, 'bin', 'sluice.js');
const home = mkdtempSync(join(tmpdir(), 'sluice-demo-'));
const env = { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: home };

const SYSTEM_LOGS = ['syslog', 'messages', 'kern.log', 'auth.log', 'dpkg.log', 'system.log', 'install.log'];
const LOG_BYTES_MAX = 50_000_000;
const LIVE_LINES = 400;
const PATIENCE_MS = 30_000;
/** The last two letters or digits of a line are its key: a few dozen keys in any log. */
const KEY = '/(\\w{1,2})\\W*$/';
/** Lines of the growing log are told apart by their first word, which is part of their keys. */
const LIVE_KEY = '/^live.*?(\\w{1,2})\\W*$/';

const checks = [];
const running = new Set();
const check = (ok, claim) => {
  checks.push(ok);
  console.log(`  ${ok ? 'ok' : 'NOT SO'}  ${claim}`);
};

/** Prints the command as typed and starts it. */
function start(args, { background = false } = {}) {
  const shown = args.map((word) => (/^[\w./:=,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  console.log(`$ sluice ${shown.join(' ')}${background ? ' &' : ''}`);
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const run = { child, out: [], err: [] };
  running.add(run);
  child.stdout.on('data', (piece) => run.out.push(piece));
  child.stderr.on('data', (piece) => run.err.push(piece));
  run.exit = new Promise((resolve) => child.on('close', resolve)).finally(() => running.delete(run));
  return run;
}

/** Runs a command to its end, shows what it said on stderr, and expects its exit code. */
async function sluice(args, expected = 0) {
  const run = start(args);
  const code = await run.exit;
  const said = Buffer.concat(run.err).toString();
  process.stdout.write(said.replace(/^(?=.)/gm, '  '));
  if (code !== expected) throw new Error(`sluice ${args[0]} ended with ${code}, not ${expected}`);
  return Buffer.concat(run.out).toString();
}

/** Ctrl-C, and what the command says then. */
async function interrupt(run, name) {
  run.child.kill('SIGINT');
  const code = await run.exit;
  console.log(`^C on ${name}: exit ${code}`);
  process.stdout.write(
    Buffer.concat(run.err)
      .toString()
      .replace(/^(?=.)/gm, '  '),
  );
  return code;
}

/** The records of ndjson, data as the bytes that were put. */
function records(text) {
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  return lines.map((line) => {
    const { shard, seq, key, time, data, enc } = JSON.parse(line);
    return { shard, seq, key, time, line: Buffer.from(data, enc === 'base64' ? 'base64' : 'utf8').toString('latin1') };
  });
}

const received = (run) => records(Buffer.concat(run.out).toString());

async function until(done, what) {
  const deadline = Date.now() + PATIENCE_MS;
  while (!done()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what()}`);
    await sleep(50);
  }
}

/** The lines of a file that end, as latin1 so that no byte is lost. */
function linesOf(path) {
  const text = readFileSync(path, 'latin1');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
}

function chooseLog() {
  if (process.argv[2] !== undefined) return process.argv[2];
  const fits = (path) => {
    try {
      const { size } = statSync(path);
      return size <= LOG_BYTES_MAX && linesOf(path).length > 0;
    } catch {
      return false;
    }
  };
  return SYSTEM_LOGS.map((name) => join('/var/log', name)).find(fits) ?? join(root, 'examples', 'sample.log');
}

const isLive = (record) => record.line.startsWith('live ');
const sorted = (lines) => [...lines].sort().join('\n');

/** Every line once; and line after line of each key as in the file. */
function compare(name, got, lines) {
  check(
    sorted(got.map((record) => record.line)) === sorted(lines),
    `${name}: each of ${lines.length} lines came back once`,
  );
  // A line without a letter or digit has a key of its own, by chance.
  const keyed = got.filter((record) => /\w/.test(record.line));
  const keyOf = new Map(keyed.map((record) => [record.line, record.key]));
  const keys = new Set(keyOf.values());
  const inOrder = [...keys].every((key) => {
    const came = got.filter((record) => record.key === key).map((record) => record.line);
    const wrote = lines.filter((line) => keyOf.get(line) === key);
    return came.join('\n') === wrote.join('\n');
  });
  check(inOrder, `${name}: in order within each of ${keys.size} keys`);
}

/** Plays a program that logs: appends a portion at a time, and once moves its log aside and begins a new one. */
async function writeLive(path, lines) {
  for (let i = 0; i < lines.length; i += 20) {
    if (i >= lines.length / 2 && i < lines.length / 2 + 20) renameSync(path, `${path}.1`);
    appendFileSync(
      path,
      lines
        .slice(i, i + 20)
        .map((line) => `${line}\n`)
        .join(''),
      'latin1',
    );
    await sleep(25);
  }
}

function busiestShard(all) {
  const counts = new Map();
  for (const { shard } of all) counts.set(shard, (counts.get(shard) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0][0];
}

/** What a replay gave beside what it should have. */
function compareReplay(claim, got, expected) {
  const seqs = (all) => sorted(all.map((record) => `${record.shard} ${record.seq}`));
  check(expected.length > 0 && seqs(got) === seqs(expected), `${claim}: ${expected.length} records`);
}

async function demo() {
  const log = chooseLog();
  const lines = linesOf(log);
  console.log(`The log is ${log}: ${lines.length} lines.`);
  console.log(`$ export HOME=${home} XDG_RUNTIME_DIR=${home}`);
  await sluice(['serve', '-d', '--port', '0', '--data', join(home, 'data')]);
  await sluice(['stream', 'create', 'logs', '-s', '4']);

  const tail = start(['tail', 'logs', '--from', 'horizon', '-o', 'ndjson', '--data', 'string'], { background: true });
  const forward = start(['put', 'logs', '-f', log, '--follow', '--key-from', KEY], { background: true });
  await until(
    () => received(tail).length >= lines.length,
    () => `the lines of the log: ${received(tail).length} came`,
  );
  console.log(`  ${received(tail).length} lines have come back.`);

  const livePath = join(home, 'live.log');
  const live = Array.from({ length: LIVE_LINES }, (_, i) => `live ${i} ${lines[i % lines.length]}`);
  appendFileSync(livePath, `${live[0]}\n`, 'latin1');
  const forwardLive = start(['put', 'logs', '-f', livePath, '--follow', '--key-from', LIVE_KEY], { background: true });
  console.log(`A program begins to write ${LIVE_LINES} lines to ${livePath}, and rotates it half way.`);
  await until(
    () => received(tail).some(isLive),
    () => 'the first line of the growing log',
  );
  const writing = writeLive(livePath, live.slice(1));
  const busiest = busiestShard(received(tail));
  await sluice(['split', 'logs', String(Number(busiest.slice('shardId-'.length)))]);
  await writing;
  await until(
    () => received(tail).filter(isLive).length >= LIVE_LINES,
    () => `the lines of the growing log: ${received(tail).filter(isLive).length} came`,
  );

  const stops = [await interrupt(forward, 'put'), await interrupt(forwardLive, 'put'), await interrupt(tail, 'tail')];
  check(stops.join() === '130,130,130', 'Ctrl-C ends each with 130');
  console.log(await sluice(['stream', 'shards', 'logs', '--tree']));

  const all = received(tail);
  const arrived = all.filter((record) => !isLive(record));
  compare(log, arrived, linesOf(log).slice(0, arrived.length));
  compare(livePath, all.filter(isLive), live);
  check(
    all.some((record) => record.shard === busiest) && all.some((record) => /00000000000[45]$/.test(record.shard)),
    'records stand in the split shard and in its children',
  );

  const closed = all.filter((record) => record.shard === busiest);
  const from = closed[Math.floor(closed.length / 2)];
  const behind = all.filter((record) => record.shard === from.shard && all.indexOf(record) > all.indexOf(from));
  const children = all.filter((record) => /00000000000[45]$/.test(record.shard));
  const bySeq = await sluice([
    'replay',
    'logs',
    '--from',
    `after:${from.seq}`,
    '--pace',
    'max',
    '-o',
    'ndjson',
    '--data',
    'string',
  ]);
  compareReplay('replay from a sequence number, through the split', records(bySeq), [...behind, ...children]);

  const { time } = all.filter(isLive)[Math.floor(LIVE_LINES / 2)];
  const byTime = await sluice(['replay', 'logs', '--from', time, '--pace', 'max', '-o', 'ndjson', '--data', 'string']);
  compareReplay(
    'replay from a time',
    records(byTime),
    all.filter((record) => record.time >= time),
  );

  await sluice(['serve', 'stop']);
  await sluice(['serve', 'status'], 5);
}

try {
  await demo();
} catch (error) {
  checks.push(false);
  console.error(`The demo failed: ${error.stack}`);
  for (const { child, err } of running) {
    console.error(`  ${child.spawnargs.slice(2).join(' ')}: ${Buffer.concat(err)}`);
    child.kill('SIGKILL');
  }
  const stop = spawn(process.execPath, [program, 'serve', 'stop'], { env, stdio: 'ignore' });
  await new Promise((resolve) => stop.on('close', resolve));
} finally {
  rmSync(home, { recursive: true, force: true });
}
const failures = checks.filter((ok) => !ok).length;
console.log(
  failures === 0 ? `All ${checks.length} checks hold.` : `${failures} of ${checks.length} checks do not hold.`,
);
process.exitCode = failures === 0 ? 0 : 1;
