/**
 * A stream that is away while a program logs and logrotate rotates: the files are the buffer, memory is not, and every
 * line arrives once when the stream is back, also those of files deleted meanwhile. The long form, half an hour and
 * 2 GiB: SLUICE_AGENT_OUTAGE_SECONDS=1800 SLUICE_AGENT_OUTAGE_MIB=2048.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { ServiceStatus } from '../../src/agent/agent-service.ts';
import { readLocalText } from '../../src/runtime/local-socket.ts';
import { type DaemonProcess, startDaemonProcess } from '../faults/daemon-process.ts';
import { noLogrotate } from './agent-lab.ts';
import { type AgentProcess, startAgentProcess } from './agent-process.ts';

const SECONDS = Number(process.env['SLUICE_AGENT_OUTAGE_SECONDS'] ?? 2);
const BYTES = Number(process.env['SLUICE_AGENT_OUTAGE_MIB'] ?? 16) * 1_048_576;
const ROTATIONS = 20;
const BURSTS = 10;
/** Mean of the lines below. */
const LINE_BYTES = 214;
const LINES = Math.floor(BYTES / LINE_BYTES / ROTATIONS / BURSTS) * ROTATIONS * BURSTS;
/** While nothing can be sent. */
const WAITING_MIB_MAX = 150;
/** While a backlog goes out as fast as it can, and garbage comes as fast. */
const SENDING_MIB_MAX = 200;

const root = mkdtempSync(join(tmpdir(), 'sluice-agent-outage-'));
const running: { end(signal: NodeJS.Signals): Promise<number | null> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.end('SIGKILL');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const rest = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const lineOf = (number: number) => `${String(number).padStart(9, '0')} ${'abcdefghij'.repeat(10 + (number % 21))}\n`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** How often each line is in the stream, and how many records are no line. */
async function arrived(daemon: DaemonProcess): Promise<{ readonly times: Uint8Array; readonly others: number }> {
  const times = new Uint8Array(LINES);
  let others = 0;
  const { Shards } = (await daemon.call('ListShards', { StreamName: 's' })) as { Shards: { ShardId: string }[] };
  for (const { ShardId } of Shards) {
    const input = { StreamName: 's', ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    let iterator = (await daemon.call('GetShardIterator', input))['ShardIterator'];
    while (typeof iterator === 'string') {
      const page = await daemon.call('GetRecords', { ShardIterator: iterator, Limit: 10_000 });
      const records = page['Records'] as { Data: string }[];
      for (const { Data } of records) {
        const line = Buffer.from(Data, 'base64').toString();
        const number = Number(line.slice(0, 9));
        if (line === lineOf(number)) times[number]!++;
        else others++;
      }
      iterator = records.length > 0 ? page['NextShardIterator'] : undefined;
    }
  }
  return { times, others };
}

/** Returns when what the agent says of its flow is so. */
async function until(socket: string, isSo: (flow: ServiceStatus['flows'][number]) => boolean): Promise<void> {
  for (let isDone = false; !isDone; ) {
    const text = await readLocalText(socket);
    isDone = text !== undefined && (JSON.parse(text) as ServiceStatus).flows.every(isSo);
    if (!isDone) await rest(20);
  }
}

/** Most memory the process has had so far. */
const peakMiB = (pid: number) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1]) / 1_024;

if (noLogrotate !== undefined) console.log(`skipped: ${noLogrotate}`);

test.skipIf(noLogrotate !== undefined || process.platform !== 'linux').each([
  ['nothing is deleted', 'rotate 5000'],
  ['all but the newest two are deleted', 'rotate 2'],
])(
  `an outage of ${SECONDS} s with ${ROTATIONS} rotations, ${LINES} lines, where %s`,
  async (name, keep) => {
    const home = join(root, name.replaceAll(' ', '-'));
    mkdirSync(join(home, 'logs'), { recursive: true });
    const log = join(home, 'logs/app.log');
    writeFileSync(log, '');
    const port = await freePort();
    const flow = {
      filePattern: `${log}*`,
      kinesisStream: 's',
      initialPosition: 'START_OF_FILE',
      maxBufferAgeMillis: 1_000,
    };
    const config = { 'kinesis.endpoint': `http://127.0.0.1:${port}`, 'cloudwatch.emitMetrics': false, flows: [flow] };
    const agent: AgentProcess = startAgentProcess(home, config);
    running.push(agent);
    const rotation = join(home, 'logrotate.conf');
    writeFileSync(rotation, `${log} {\n su root root\n ${keep}\n create\n start 1\n}\n`, { mode: 0o644 });
    const socket = join(home, 'state/status.sock');
    const perBurst = LINES / ROTATIONS / BURSTS;
    let written = 0;
    for (let burst = 0; burst < ROTATIONS * BURSTS; burst++) {
      const numbers = Array.from({ length: perBurst }, (_, i) => burst * perBurst + i);
      const text = numbers.map(lineOf).join('');
      appendFileSync(log, text);
      written += text.length;
      await rest((SECONDS * 1_000) / ROTATIONS / BURSTS);
      if (burst % BURSTS === BURSTS - 1) {
        // A file that is deleted before anyone has opened it is lost to everyone.
        await until(socket, (flow) => flow.behindBytes >= written);
        execFileSync('logrotate', ['-f', '-s', join(home, 'logrotate.state'), rotation]);
      }
    }
    const duringMiB = peakMiB(agent.pid);
    const daemon = await startDaemonProcess(['--port', String(port), '--memory', '--create', 's:4'], home);
    running.push(daemon);
    await until(socket, (flow) => flow.behindBytes === 0 && flow.heldRecords === 0);
    const { times, others } = await arrived(daemon);
    const missing = times.reduce((count, seen) => count + (seen === 0 ? 1 : 0), 0);
    const twice = times.reduce((count, seen) => count + (seen > 1 ? 1 : 0), 0);
    console.log(`${keep}: ${duringMiB.toFixed(0)} MiB in the outage, ${peakMiB(agent.pid).toFixed(0)} MiB at the end`);
    expect({ missing, twice, others }).toEqual({ missing: 0, twice: 0, others: 0 });
    expect(duringMiB).toBeLessThan(WAITING_MIB_MAX);
    expect(peakMiB(agent.pid)).toBeLessThan(SENDING_MIB_MAX);
  },
  SECONDS * 2_000 + (BYTES / 1_048_576) * 1_000 + 180_000,
);
