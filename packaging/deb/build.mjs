/** Makes a Debian package with a Node of its own: node packaging/deb/build.mjs [--node <binary>] [folder]. Needs dpkg-deb. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root, version, writeTree } from '../tree.mjs';

const { values, positionals } = parseArgs({ options: { node: { type: 'string' } }, allowPositionals: true });
const architecture = { x64: 'amd64', arm64: 'arm64' }[process.arch];
const file = resolve(positionals[0] ?? join(root, 'dist'), `sluice_${version}_${architecture}.deb`);
const here = join(root, 'packaging/deb');
const work = mkdtempSync(join(tmpdir(), 'sluice-deb-'));
try {
  chmodSync(work, 0o755);
  writeTree(join(work, 'usr'), values);
  mkdirSync(join(work, 'usr/share/doc/sluice'), { recursive: true });
  cpSync(join(root, 'LICENSE'), join(work, 'usr/share/doc/sluice/copyright'));
  const units = join(work, 'usr/lib/systemd/system');
  mkdirSync(units, { recursive: true });
  for (const unit of ['sluice.service', 'sluice-agent.service'])
    cpSync(join(root, 'packaging/systemd', unit), join(units, unit));
  mkdirSync(join(work, 'etc/default'), { recursive: true });
  cpSync(join(here, 'default'), join(work, 'etc/default/sluice'));
  writeControl();
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '--build', work, file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.stdout.write(`${file}  ${(statSync(file).size / 1e6).toFixed(1)} MB\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function writeControl() {
  const folder = join(work, 'DEBIAN');
  mkdirSync(folder);
  const kib = Number(execFileSync('du', ['-sk', join(work, 'usr')], { encoding: 'utf8' }).split('\t')[0]);
  const fields = {
    Package: 'sluice',
    Version: version,
    Architecture: architecture,
    Section: 'net',
    Priority: 'optional',
    Maintainer: 'sluice maintainers <sluice@example.org>',
    'Installed-Size': kib,
    Depends: 'libc6 (>= 2.28), libstdc++6, adduser',
    Recommends: 'tar',
    Description:
      'Amazon Kinesis for the terminal\n A durable stream server with the API of Kinesis Data Streams, a forwarder of log\n files in the place of Kinesis Agent, and commands for both and for AWS.',
  };
  writeFileSync(
    join(folder, 'control'),
    Object.entries(fields)
      .map(([name, value]) => `${name}: ${value}\n`)
      .join(''),
  );
  writeFileSync(join(folder, 'conffiles'), '/etc/default/sluice\n');
  for (const script of ['postinst', 'prerm', 'postrm']) {
    writeFileSync(join(folder, script), readFileSync(join(here, script)));
    chmodSync(join(folder, script), 0o755);
  }
}
