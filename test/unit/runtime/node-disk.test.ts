/** The machine's file system behaves as src/runtime/disk.ts says. */
import { mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeDisk } from '../../../src/runtime/node-disk.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-disk-'));
});
afterEach(() => rm(directory, { recursive: true }));

const bytes = (text: string) => new TextEncoder().encode(text);
const path = (name: string) => join(directory, name);

test('writes, reads, syncs and truncates at positions', async () => {
  const file = await nodeDisk.open(path('a'), 'create');
  expect(await file.write(bytes('hello world'), 0)).toBe(11);
  expect(await file.write(bytes('HELLO'), 0)).toBe(5);
  await file.sync();
  const into = new Uint8Array(5);
  expect(await file.read(into, 6)).toBe(5);
  expect(into).toEqual(bytes('world'));
  await file.truncate(7);
  expect(await file.size()).toBe(7);
  expect(await file.read(into, 6)).toBe(1);
  expect(await file.read(into, 100)).toBe(0);
  await file.close();
});

test("'create' refuses what exists, 'read' and 'update' what does not", async () => {
  await (await nodeDisk.open(path('a'), 'create')).close();
  await expect(nodeDisk.open(path('a'), 'create')).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(nodeDisk.open(path('b'), 'read')).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(nodeDisk.open(path('b'), 'update')).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(nodeDisk.remove(path('b'))).rejects.toMatchObject({ code: 'ENOENT' });
  const reader = await nodeDisk.open(path('a'), 'read');
  await expect(reader.write(bytes('x'), 0)).rejects.toMatchObject({ code: 'EBADF' });
  await reader.close();
});

test("'create' does not follow a link that points nowhere", async () => {
  await symlink(path('target'), path('link'));
  await expect(nodeDisk.open(path('link'), 'create')).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await nodeDisk.stat(path('target'))).toBeUndefined();
});

test('files and directories belong to their owner alone', async () => {
  await nodeDisk.makeDirectory(path('x/y/z'));
  await nodeDisk.makeDirectory(path('x/y/z'));
  await (await nodeDisk.open(path('x/y/z/file'), 'create')).close();
  for (const name of ['x', 'x/y', 'x/y/z']) expect((await stat(path(name))).mode & 0o777).toBe(0o700);
  expect((await stat(path('x/y/z/file'))).mode & 0o777).toBe(0o600);
});

test('lists names sorted, renames over, removes, stats', async () => {
  for (const name of ['b', 'a', 'c']) {
    const file = await nodeDisk.open(path(name), 'create');
    await file.write(bytes(name.repeat(3)), 0);
    await file.close();
  }
  await nodeDisk.rename(path('c'), path('a'));
  await nodeDisk.syncDirectory(directory);
  expect(await nodeDisk.list(directory)).toEqual(['a', 'b']);
  expect(await nodeDisk.stat(path('a'))).toMatchObject({ bytes: 3, isDirectory: false });
  expect(await nodeDisk.stat(directory)).toMatchObject({ isDirectory: true });
  expect(await nodeDisk.stat(path('c'))).toBeUndefined();
  await nodeDisk.remove(path('a'));
  expect(await nodeDisk.list(directory)).toEqual(['b']);
  expect(await nodeDisk.freeBytes(directory)).toBeGreaterThan(0);
});

test.skipIf(process.platform !== 'linux')(
  'a directory that cannot be made is refused, not tried for ever',
  async () => {
    await expect(nodeDisk.makeDirectory('/proc/none/deeper')).rejects.toMatchObject({ code: 'ENOENT' });
  },
);
