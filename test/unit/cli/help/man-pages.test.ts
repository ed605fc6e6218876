/** The manual pages are what the tables say, and sound to those who read manual pages. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manPages } from '../../../../src/cli/help/man-pages.ts';
import { commands } from '../../../../src/cli/table.ts';

const root = join(import.meta.dirname, '../../../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
const pages = manPages(version);
/** Bold is a letter over itself. */
const BACKSPACE = String.fromCharCode(8);

test('man/ holds what the tables say (else: npm run man)', () => {
  expect(readdirSync(join(root, 'man')).sort()).toEqual([...pages.keys()].sort());
  for (const [name, text] of pages) expect(readFileSync(join(root, 'man', name), 'utf8')).toBe(text);
});

test('every command has a page with each of its options', () => {
  for (const { path, options } of commands) {
    const page = pages.get(`sluice-${path.replaceAll(' ', '-')}.1`)!;
    const long = Object.values(options).map(({ flags }) => flags.split(', ').at(-1)!.split(' ')[0]!);
    for (const flag of long) expect(page).toContain(`Fl ${flag.slice(1).replaceAll('-', '\\-')}`);
  }
});

describe('to mandoc', () => {
  const isThere = spawnSync('mandoc', ['-T', 'lint'], { input: '' }).error === undefined;
  if (!isThere) process.stderr.write('skipped: lint of the manual pages: mandoc is not installed\n');
  test.skipIf(!isThere)('no page has a fault', () => {
    const files = [...pages.keys()].map((name) => join(root, 'man', name));
    const { stdout, stderr } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', ...files], { encoding: 'utf8' });
    expect(`${stdout}${stderr}`).toBe('');
  });

  test.skipIf(!isThere)('a backslash, a point at the start and a dash come out as they went in', () => {
    const { stdout } = spawnSync('mandoc', ['-T', 'utf8', join(root, 'man/sluice-kcat.7')], { encoding: 'utf8' });
    // Bold is a letter over itself.
    const shown = stdout.split(BACKSPACE).reduce((text, part) => text.slice(0, -1) + part);
    expect(shown).toContain("kcat -C -t orders -f '%s\\n'");
    expect(shown).toContain('--from horizon --no-follow');
  });
});
