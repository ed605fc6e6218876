/** Folders for files to come, where they can be made and where nothing can. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { appendText, openLog, replaceTextSafely, saveText } from '../../../src/runtime/files.ts';
import { makeFolders } from '../../../src/runtime/make-folders.ts';
import { RotatingLog } from '../../../src/runtime/rotating-log.ts';

const root = mkdtempSync(join(tmpdir(), 'sluice-folders-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('all levels are made for their owner only, and again is fine', () => {
  makeFolders(join(root, 'a/b/c'));
  makeFolders(join(root, 'a/b/c'));
  for (const path of ['a', 'a/b', 'a/b/c']) expect(statSync(join(root, path)).mode & 0o777).toBe(0o700);
});

test('a file in the way is an error', () => {
  writeFileSync(join(root, 'file'), '');
  expect(() => makeFolders(join(root, 'file/below'))).toThrow(/ENOTDIR/);
});

// Node's own recursive mkdir never returns there.
test.skipIf(process.platform !== 'linux')('where the system makes no entries every writer says so', async () => {
  const path = '/proc/sluice-test/file';
  for (const write of [saveText, replaceTextSafely, appendText])
    await expect(write(path, 'x')).rejects.toThrow(/ENOENT/);
  await expect(openLog(path)).rejects.toThrow(/ENOENT/);
  expect(() => new RotatingLog({ path, bytesMax: 1_000, backupsMax: 1 })).toThrow(/ENOENT/);
});
