/** The daemon as a whole: what outlives it, what it refuses to start on, how it ends. */
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readState } from '../../../src/runtime/state-file.ts';
import { type Daemon, startDaemon } from '../../../src/server/daemon.ts';
import type { DaemonOptions } from '../../../src/server/daemon-options.ts';

let base: string;
let dataDir: string;
const running: Daemon[] = [];

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  dataDir = join(base, 'data');
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((daemon) => daemon.close({ drainMs: 0 })));
  await rm(base, { recursive: true });
});

async function start(options: DaemonOptions = {}): Promise<Daemon> {
  const daemon = await startDaemon({ port: 0, dataDir, ...options });
  running.push(daemon);
  return daemon;
}

const HEADERS = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-date': '20261120T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=a/20261120/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=b',
};

async function call(daemon: Daemon, operation: string, input: object) {
  const headers = { ...HEADERS, 'x-amz-target': `Kinesis_20131202.${operation}` };
  const answer = await fetch(daemon.url, { method: 'POST', headers, body: Buffer.from(JSON.stringify(input)) });
  const text = await answer.text();
  return text === '' ? {} : JSON.parse(text);
}

const iteratorOf = (daemon: Daemon) =>
  call(daemon, 'GetShardIterator', {
    StreamName: 's',
    ShardId: 'shardId-000000000000',
    ShardIteratorType: 'TRIM_HORIZON',
  });

test.each(['always', 'interval', 'os'] as const)(
  'streams, records and iterators outlive it (%s)',
  async (durability) => {
    const first = await start({ durability, create: [{ name: 's', shards: 1 }] });
    const put = await call(first, 'PutRecord', { StreamName: 's', PartitionKey: 'k', Data: 'YQ==' });
    const { ShardIterator } = await iteratorOf(first);
    const before = (await call(first, 'DescribeStream', { StreamName: 's' })).StreamDescription;
    await first.close();
    const second = await start({ durability, create: [{ name: 's', shards: 5 }] });
    expect((await call(second, 'DescribeStream', { StreamName: 's' })).StreamDescription).toEqual(before);
    const { Records } = await call(second, 'GetRecords', { ShardIterator });
    expect(Records).toMatchObject([{ Data: 'YQ==', SequenceNumber: put.SequenceNumber }]);
    const next = await call(second, 'PutRecord', { StreamName: 's', PartitionKey: 'k', Data: 'YQ==' });
    expect(BigInt(next.SequenceNumber)).toBeGreaterThan(BigInt(put.SequenceNumber));
  },
);

test('it says what it is', async () => {
  const daemon = await start({ create: [{ name: 'a', shards: 1 }, { name: 'b' }], version: '1.2.3' });
  expect(daemon.status()).toMatchObject({
    version: '1.2.3',
    pid: process.pid,
    host: '127.0.0.1',
    port: daemon.port,
    url: `http://127.0.0.1:${daemon.port}`,
    dataDir,
    durability: 'always',
    health: { state: 'ok' },
    streams: 2,
  });
  const answer = await fetch(new URL('/_sluice/status', daemon.url));
  expect(await answer.json()).toMatchObject({ port: daemon.port, streams: 2 });
  const memory = await start({ memory: true, dataDir: undefined });
  expect(memory.status()).toMatchObject({ durability: 'memory', dataDir: undefined });
});

test('its data folder is for this user alone', async () => {
  await start();
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
});

test('a second one on the same data is refused, with the pid of the first', async () => {
  const first = await start();
  await expect(start()).rejects.toMatchObject({
    code: 'SLUICE_IN_USE',
    message: `The data folder ${dataDir} is in use by pid ${process.pid}`,
  });
  expect((await fetch(new URL('/_sluice/health', first.url))).status).toBe(200);
  await first.close();
  await start();
});

test('a taken port leaves the data folder free', async () => {
  const first = await start({ memory: true });
  await expect(start({ port: first.port })).rejects.toMatchObject({ code: 'SLUICE_PORT_IN_USE' });
  await start();
});

test('what is no folder is refused', async () => {
  await writeFile(dataDir, '');
  await expect(start()).rejects.toMatchObject({ code: 'SLUICE_DATA_NOT_FOLDER' });
});

test.skipIf(process.getuid?.() === 0)('a folder that may not be written is refused', async () => {
  await (await start()).close();
  await chmod(dataDir, 0o500);
  await expect(start()).rejects.toMatchObject({ code: 'SLUICE_DATA_NOT_WRITABLE' });
  await chmod(dataDir, 0o700);
});

async function withStream(): Promise<void> {
  const daemon = await start({ create: [{ name: 's', shards: 1 }] });
  await call(daemon, 'PutRecord', { StreamName: 's', PartitionKey: 'k', Data: 'YQ==' });
  await daemon.close();
}

test.each(['meta', 'lane-0', 'store.json'])(
  'data without its %s is refused, and nothing is made over it',
  async (part) => {
    await withStream();
    await rename(join(dataDir, part), join(base, part));
    const before = await readdir(dataDir);
    await expect(start()).rejects.toMatchObject({ name: 'SluiceError' });
    expect(await readdir(dataDir)).toEqual(before);
    await rename(join(base, part), join(dataDir, part));
    const daemon = await start();
    const { ShardIterator } = await iteratorOf(daemon);
    expect((await call(daemon, 'GetRecords', { ShardIterator })).Records).toHaveLength(1);
  },
);

