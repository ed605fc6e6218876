/** How far a put is, in words and as JSON; the files it names. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesIn, namedFiles } from '../../../../src/cli/put/files.ts';
import { shareOf } from '../../../../src/cli/put/plan.ts';
import { barText, progressLine } from '../../../../src/cli/put/progress.ts';

const half = { records: 12_345, bytes: 2_400_000, failed: 2, elapsedMs: 4_000, share: 0.25 };

describe('progress', () => {
  test('a bar with rate and what is left, where the whole is known', () => {
    expect(barText(half)).toBe('█████░░░░░░░░░░░░░░░  25 %  12,345 records  2.4 MB  3,086/s  2 failed  ETA 12.0 s');
    expect(barText({ ...half, share: undefined, failed: 0 })).toBe('12,345 records  2.4 MB  3,086/s');
    expect(barText({ ...half, elapsedMs: 900, failed: 0 })).not.toContain('ETA');
  });

  test('one JSON object for programs', () => {
    expect(JSON.parse(progressLine(half, 0))).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'info',
      message: 'progress',
      records: 12_345,
      bytes: 2_400_000,
      failed: 2,
      perSecond: 3_086,
      share: 0.25,
      elapsedMs: 4_000,
      etaMs: 12_000,
    });
  });

  test('the share is of the records, or of the bytes of the input, or not known', () => {
    expect(shareOf({ records: 10, bytes: undefined }, 5, 0)).toBe(0.5);
    expect(shareOf({ records: undefined, bytes: 100 }, 5, 25)).toBe(0.25);
    expect(shareOf({ records: undefined, bytes: undefined }, 5, 25)).toBeUndefined();
    expect(shareOf({ records: undefined, bytes: 0 }, 0, 0)).toBeUndefined();
  });
});

describe('files', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-test-'));
    await mkdir(join(folder, 'day-1'));
    await mkdir(join(folder, 'day-2'));
    const names = ['a.log', 'b.log', '.hidden.log', 'a[1].log', 'day-1/x.log', 'day-2/x.log', 'day-2/y.txt'];
    for (const name of names) await writeFile(join(folder, name), name);
  });
  afterAll(() => rm(folder, { recursive: true }));
  const named = async (...patterns: string[]) =>
    (await namedFiles(patterns.map((pattern) => join(folder, pattern)))).map((path) => path.slice(folder.length + 1));

  test.each([
    [['?.log'], ['a.log', 'b.log']],
    [['*.log'], ['a.log', 'a[1].log', 'b.log']],
    [['.h*'], ['.hidden.log']],
    [['day-[!2]/*'], ['day-1/x.log']],
    [
      ['day-*/x.log', 'b.log'],
      ['day-1/x.log', 'day-2/x.log', 'b.log'],
    ],
    [['a[1].log'], ['a[1].log']],
    [['missing'], ['missing']],
  ])('%j are %j', async (patterns, files) => expect(await named(...patterns)).toEqual(files));

  test('a pattern that nothing matches is told, and a folder is no file', async () => {
    await expect(named('*.gz')).rejects.toThrow('no file matches');
    await expect(named('day-*')).rejects.toThrow('no file matches');
  });

  test('their bytes are known but for stdin and what is no file', async () => {
    expect(await bytesIn([join(folder, 'a.log'), join(folder, 'day-1/x.log')])).toBe(16);
    expect(await bytesIn([join(folder, 'a.log'), '-'])).toBeUndefined();
    expect(await bytesIn([folder])).toBeUndefined();
  });
});
