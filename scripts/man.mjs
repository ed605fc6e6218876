/** Writes man/, and its list in package.json, from the tables of commands, as the built program knows them. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import built from '../dist/cli/man-pages.cjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'man');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const pages = built.manPages(version);
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(join(folder, name));
for (const [name, text] of pages) writeFileSync(join(folder, name), text);

// npm links what package.json names, page by page.
const manifest = join(root, 'package.json');
const description = JSON.parse(readFileSync(manifest, 'utf8'));
const man = [...pages.keys()].sort().map((name) => `man/${name}`);
const { exports, ...others } = description;
delete others.man;
const entries = Object.entries(others).flatMap(([key, value]) =>
  key === 'files'
    ? [
        ['exports', exports],
        ['man', man],
        [key, value],
      ]
    : [[key, value]],
);
writeFileSync(manifest, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
