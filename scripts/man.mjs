/** Writes man/ from the tables of commands, as the built program knows them. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manPages } from '../dist/cli/man-pages.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'man');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const pages = manPages(version);
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(join(folder, name));
for (const [name, text] of pages) writeFileSync(join(folder, name), text);
