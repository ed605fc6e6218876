/** The lock of a data folder, as it works on Linux and elsewhere, across processes that die without a word. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../../src/runtime/clock.ts';
import { nodeDisk } from '../../../src/runtime/node-disk.ts';
import { claimDataFolder, type DataFolder, folderError } from '../../../src/server/data-folder.ts';

let path: string;
const claimed: DataFolder[] = [];

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'sluice-test-'));
});
afterEach(async () => {
  await Promise.all(claimed.splice(0).map((folder) => folder.release()));
  await rm(path, { recursive: true });
});

async function claim(platform: string, pid = 7, at = path): Promise<DataFolder> {
  const folder = await claimDataFolder({ disk: nodeDisk, clock: systemClock, path: at, pid, platform });
  claimed.push(folder);
  return folder;
}

describe.each(['linux', 'darwin'])('on %s', (platform) => {
  test('one holds it, and its pid is told to the next', async () => {
    const first = await claim(platform, 4711);
    await expect(claim(platform)).rejects.toMatchObject({
      code: 'SLUICE_IN_USE',
      message: `The data folder ${path} is in use by pid 4711`,
    });
    await first.release();
    await claim(platform);
  });

  test('what a killed process left is no lock', async () => {
    const script = 'require("net").createServer().listen(process.argv[1], () => console.log("up"))';
    const child = spawn(process.execPath, ['-e', script, join(path, 'LOCK')], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    await expect(claim(platform)).rejects.toMatchObject({ code: 'SLUICE_IN_USE' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await lstat(join(path, 'LOCK'))).isSocket()).toBe(true);
    await claim(platform);
  });
});

test('who holds it without a word is waited for while it may let go', async () => {
  const { device, inode } = (await nodeDisk.stat(path))!;
  const holder = createServer((socket) => socket.destroy()).listen(`\0sluice-${device}-${inode}`);
  await once(holder, 'listening');
  let polls = 0;
  const clock: Clock = {
    ...systemClock,
    async sleep(ms, signal) {
      if (signal === undefined && ++polls === 3) await new Promise((resolve) => holder.close(resolve));
      await systemClock.sleep(ms, signal);
    },
  };
  claimed.push(await claimDataFolder({ disk: nodeDisk, clock, path, pid: 7, platform: 'linux' }));
  expect(polls).toBe(3);
});

test('the folder in another network namespace is locked by its file', async () => {
  await claim('darwin', 4711);
  await expect(claim('linux')).rejects.toMatchObject({ message: expect.stringContaining('pid 4711') });
});

test('two names of one folder are one folder', async () => {
  const first = await claim('linux', 4711);
  await expect(claim('linux', 7, `${path}/../${path.split('/').at(-1)}`)).rejects.toMatchObject({
    message: expect.stringContaining('pid 4711'),
  });
  await first.release();
});

test('a path too long for a socket is locked by the number of the folder', async () => {
  const deep = join(path, 'x'.repeat(100), 'y'.repeat(100));
  await mkdir(deep, { recursive: true });
  await claim('linux', 4711, deep);
  await expect(claim('linux', 7, deep)).rejects.toMatchObject({ message: expect.stringContaining('pid 4711') });
});

test.each([
  ['EACCES', 'SLUICE_DATA_NOT_WRITABLE'],
  ['EROFS', 'SLUICE_DATA_NOT_WRITABLE'],
  ['ENOTDIR', 'SLUICE_DATA_NOT_FOLDER'],
])('%s becomes %s', (system, code) => {
  expect(folderError(Object.assign(new Error('x'), { code: system }), '/data')).toMatchObject({ code });
});

test.each([
  [0x6969, 'NFS'],
  [0xff534d42 | 0, 'SMB'],
])('a folder on a network is refused in words (%d)', async (type, name) => {
  const options = { disk: nodeDisk, clock: systemClock, path, pid: 7, platform: 'linux' };
  await expect(claimDataFolder({ ...options, fileSystemType: async () => type })).rejects.toMatchObject({
    code: 'SLUICE_DATA_ON_NETWORK',
    message: `The data folder ${path} is on a network (${name})`,
  });
  // ext4
  claimed.push(await claimDataFolder({ ...options, fileSystemType: async () => 0xef53 }));
});

test('anything else stays what it is', () => {
  const error = new Error('x');
  expect(folderError(error, '/data')).toBe(error);
});
