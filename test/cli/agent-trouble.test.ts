/** Trouble around an agent at work, not in its logs: it says one clear thing and goes on. From the built program. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { readEverything } from '../faults/acknowledged.ts';
import { type DaemonProcess, startDaemonProcess } from '../faults/daemon-process.ts';
import { type AgentProcess, startAgentProcess } from './agent-process.ts';

const root = mkdtempSync(join(tmpdir(), 'sluice-agent-trouble-'));
let daemon: DaemonProcess;
let home: string;
let log: string;
let number = 0;
const agents: AgentProcess[] = [];

beforeAll(async () => {
  daemon = await startDaemonProcess(['--memory'], root);
});
afterAll(async () => {
  await daemon.end('SIGTERM');
  rmSync(root, { recursive: true, force: true });
});
beforeEach(async () => {
  home = join(root, String(number++));
  await daemon.call('CreateStream', { StreamName: 's', ShardCount: 1 });
  mkdirSync(join(home, 'logs'), { recursive: true });
  log = join(home, 'logs/app.log');
  writeFileSync(log, 'a\n');
});
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.end('SIGKILL');
  await daemon.call('DeleteStream', { StreamName: 's' });
});

function configOf(top: object = {}, pattern = `${log}*`): object {
  const flow = { filePattern: pattern, kinesisStream: 's', initialPosition: 'START_OF_FILE' };
  const flows = [{ ...flow, maxBufferAgeMillis: 1_000, maxTimeBetweenFileTrackerRefreshMillis: 200 }];
  return { 'kinesis.endpoint': daemon.url, 'cloudwatch.emitMetrics': false, ...top, flows };
}

function start(args: readonly string[] = [], top: object = {}): AgentProcess {
  const agent = startAgentProcess(home, configOf(top), args);
  agents.push(agent);
  return agent;
}

function reload(agent: AgentProcess, config: object): void {
  writeFileSync(join(home, 'agent.json'), JSON.stringify(config));
  process.kill(agent.pid, 'SIGHUP');
}

/** The stream holds exactly these lines, soon. */
async function delivered(lines: readonly string[]): Promise<void> {
  const values = async () => (await readEverything(daemon)).map((record) => record.value);
  await expect.poll(values, { timeout: 30_000 }).toEqual(lines);
}

const says = (agent: AgentProcess, text: string) => expect.poll(agent.log, { timeout: 30_000 }).toContain(text);

test.runIf(process.platform === 'linux')('a full disk under its own log: told once, delivery goes on', async () => {
  const agent = start(['--log-file', '/dev/full'], { 'log.statusReportingPeriodSeconds': 1 });
  await delivered(['a\n']);
  appendFileSync(log, 'b\n');
  await delivered(['a\n', 'b\n']);
  expect(await agent.end('SIGTERM')).toBe(0);
  expect(agent.log().match(/ENOSPC/g)).toHaveLength(1);
});

test('SIGHUP when what it would read is gone: the old configuration works on', async () => {
  const folder = join(home, 'agent.d');
  mkdirSync(folder);
  const agent = start(['--config-dir', folder]);
  await delivered(['a\n']);
  rmdirSync(folder);
  writeFileSync(folder, 'no folder');
  process.kill(agent.pid, 'SIGHUP');
  await says(agent, 'working with the old one');
  appendFileSync(log, 'b\n');
  await delivered(['a\n', 'b\n']);
});

test('SIGHUP while the state folder cannot be written: the old configuration works on, and the new one later', async () => {
  const agent = start();
  await delivered(['a\n']);
  const state = join(home, 'state');
  renameSync(state, `${state}.away`);
  writeFileSync(state, 'in the way');
  reload(agent, configOf({ maxSendingThreads: 3 }));
  await says(agent, 'working with the old configuration');
  appendFileSync(log, 'b\n');
  await delivered(['a\n', 'b\n']);
  rmSync(state);
  renameSync(`${state}.away`, state);
  process.kill(agent.pid, 'SIGHUP');
  await says(agent, 'working with the new configuration');
  appendFileSync(log, 'c\n');
  await delivered(['a\n', 'b\n', 'c\n']);
});

test('a flow taken out and put back goes on with its figures', async () => {
  const agent = start();
  await delivered(['a\n']);
  for (const [maxSendingThreads, pattern] of [
    [3, join(home, 'elsewhere')],
    [4, join(home, 'elsewhere')],
    [5, `${log}*`],
  ] as const) {
    const told = agent.log().length;
    reload(agent, configOf({ maxSendingThreads }, pattern));
    await expect.poll(() => agent.log().slice(told), { timeout: 30_000 }).toContain('working with the new');
  }
  appendFileSync(log, 'b\n');
  await delivered(['a\n', 'b\n']);
  await agent.end('SIGTERM');
  expect(agent.log()).toMatch(/ progress .* sent=2 /);
});

test('a second agent that calls the state folder by another name is refused', async () => {
  const first = start();
  await delivered(['a\n']);
  symlinkSync(join(home, 'state'), join(home, 'link'));
  const second = start(['--state-dir', join(home, 'link')]);
  await says(second, 'another agent works on');
  expect(await first.end('SIGTERM')).toBe(0);
});

test('a state folder of a long name is a folder of its own', async () => {
  const long = join(home, 'x'.repeat(120));
  const first = start(['--state-dir', long]);
  await says(first, 'ready');
  const second = start(['--state-dir', join(`${long}y`, 'z')]);
  await says(second, 'ready');
});

test('a name that is no UTF-8 is told, and keeps nobody waiting', async () => {
  writeFileSync(Buffer.concat([Buffer.from(`${log}.`), Buffer.from([0xff])]), 'lost\n');
  const agent = start();
  await delivered(['a\n']);
  await says(agent, 'EILSEQ');
});

test('a port for metrics that is taken is told, and delivery goes on', async () => {
  const agent = start([], { sluice: { prometheus: daemon.url.replace('http://', '') } });
  await delivered(['a\n']);
  expect(agent.log()).toContain('EADDRINUSE');
});

test('pipes in the places of checkpoint files are no reason to wait', async () => {
  const foreign = join(home, 'checkpoints.db');
  mkdirSync(join(home, 'state'));
  execFileSync('mkfifo', [foreign, join(home, 'state/checkpoints')]);
  await says(start([], { checkpointFile: foreign }), 'is not a checkpoint file of this version');
});
