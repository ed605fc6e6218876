/** Makes a download that needs no Node: node packaging/archive.mjs [--node <binary>] [folder] writes sluice-<version>-linux-x64.tar.gz there. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root, version, writeTree } from './tree.mjs';

const { values, positionals } = parseArgs({ options: { node: { type: 'string' } }, allowPositionals: true });
const name = `sluice-${version}-${process.platform}-${process.arch}`;
const file = resolve(positionals[0] ?? join(root, 'dist'), `${name}.tar.gz`);
const work = mkdtempSync(join(tmpdir(), 'sluice-archive-'));
try {
  writeTree(join(work, name), values);
  execFileSync('tar', ['-czf', file, '--owner=0', '--group=0', '-C', work, name]);
  process.stdout.write(`${file}  ${(statSync(file).size / 1e6).toFixed(1)} MB\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
