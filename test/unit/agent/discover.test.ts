/** Patterns walked through real folders. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { filePattern, foldersAbove, walk } from '../../../src/agent/discover.ts';
import { nodeLogFiles } from '../../../src/runtime/log-files.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'discover-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function make(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  }
}

/** Paths below the root of what the pattern finds. */
async function found(pattern: string, known: readonly string[] = []): Promise<readonly string[]> {
  const above = foldersAbove(known.map((path) => join(root, path)));
  const { files } = await walk(nodeLogFiles, filePattern(join(root, pattern), []), above);
  return files.map(({ path }) => path.slice(root.length + 1)).sort();
}

test('** goes into folders of every depth, itself among them', async () => {
  make('a.log', 'x/a.log', 'x/y/a.log', 'x/y/b.log', 'z/c/a.log');
  expect(await found('**/a.log')).toEqual(['a.log', 'x/a.log', 'x/y/a.log', 'z/c/a.log']);
  expect(await found('x/**/y/*.log')).toEqual(['x/y/a.log', 'x/y/b.log']);
});

test('links in circles lead nowhere twice', async () => {
  make('top/a/x.log', 'top/b/x.log');
  for (const [i, target] of ['.', '..', '../a', '../b', root].entries()) {
    for (const folder of ['a', 'b']) symlinkSync(target, join(root, 'top', folder, `l${i}`));
  }
  expect(await found('top/**/x.log', ['top/a/x.log', 'top/b/x.log'])).toEqual(['top/a/x.log', 'top/b/x.log']);
});

test.each(['aa', 'zz'])('a link %s to the folder of a known file gives it no other name', async (link) => {
  make('logs/2026/x.log');
  symlinkSync('logs/2026', join(root, link));
  expect(await found('**/x.log', ['logs/2026/x.log'])).toEqual(['logs/2026/x.log']);
  expect(await found('**/x.log', [`${link}/x.log`])).toEqual([`${link}/x.log`]);
  expect(await found('**/x.log')).toHaveLength(1);
});

test('only ** counts how deep it goes', async () => {
  const deep = Array.from({ length: 20 }, (_, i) => `d${i}`).join('/');
  make(`${deep}/x.log`);
  expect(await found(`${deep}/x.log`)).toHaveLength(1);
  expect(await found(`${deep}/*.log`)).toHaveLength(1);
});