test('a damaged store is refused in words', async () => {
  await withStream();
  await writeFile(join(dataDir, 'store.json'), '{}');
  await expect(start()).rejects.toMatchObject({ code: 'SLUICE_STORE_UNUSABLE' });
});

test('damage is refused with the words that give it up, and then only there', async () => {
  await withStream();
  const segment = join(dataDir, 'lane-0/0000000000000001.seg');
  const bytes = await readFile(segment);
  bytes[100]! ^= 1;
  await writeFile(segment, bytes);
  await expect(start()).rejects.toMatchObject({
    code: 'SLUICE_STORE_DAMAGED',
    hints: [expect.anything(), expect.stringContaining('--accept-loss 0000000000000001')],
  });
  const daemon = await start({ acceptLoss: [1] });
  const { ShardIterator } = await iteratorOf(daemon);
  expect((await call(daemon, 'GetRecords', { ShardIterator })).Records).toHaveLength(1);
});

test('without room records are refused in words, health says so, and what is there is read', async () => {
  await withStream();
  const daemon = await start({ freeSpaceFloor: 2 ** 60 });
  const put = await call(daemon, 'PutRecord', { StreamName: 's', PartitionKey: 'k', Data: 'YQ==' });
  expect(put).toMatchObject({ __type: 'InternalFailure', message: expect.stringContaining('the disk is nearly full') });
  const create = await call(daemon, 'CreateStream', { StreamName: 't', ShardCount: 1 });
  expect(create).toMatchObject({ __type: 'InternalFailure', message: expect.stringContaining('nearly full') });
  const health = await fetch(`${daemon.url}/_sluice/health`);
  expect([health.status, await health.json()]).toMatchObject([503, { state: 'read-only' }]);
  const { ShardIterator } = await iteratorOf(daemon);
  expect((await call(daemon, 'GetRecords', { ShardIterator })).Records).toHaveLength(1);
});

test('a bad name in --create is refused', async () => {
  await expect(start({ create: [{ name: 'no good', shards: 1 }] })).rejects.toMatchObject({ code: 'SLUICE_CREATE' });
});

test('commands find it by its name while it runs', async () => {
  const environment = process.env['XDG_RUNTIME_DIR'];
  process.env['XDG_RUNTIME_DIR'] = base;
  try {
    const daemon = await start({ name: 'mine', version: '1.2.3' });
    const folder = join(base, 'sluice');
    expect(await readState(folder, 'mine')).toMatchObject({ port: daemon.port, url: daemon.url, dataDir });
    await daemon.close();
    expect(await readdir(folder)).toEqual([]);
  } finally {
    if (environment === undefined) delete process.env['XDG_RUNTIME_DIR'];
    else process.env['XDG_RUNTIME_DIR'] = environment;
  }
});

test('it can be stopped by its own path, and says when it has ended', async () => {
  const daemon = await start();
  const answer = await fetch(new URL('/_sluice/stop', daemon.url), { method: 'POST' });
  expect(await answer.json()).toEqual({ stopping: true });
  expect(await daemon.ended).toBeUndefined();
  await expect(fetch(daemon.url)).rejects.toThrow();
  await start();
});

test('regions see each other by default, and do not with --scope region', async () => {
  const create = (daemon: Daemon) => call(daemon, 'CreateStream', { StreamName: 's', ShardCount: 1 });
  const other = HEADERS.authorization.replace('us-east-1', 'eu-west-1');
  const seen = async (daemon: Daemon) => {
    const headers = { ...HEADERS, authorization: other, 'x-amz-target': 'Kinesis_20131202.ListStreams' };
    const answer = await fetch(daemon.url, { method: 'POST', headers, body: Buffer.from('{}') });
    const { StreamSummaries } = JSON.parse(await answer.text());
    return StreamSummaries.map((stream: { StreamARN: string }) => stream.StreamARN);
  };
  const one = await start({ memory: true });
  await create(one);
  expect(await seen(one)).toEqual(['arn:aws:kinesis:eu-west-1:000000000000:stream/s']);
  const apart = await start({ memory: true, scope: 'region' });
  await create(apart);
  expect(await seen(apart)).toEqual([]);
});

test('limits and transition time of AWS come and go while the daemon runs', async () => {
  const daemon = await start({ create: [{ name: 's', shards: 1 }] });
  const wish = (body: object) => fetch(`${daemon.url}/_sluice/realism`, { method: 'POST', body: JSON.stringify(body) });
  const large = Buffer.alloc(1_000_000, 'x').toString('base64');
  const Records = Array.from({ length: 4 }, () => ({ Data: large, PartitionKey: 'a' }));
  const put = async () => (await call(daemon, 'PutRecords', { StreamName: 's', Records })).FailedRecordCount;
  expect(await put()).toBe(0);
  await wish({ limits: 'aws', transitionMs: 3_600_000 });
  expect(await put()).toBeGreaterThan(0);
  await wish({ limits: 'off' });
  expect(await put()).toBe(0);
  await call(daemon, 'CreateStream', { StreamName: 'slow', ShardCount: 1 });
  const { StreamDescriptionSummary } = await call(daemon, 'DescribeStreamSummary', { StreamName: 'slow' });
  expect(StreamDescriptionSummary.StreamStatus).toBe('CREATING');
});
