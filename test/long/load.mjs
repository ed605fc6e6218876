/**
 * Load for a while, in one run with and without attackers (A B B A): 1,000 connections that put, 20 consumers with
 * enhanced fan-out, retention at work. Healthy clients see no error, every acknowledged record reaches every consumer,
 * memory stays within its budget.
 *
 *   npm run test:long -- --minutes 30
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { attack, prepare } from './attackers.mjs';
import { call, connection, must, rest } from './calls.mjs';
import { missingFrom, newPhase, SHARDS, STREAM, startConsumer, startWriters } from './healthy.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    connections: { type: 'string', default: '1000' },
    consumers: { type: 'string', default: '20' },
  },
});
const PHASE_MS = (Number(values.minutes) * 60_000) / 4;
const CONNECTIONS = Number(values.connections);
/** Between two puts of one writer. */
const REST_MS = 15_000;
/** Bodies, answers, waiting appends and the hot tail at their bounds, and the program itself. */
const RSS_BYTES_MAX = 1_000_000_000;
/** What every AWS client waits for an answer at least. */
const LATENCY_MS_MAX = 60_000;
const HOURS_13_MS = 46_800_000;

const home = mkdtempSync(join(tmpdir(), 'sluice-load-'));

async function startServer() {
  const program = join(import.meta.dirname, '../../bin/sluice.js');
  const words = [program, 'serve', '--port', '0', '--data', join(home, 'data'), '--test-clock'];
  const env = { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: home };
  const child = spawn(process.execPath, [...words, '--create', `${STREAM}:${SHARDS}`], { env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-10_000);
    });
  }
  while (!output.includes('ready on')) {
    assert.equal(child.exitCode, null, output);
    await rest(20);
  }
  return { child, url: /ready on (\S+)/.exec(output)[1], output: () => output };
}

/** Looks each second at what the daemon holds. */
async function watch(load, pid) {
  const most = { rssBytes: 0, connections: 0, files: 0, storedBytes: 0 };
  while (!load.isRead) {
    const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1_024;
    // On a machine that is busy enough the daemon gives up on a connection before a word has come.
    const status = await fetch(`${load.url}/_sluice/status`)
      .then((response) => response.json())
      .catch(() => ({}));
    most.rssBytes = Math.max(most.rssBytes, rss);
    most.files = Math.max(most.files, readdirSync(`/proc/${pid}/fd`).length);
    most.connections = Math.max(most.connections, status.connections ?? 0);
    most.storedBytes = Math.max(most.storedBytes, status.storedBytes ?? 0);
    await rest(1_000);
  }
  return most;
}

/** Waits until every consumer has what has been acknowledged by now, lest it expire unread; a minute at most. */
async function caughtUp(load, consumers) {
  const wanted = load.acknowledged.reduce((sum, count) => sum + count, 0);
  const lag = ({ counts }) => wanted - counts.reduce((sum, count) => sum + count, 0);
  for (let tries = 0; tries < 600 && consumers.some((seen) => lag(seen) > 0); tries++) await rest(100);
}

/** Half a day goes by, and with it what is older than the retention of a day. */
async function advance(url) {
  const response = await fetch(`${url}/_sluice/clock`, {
    method: 'POST',
    body: JSON.stringify({ advanceMs: HOURS_13_MS }),
  });
  assert.equal(response.status, 200);
}

/** Makes each PutRecords take a second, as on a disk that is too slow, or no longer. */
async function slowDown(url, delay) {
  const response = await fetch(`${url}/_sluice/faults`, { method: 'POST', body: JSON.stringify({ fail: [], delay }) });
  assert.equal(response.status, 200, await response.text());
}

