/** The program as it is handed out: an npm package, an archive with a Node of its own, a Debian package, systemd units. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const work = mkdtempSync(join(tmpdir(), 'sluice-packaging-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const isThere = (program: string) => spawnSync('which', [program]).status === 0;
function needs(...programs: readonly string[]) {
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length > 0) process.stderr.write(`skipped: packaging with ${missing.join(', ')}: not installed\n`);
  return test.skipIf(missing.length > 0);
}

/** Tries every command of an installed program; what is not so is what comes back. */
function tried(...args: readonly string[]): readonly string[] {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'scripts/test-pack.mjs'), ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  const wrong = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('ok'));
  return status === 0 ? wrong : [...wrong, stderr];
}

const node = ['--node', process.execPath];

needs('npm')('the npm package installs under a clean prefix, and every command works from there', () => {
  expect(tried()).toEqual([]);
});

needs('npm', 'tar')('the archive works where no Node is, through a link', () => {
  execFileSync(process.execPath, [join(root, 'packaging/archive.mjs'), ...node, work], { cwd: root });
  const archive = readdirSync(work).find((name) => name.endsWith('.tar.gz'))!;
  execFileSync('tar', ['-xzf', join(work, archive), '-C', work]);
  const bin = join(work, 'bin');
  mkdirSync(bin);
  execFileSync('ln', ['-s', join(work, archive.replace('.tar.gz', ''), 'bin/sluice'), join(bin, 'sluice')]);
  // Only what the launcher itself needs: a path on which there is no node.
  for (const program of ['sh', 'dirname', 'readlink'])
    execFileSync('ln', ['-s', execFileSync('which', [program], { encoding: 'utf8' }).trim(), join(bin, program)]);
  const { stdout } = spawnSync(join(bin, 'sluice'), ['help', 'topics'], {
    env: { PATH: bin, HOME: work },
    encoding: 'utf8',
  });
  expect(stdout).toContain('exit-codes');
  expect(tried('--command', join(bin, 'sluice'))).toEqual([]);
});

needs(
  'npm',
  'dpkg',
  'dpkg-deb',
)('the Debian package puts everything into its place, and leaves the settings when it goes', () => {
  execFileSync(process.execPath, [join(root, 'packaging/deb/build.mjs'), ...node, work], { cwd: root });
  const file = join(work, readdirSync(work).find((name) => name.endsWith('.deb'))!);
  expect(execFileSync('dpkg-deb', ['--field', file, 'Package'], { encoding: 'utf8' })).toBe('sluice\n');
  const target = join(work, 'target');
  const admin = join(target, 'var/lib/dpkg');
  for (const folder of ['updates', 'info', 'triggers']) mkdirSync(join(admin, folder), { recursive: true });
  for (const list of ['status', 'available']) writeFileSync(join(admin, list), '');
  const dpkg = (...args: readonly string[]) =>
    execFileSync(
      'dpkg',
      [
        `--instdir=${target}`,
        `--admindir=${admin}`,
        '--force-script-chrootless',
        '--force-not-root',
        '--force-depends',
        '--log=/dev/null',
        ...args,
      ],
      { stdio: 'ignore' },
    );
  dpkg('-i', file);
  const places = [
    'usr/bin/sluice',
    'usr/lib/sluice/node',
    'usr/lib/systemd/system/sluice.service',
    'usr/lib/systemd/system/sluice-agent.service',
    'usr/share/bash-completion/completions/sluice',
    'usr/share/zsh/vendor-completions/_sluice',
    'usr/share/fish/vendor_completions.d/sluice.fish',
    'usr/share/man/man1/sluice-tail.1.gz',
    'usr/share/man/man5/sluice.config.5.gz',
    'etc/default/sluice',
  ];
  expect(places.filter((path) => !existsSync(join(target, path)))).toEqual([]);
  expect(tried('--command', join(target, 'usr/bin/sluice'))).toEqual([]);
  dpkg('-r', 'sluice');
  expect(existsSync(join(target, 'usr/bin/sluice'))).toBe(false);
  expect(existsSync(join(target, 'etc/default/sluice'))).toBe(true);
});

describe('systemd', () => {
  needs('systemd-analyze').each(['sluice.service', 'sluice-agent.service'])('%s is sound', (unit) => {
    const { stdout, stderr, status } = spawnSync(
      'systemd-analyze',
      ['verify', '--man=no', join(root, 'packaging/systemd', unit)],
      { encoding: 'utf8' },
    );
    // Units of this machine that others leave in disorder are told too.
    const own = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('sluice'));
    expect({ own, status }).toEqual({ own: [], status: 0 });
  });
});
