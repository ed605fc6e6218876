/** `sluice agent` as people run it, into a daemon: odd files, odd bytes, stops and two at once. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readEverything } from '../faults/acknowledged.ts';
import { type DaemonProcess, startDaemonProcess } from '../faults/daemon-process.ts';
import { type AgentProcess, startAgentProcess } from './agent-process.ts';

const root = mkdtempSync(join(tmpdir(), 'sluice-agent-cli-'));
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
  await daemon.call('CreateStream', { StreamName: 's', ShardCount: 1 });
  home = join(root, String(number++));
  mkdirSync(join(home, 'logs'), { recursive: true });
  log = join(home, 'logs/app.log');
});
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.end('SIGKILL');
  await daemon.call('DeleteStream', { StreamName: 's' });
});

function start(flow: object = {}, args: readonly string[] = []): AgentProcess {
  const filePattern = `${log}*`;
  const defaults = { filePattern, kinesisStream: 's', initialPosition: 'START_OF_FILE', maxBufferAgeMillis: 1_000 };
  const config = { 'kinesis.endpoint': daemon.url, 'cloudwatch.emitMetrics': false, flows: [{ ...defaults, ...flow }] };
  const agent = startAgentProcess(home, config, args);
  agents.push(agent);
  return agent;
}

/** Everything in the stream once there are `count` records, or what is there after 40 s. */
async function arrived(count: number): Promise<readonly string[]> {
  for (let tries = 0; ; tries++) {
    const found = (await readEverything(daemon)).map((record) => record.value);
    if (found.length >= count || tries === 400) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Runs to the end of all files; its exit code. */
const once = (flow?: object, args: readonly string[] = []) => start(flow, ['--once', ...args]).end('SIGCONT');

/** Most memory the process has had so far. */
const peakMiB = ({ pid }: AgentProcess) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1]) / 1_024;

