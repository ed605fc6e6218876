/** docs/operations.md is what the declarations say. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kinesisOperations } from '../../../src/operations/kinesis/index.ts';

const root = join(import.meta.dirname, '../../..');

test('the file is the one the declarations make (else: node scripts/operations-doc.mjs)', () => {
  execFileSync(process.execPath, [join(root, 'scripts/operations-doc.mjs'), '--check'], { stdio: 'pipe' });
}, 30_000);

test('it has a section for every operation, and every link in it leads somewhere', () => {
  const text = readFileSync(join(root, 'docs/operations.md'), 'utf8');
  const headings = [...text.matchAll(/^##+ (.+)$/gm)].map((found) => found[1]);
  for (const { name } of kinesisOperations) expect(headings).toContain(name);
  const anchors = new Set(headings.map((heading) => heading!.toLowerCase()));
  for (const [, anchor] of text.matchAll(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(anchor);
});
