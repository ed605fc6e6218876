/** The file by which commands find a daemon. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type DaemonState,
  isAlive,
  readState,
  removeState,
  runtimeFolder,
  writeState,
} from '../../../src/runtime/state-file.ts';

let base: string;
let folder: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  folder = join(base, 'run');
});
afterEach(() => rm(base, { recursive: true }));

const state: DaemonState = {
  pid: process.pid,
  host: '127.0.0.1',
  port: 4567,
  url: 'http://127.0.0.1:4567',
  dataDir: '/data',
  version: '1.2.3',
  startedAtMs: 1_700_000_000_000,
};

test('what is written is read, in a folder and a file of this user alone', async () => {
  await writeState(folder, 'default', state);
  expect(await readState(folder, 'default')).toEqual(state);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder, 'default.json'))).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['default.json']);
});

test('no folder, no file, rubbish and a dead process are no daemon', async () => {
  expect(await readState(folder, 'default')).toBeUndefined();
  await mkdir(folder, { mode: 0o700 });
  expect(await readState(folder, 'default')).toBeUndefined();
  await writeFile(join(folder, 'default.json'), '{');
  expect(await readState(folder, 'default')).toBeUndefined();
  // Linux deals pids up to 2^22.
  await writeState(folder, 'default', { ...state, pid: 2 ** 22 + 1 });
  expect(await readState(folder, 'default')).toBeUndefined();
});

test.runIf(process.platform === 'linux')('a process that ended without its parent having looked is dead', async () => {
  // The shell leaves its child unwaited for: it becomes another program that never waits.
  const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line);
  await expect.poll(() => isAlive(pid)).toBe(false);
  expect(() => process.kill(pid, 0)).not.toThrow();
  parent.kill();
});

test('a name cannot leave the folder', async () => {
  await writeState(folder, '../x', state);
  expect(await readdir(base)).toEqual(['run']);
  expect(await readState(folder, '../x')).toEqual(state);
});

test('only its own file is removed', async () => {
  await writeState(folder, 'default', { ...state, pid: process.ppid });
  await removeState(folder, 'default', process.pid);
  expect((await readState(folder, 'default'))?.pid).toBe(process.ppid);
  await removeState(folder, 'default', process.ppid);
  expect(await readdir(folder)).toEqual([]);
});

test('an open folder of this user is closed, a link is refused', async () => {
  await mkdir(folder);
  await chmod(folder, 0o755);
  await writeState(folder, 'default', state);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  const link = join(base, 'link');
  await symlink(folder, link);
  await expect(readState(link, 'default')).rejects.toMatchObject({ code: 'SLUICE_RUNTIME_FOLDER' });
  await expect(writeState(link, 'default', state)).rejects.toMatchObject({ code: 'SLUICE_RUNTIME_FOLDER' });
});

test('the folder is that of the session, else one in the temporary folder named after the user', () => {
  expect(runtimeFolder({ XDG_RUNTIME_DIR: '/run/user/7' })).toBe('/run/user/7/sluice');
  expect(runtimeFolder({})).toBe(join(tmpdir(), `sluice-${process.getuid?.()}`));
});