describe('odd names', () => {
  test('a directory, a pipe, a socket and compressed files that match are passed over', async () => {
    mkdirSync(`${log}.dir`);
    execFileSync('mkfifo', [`${log}.pipe`]);
    const socket = createServer().listen(`${log}.sock`);
    writeFileSync(`${log}.1.gz`, 'not lines');
    appendFileSync(log, 'a\n');
    expect(await once()).toBe(0);
    socket.close();
    expect(await arrived(1)).toEqual(['a\n']);
  });

  test('a symbolic link is its target; pointed elsewhere, it is another file; a loop is nothing', async () => {
    writeFileSync(join(home, 'one'), '1\n');
    writeFileSync(join(home, 'two'), '2\n');
    symlinkSync(join(home, 'one'), log);
    symlinkSync(`${log}.loop`, `${log}.loop`);
    start();
    expect(await arrived(1)).toEqual(['1\n']);
    unlinkSync(log);
    symlinkSync(join(home, 'two'), log);
    appendFileSync(join(home, 'one'), 'late\n');
    expect([...(await arrived(3))].sort()).toEqual(['1\n', '2\n', 'late\n']);
  });

  test.skipIf(process.getuid?.() === 0)('a file that may not be read, then may', async () => {
    writeFileSync(log, 'a\n');
    chmodSync(log, 0);
    const agent = start();
    for (let tries = 0; tries < 100 && !/EACCES/.test(agent.log()); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    chmodSync(log, 0o644);
    expect(await arrived(1)).toEqual(['a\n']);
  });
});

describe('odd bytes', () => {
  test('a writer that goes on behind a truncation leaves a hole: no record has NULs in it', async () => {
    const fd = openSync(log, 'w');
    writeSync(fd, 'old 1\nold 2\n');
    start();
    await arrived(2);
    copyFileSync(log, `${log}.1`);
    truncateSync(log, 0);
    writeSync(fd, 'new 1\nnew 2\n');
    closeSync(fd);
    expect([...(await arrived(4))].sort()).toEqual(['new 1\n', 'new 2\n', 'old 1\n', 'old 2\n']);
  });

  test('bytes that are no text arrive as they are', async () => {
    writeFileSync(log, Uint8Array.of(0xff, 0xfe, 0x00, 0x80, 0x0a));
    await once();
    const [only] = await arrived(1);
    expect(Buffer.from(only!, 'latin1').toString('hex')).toBe('fffe00800a');
  });

  test('a line of 3 MiB between two others is cut to a record, the others are whole', async () => {
    writeFileSync(log, `s\n${'x'.repeat(3 * 1_048_576)}\ne\n`);
    await once();
    const found = await arrived(3);
    expect([found.length, found[0], found[2]]).toEqual([3, 's\n', 'e\n']);
    expect(found[1]!.length).toBeGreaterThan(1_048_000);
    expect(found[1]!.length).toBeLessThanOrEqual(1_048_576);
    expect(found[1]!.endsWith('x\n')).toBe(true);
  });

  test.skipIf(process.platform !== 'linux')(
    'a line of 1 GiB between two others is cut too, and never held in memory',
    async () => {
      writeFileSync(log, 's\nx');
      truncateSync(log, 1_073_741_824);
      appendFileSync(log, '\ne\n');
      const agent = start();
      const found = await arrived(3);
      expect([found.length, found[0], found[2]]).toEqual([3, 's\n', 'e\n']);
      expect(found[1]!.length).toBeLessThanOrEqual(1_048_576);
      expect(peakMiB(agent)).toBeLessThan(256);
    },
  );

  test('LOGTOJSON with deterministic keys: what does not match is counted, left out and done with', async () => {
    const good = (path: string) => `10.0.0.1 - - [27/Oct/2000:09:27:09 -0400] "GET ${path} HTTP/1.0" 200 10450`;
    writeFileSync(log, `${good('/a')}\nbad\n${good('/b')}\n`);
    const flow = {
      partitionKeyOption: 'DETERMINISTIC',
      dataProcessingOptions: [{ optionName: 'LOGTOJSON', logFormat: 'COMMONAPACHELOG' }],
      'log.emitInternalMetrics': true,
    };
    const agent = start(flow, ['--once']);
    expect(await agent.end('SIGCONT')).toBe(0);
    expect(agent.log()).toMatch(/flow=.* unmatchedRecords=1 .*unmatchedSample=bad/);
    expect(await once(flow)).toBe(0);
    const { Shards } = (await daemon.call('ListShards', { StreamName: 's' })) as { Shards: { ShardId: string }[] };
    const place = { StreamName: 's', ShardId: Shards[0]!.ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator } = await daemon.call('GetShardIterator', place);
    const { Records } = await daemon.call('GetRecords', { ShardIterator });
    const records = Records as { Data: string; PartitionKey: string }[];
    expect(records.map(({ Data }) => JSON.parse(atob(Data)).request)).toEqual(['GET /a HTTP/1.0', 'GET /b HTTP/1.0']);
    for (const { Data, PartitionKey } of records) {
      expect(PartitionKey).toBe(createHash('md5').update(atob(Data)).digest('hex'));
    }
  });

  test('a record the stream does not take goes to the dead-letter file, the others arrive', async () => {
    writeFileSync(log, `a\n${'x'.repeat(1_500_000)}\nb\n`);
    const deadLetterFile = join(home, 'dead.jsonl');
    expect(await once({ sluice: { maxRecordSizeBytes: 2_000_000, deadLetterFile } })).toBe(0);
    expect([...(await arrived(2))].sort()).toEqual(['a\n', 'b\n']);
    const letter = JSON.parse(readFileSync(deadLetterFile, 'utf8'));
    expect(letter).toMatchObject({ file: log, offset: 2, length: 1_500_001 });
    expect(letter.data).toBe(Buffer.from(`${'x'.repeat(1_500_000)}\n`).toString('base64'));
  });
});

describe('start and stop', () => {
  test('--once sends everything, the unterminated end too, and a second one nothing', async () => {
    writeFileSync(log, 'a\nb');
    expect([await once(), await once()]).toEqual([0, 0]);
    expect(await arrived(2)).toEqual(['a\n', 'b']);
  });

  test('SIGTERM sends what waits and ends with 0', async () => {
    writeFileSync(log, '');
    const agent = start({ maxBufferAgeMillis: 900_000 });
    for (let tries = 0; tries < 100 && !/ready/.test(agent.log()); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    appendFileSync(log, 'a\n');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await agent.end('SIGTERM')).toBe(0);
    expect(await arrived(1)).toEqual(['a\n']);
  });

  test('SIGHUP goes on in a log file of the same name', async () => {
    writeFileSync(log, 'a\n');
    const own = join(home, 'own.log');
    const agent = start({}, ['--log-file', own]);
    await arrived(1);
    renameSync(own, join(home, 'old.log'));
    process.kill(agent.pid, 'SIGHUP');
    await expect
      .poll(() => existsSync(own) && readFileSync(own, 'utf8'), { timeout: 10_000 })
      .toContain('configuration');
    expect(await agent.end('SIGTERM')).toBe(0);
  });

  test('a second agent on the same folder is refused with words, the first goes on', async () => {
    writeFileSync(log, 'a\n');
    const first = start();
    await arrived(1);
    const second = start();
    expect(await second.end('SIGCONT')).not.toBe(0);
    expect(second.log()).toContain('another agent works on');
    appendFileSync(log, 'b\n');
    expect(await arrived(2)).toEqual(['a\n', 'b\n']);
    expect(await first.end('SIGTERM')).toBe(0);
  });

  test('a state folder that cannot be one ends the start with words', async () => {
    writeFileSync(log, 'a\n');
    writeFileSync(join(home, 'state'), 'in the way');
    const agent = start();
    expect(await agent.end('SIGCONT')).not.toBe(0);
    expect(agent.log()).toContain(join(home, 'state'));
  });
});
