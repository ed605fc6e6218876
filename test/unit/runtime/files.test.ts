/** Files on a disk that has no room: which file it was is told, and what was there before stays. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { replaceFile } from '../../../src/runtime/config-files.ts';
import { appendText, readText, replaceText, replaceTextSafely, saveText } from '../../../src/runtime/files.ts';

const root = mkdtempSync(join(tmpdir(), 'sluice-files-'));
const path = join(root, 'kept');
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A device of Linux on which every write finds the disk full, as the draft that is written first. */
const full = (name: string) => symlinkSync('/dev/full', join(root, name));

describe('with the disk full', () => {
  beforeEach(() => {
    for (const name of readdirSync(root)) rmSync(join(root, name));
    writeFileSync(path, 'before');
  });

  test.each([
    ['replaceText', 'kept.new', () => replaceText(path, 'after')],
    ['replaceTextSafely', 'kept.new', () => replaceTextSafely(path, 'after')],
    ['replaceFile', `kept.${process.pid}.draft`, () => replaceFile(path, 'after')],
  ])('%s names the file, leaves it and no draft beside it', async (_, draft, write) => {
    full(draft);
    await expect(write()).rejects.toMatchObject({ code: 'ENOSPC', path });
    expect(readFileSync(path, 'utf8')).toBe('before');
    expect(readdirSync(root)).toEqual(['kept']);
  });

  test.each([
    ['saveText', () => saveText('/dev/full', 'x')],
    ['appendText', () => appendText('/dev/full', 'x')],
  ])('%s names the file', async (_, write) => {
    await expect(write()).rejects.toMatchObject({ code: 'ENOSPC', path: '/dev/full' });
  });
});

test('a folder in the place of a file is named as well', async () => {
  await expect(readText(root)).rejects.toMatchObject({ code: 'EISDIR', path: root });
});
