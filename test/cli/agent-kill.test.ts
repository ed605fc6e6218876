/**
 * kill -9 of the agent at random moments while a program logs, logrotate rotates each second and the service fails one
 * request in ten: every line arrives, nothing arrives that was never a line, and what arrives twice was under way when
 * the agent was killed. The long form: SLUICE_AGENT_KILLS=200 SLUICE_AGENT_LINES=100000.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type DaemonProcess, startDaemonProcess } from '../faults/daemon-process.ts';
import { noLogrotate } from './agent-lab.ts';
import { type AgentProcess, startAgentProcess } from './agent-process.ts';

const KILLS = Number(process.env['SLUICE_AGENT_KILLS'] ?? 8);
const LINES = Number(process.env['SLUICE_AGENT_LINES'] ?? 5_000);
const PER_SECOND = 400;
/** A checkpoint each second, a request in flight, and a machine that has other things to do. */
const WINDOW_MS = 3_000;

const home = mkdtempSync(join(tmpdir(), 'sluice-agent-kill-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const rest = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const lineOf = (number: number) => `line ${number} ${'abcdefghij'.repeat(number % 13)}\n`;

interface Arrival {
  readonly line: string;
  readonly atMs: number;
}

/** Everything in the stream. The service fails on purpose, so each call is made until it does not. */
async function arrivals(daemon: DaemonProcess): Promise<readonly Arrival[]> {
  const call = async (operation: string, input: object): Promise<Record<string, unknown>> => {
    for (;;) {
      try {
        return await daemon.call(operation, input);
      } catch (error) {
        if (!/ProvisionedThroughput|InternalFailure|50\d/.test(String(error))) throw error;
      }
    }
  };
  const { Shards } = (await call('ListShards', { StreamName: 's' })) as { Shards: { ShardId: string }[] };
  const found: Arrival[] = [];
  for (const { ShardId } of Shards) {
    const input = { StreamName: 's', ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    let iterator = (await call('GetShardIterator', input))['ShardIterator'];
    while (typeof iterator === 'string') {
      const page = await call('GetRecords', { ShardIterator: iterator, Limit: 10_000 });
      const records = page['Records'] as { Data: string; ApproximateArrivalTimestamp: number }[];
      for (const { Data, ApproximateArrivalTimestamp } of records) {
        found.push({ line: Buffer.from(Data, 'base64').toString(), atMs: ApproximateArrivalTimestamp * 1_000 });
      }
      iterator = records.length > 0 ? page['NextShardIterator'] : undefined;
    }
  }
  return found;
}

function rotate(log: string): void {
  const config = join(home, 'logrotate.conf');
  writeFileSync(config, `${log} {\n su root root\n rotate 5000\n create\n start 1\n}\n`, { mode: 0o644 });
  execFileSync('logrotate', ['-f', '-s', join(home, 'logrotate.state'), config]);
}

if (noLogrotate !== undefined) console.log(`skipped: ${noLogrotate}`);

test.skipIf(noLogrotate !== undefined)(
  `${KILLS} kills during ${LINES} lines lose nothing`,
  async () => {
    mkdirSync(join(home, 'logs'));
    const log = join(home, 'logs/app.log');
    writeFileSync(log, '');
    const daemon = await startDaemonProcess(['--memory', '--create', 's:4', '--fail', 'PutRecords=10%'], home);
    const flow = {
      filePattern: `${log}*`,
      kinesisStream: 's',
      initialPosition: 'START_OF_FILE',
      maxBufferAgeMillis: 1_000,
    };
    const config = { 'kinesis.endpoint': daemon.url, 'cloudwatch.emitMetrics': false, flows: [flow] };
    const writer = spawn(process.execPath, [
      join(import.meta.dirname, 'log-writer.mjs'),
      log,
      '0',
      String(LINES),
      String(PER_SECOND),
    ]);
    const written = new Promise((resolve) => writer.once('exit', resolve));
    let isWritten = false;
    void written.then(() => {
      isWritten = true;
    });
    const rotating = (async () => {
      while (!isWritten) {
        await rest(1_000);
        rotate(log);
      }
    })();

    const killedMs: number[] = [];
    let agent: AgentProcess | undefined;
    for (let kill = 0; kill < KILLS; kill++) {
      agent = startAgentProcess(home, config);
      await rest(300 + Math.random() * 1_700);
      await agent.end('SIGKILL');
      killedMs.push(Date.now());
    }
    await written;
    await rotating;
    agent = startAgentProcess(home, config, ['--once']);
    const code = await Promise.race([agent.end('SIGCONT'), rest(120_000).then(() => 'too late')]);
    expect({ code, log: code === 0 ? '' : agent.log() }).toEqual({ code: 0, log: '' });

    const found = await arrivals(daemon);
    await daemon.end('SIGTERM');
    const firstMs = new Map<string, number>();
    const early: string[] = [];
    for (const { line, atMs } of [...found].sort((a, b) => a.atMs - b.atMs)) {
      const before = firstMs.get(line);
      if (before === undefined) firstMs.set(line, atMs);
      else if (!killedMs.some((ms) => ms >= before && ms - before < WINDOW_MS)) early.push(line);
    }
    const expected = new Set(Array.from({ length: LINES }, (_, number) => lineOf(number)));
    expect({
      missing: [...expected].filter((line) => !firstMs.has(line)).slice(0, 5),
      foreign: [...firstMs.keys()].filter((line) => !expected.has(line)).slice(0, 5),
      repeatedOutsideTheWindow: early.slice(0, 5),
    }).toEqual({ missing: [], foreign: [], repeatedOutsideTheWindow: [] });
    console.log(`${LINES} lines, ${KILLS} kills, ${found.length - LINES} arrived twice`);
  },
  60_000 + KILLS * 5_000 + LINES * 4,
);