/** More at once than the disk takes: what is too much is refused as throttling, and nothing else goes wrong. */
async function overload(url) {
  const Records = Array.from({ length: 9 }, (_, i) => ({ Data: btoa('x'.repeat(1_000_000)), PartitionKey: `${i}` }));
  const body = JSON.stringify({ StreamName: 'attacked', Records });
  const counts = { acknowledged: 0, throttled: 0, other: [] };
  const push = async () => {
    const agent = connection();
    for (let i = 0; i < 3; i++) {
      const answer = await call(url, 'PutRecords', body, agent).catch((error) => ({ status: 0, body: String(error) }));
      if (answer.body.__type === 'ProvisionedThroughputExceededException') counts.throttled += Records.length;
      else if (answer.status !== 200) counts.other.push(`${answer.status} ${JSON.stringify(answer.body).slice(0, 80)}`);
      for (const { ErrorCode } of answer.body.Records ?? []) {
        if (ErrorCode === undefined) counts.acknowledged += 1;
        else if (ErrorCode === 'ProvisionedThroughputExceededException') counts.throttled += 1;
        else counts.other.push(ErrorCode);
      }
    }
    agent.destroy();
  };
  await slowDown(url, ['PutRecords=1s']);
  await Promise.all(Array.from({ length: 64 }, push));
  await slowDown(url, []);
  return counts;
}

function row({ name, latencies, throttled, errors }) {
  const sorted = [...latencies].sort((a, b) => a - b);
  const at = (share) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  const wrong = JSON.stringify(Object.fromEntries(errors));
  return `${name}: ${sorted.length} puts, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms, ${throttled} throttled, errors ${wrong}`;
}

const server = await startServer();
const { url } = server;
const load = { url, phase: newPhase('start'), isOver: false, isRead: false, unsure: new Set() };
try {
  const slowConsumer = await prepare(url);
  const { StreamDescriptionSummary } = await must(url, 'DescribeStreamSummary', { StreamName: STREAM });
  const arn = StreamDescriptionSummary.StreamARN;
  const consumers = [];
  for (let i = 0; i < Number(values.consumers); i++) {
    consumers.push(await startConsumer(load, arn, `consumer-${i}`, CONNECTIONS));
  }
  const watching = watch(load, server.child.pid);
  const writing = startWriters(load, CONNECTIONS, REST_MS);
  await rest(REST_MS);
  const phases = [];
  for (const kind of ['A', 'B', 'B', 'A']) {
    load.phase = newPhase(kind === 'A' ? 'without attackers' : 'with attackers');
    phases.push(load.phase);
    const attackers = kind === 'B' ? attack(url, slowConsumer) : undefined;
    await rest(PHASE_MS);
    await attackers?.stop();
    console.log(row(load.phase), attackers === undefined ? '' : `(${attackers.begun()} hostile connections)`);
    await caughtUp(load, consumers);
    await advance(url);
  }
  load.phase = newPhase('end');
  load.isOver = true;
  await writing;
  const total = load.acknowledged.reduce((sum, count) => sum + count, 0);
  await caughtUp(load, consumers);
  const wrong = consumers
    .map((seen) => missingFrom(load, seen))
    .filter(({ records, differs }) => records !== 0 || differs);
  const overloaded = await overload(url);
  load.isRead = true;
  for (const seen of consumers) seen.close();
  await Promise.all(consumers.map((seen) => seen.ended));
  const most = await watching;
  console.log(
    `${total} records acknowledged, ${consumers.length} consumers, ${wrong.length} of them not complete`,
    wrong.slice(0, 3),
  );
  console.log(`at most: ${JSON.stringify(most)}`);
  console.log(
    `overload: ${overloaded.acknowledged} acknowledged, ${overloaded.throttled} throttled, other ${JSON.stringify(overloaded.other.slice(0, 5))}`,
  );
  for (const phase of phases) {
    assert.equal(phase.errors.size, 0, `errors of healthy clients ${row(phase)}`);
    assert.ok(Math.max(...phase.latencies.slice(0, 100_000)) < LATENCY_MS_MAX, row(phase));
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual(overloaded.other, []);
  assert.ok(overloaded.throttled > 0, 'nobody was throttled');
  assert.ok(most.rssBytes < RSS_BYTES_MAX, `memory: ${most.rssBytes}`);
  const ended = new Promise((resolve) => server.child.once('exit', resolve));
  server.child.kill('SIGTERM');
  assert.equal(await ended, 0, server.output());
  console.log('ok');
} catch (error) {
  console.error(server.output());
  throw error;
} finally {
  server.child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
}
