/** Looking at a data folder: every byte that was acknowledged counts, and nothing is changed. */
import { cp, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeDisk } from '../../../src/runtime/node-disk.ts';
import { startDaemon } from '../../../src/server/daemon.ts';
import { verifyDataFolder } from '../../../src/server/verify.ts';

const FIRST = 'lane-0/0000000000000001.seg';
const golden = join(import.meta.dirname, '../../golden/store-1.1');
let path: string;

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'sluice-test-'));
});
afterEach(() => rm(path, { recursive: true }));

const states = async () =>
  (await verifyDataFolder(nodeDisk, path)).map(({ part, state }) => `${part.replace(path, '')} ${state}`);

async function withStream(): Promise<void> {
  const daemon = await startDaemon({ port: 0, dataDir: path, create: [{ name: 's', shards: 2 }] });
  await daemon.close();
}

async function flip(file: string, at: number): Promise<void> {
  const bytes = await readFile(join(path, file));
  bytes[at]! ^= 1;
  await writeFile(join(path, file), bytes);
}

test('a folder in order is whole, and stays as it is', async () => {
  await withStream();
  const before = await readFile(join(path, FIRST));
  expect(await states()).toEqual(['/meta ok', `/${FIRST} ok`]);
  expect(await readFile(join(path, FIRST))).toEqual(before);
});

test('every flipped byte of an ended segment is found, though its index fits', { timeout: 120_000 }, async () => {
  await cp(golden, path, { recursive: true });
  await nodeDisk.makeDirectory(join(path, 'meta'));
  const bytes = await readFile(join(path, FIRST));
  for (const at of [0, 20, 4_095, ...Array.from({ length: bytes.length - 4_096 }, (_, i) => 4_096 + i)]) {
    await flip(FIRST, at);
    expect((await states())[1], `byte ${at}`).toBe(`/${FIRST} damaged`);
    await flip(FIRST, at);
  }
  expect((await states())[1]).toBe(`/${FIRST} ok`);
});

test('a torn end of the newest segment is no damage, one of an ended segment is', async () => {
  await cp(golden, path, { recursive: true });
  await nodeDisk.makeDirectory(join(path, 'meta'));
  const third = 'lane-0/0000000000000003.seg';
  for (const file of [third, FIRST]) {
    const bytes = await readFile(join(path, file));
    await truncate(join(path, file), bytes.length - 1);
  }
  expect(await states()).toEqual([
    '/meta ok',
    `/${FIRST} damaged`,
    '/lane-0/0000000000000002.seg ok',
    `/${third} torn`,
  ]);
});

test('an index that is gone or spoiled is said and is no damage', async () => {
  await cp(golden, path, { recursive: true });
  await nodeDisk.makeDirectory(join(path, 'meta'));
  await rm(join(path, 'lane-0/0000000000000001.idx'));
  await flip('lane-0/0000000000000002.idx', 30);
  const [, first, second] = await verifyDataFolder(nodeDisk, path);
  expect(first).toMatchObject({ state: 'ok', detail: 'without an index: it is made at the next start' });
  expect(second).toMatchObject({ state: 'ok', detail: 'its index does not fit: it is made again at the next start' });
});

test('a damaged journal and streams without their logs are found', async () => {
  await withStream();
  const stream = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  const other = await startDaemon({ port: 0, dataDir: stream, create: [] });
  await other.close();
  await rename(join(path, 'lane-0'), join(path, 'kept'));
  await rename(join(path, 'store.json'), join(path, 'kept.json'));
  await cp(join(stream, 'lane-0'), join(path, 'lane-0'), { recursive: true });
  await cp(join(stream, 'store.json'), join(path, 'store.json'));
  await rm(stream, { recursive: true });
  expect(await states()).toEqual(['/meta ok', `/${FIRST} ok`, 's damaged']);
  const [log] = (await readdir(join(path, 'meta'))).filter((name) => name.startsWith('log-'));
  await flip(join('meta', log!), 20);
  expect((await states())[0]).toBe('/meta damaged');
});
