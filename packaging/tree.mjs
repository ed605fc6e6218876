/**
 * The program as it stands installed, with a Node of its own: what the archive and the Debian package are made of.
 * bin/sluice starts lib/sluice/bin/sluice.js with lib/node; completion, manual pages and units lie in share/.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The major version of Node that is put in: the one with fixes for longest. */
const NODE_MAJOR = 24;

/** Finds its own place through links, so that a link to it in any folder of the path works. */
const LAUNCHER = `#!/bin/sh
self=$0
while [ -L "$self" ]; do
  next=$(readlink "$self")
  case $next in /*) self=$next ;; *) self=$(dirname "$self")/$next ;; esac
done
lib=$(cd "$(dirname "$self")/../lib/sluice" && pwd) || exit 1
exec "$lib/node" "$lib/bin/sluice.js" "$@"
`;

/** Writes the tree into a folder. `node`: the binary to put in; the newest of NODE_MAJOR is fetched unless given. */
export function writeTree(folder, { node }) {
  const lib = join(folder, 'lib/sluice');
  mkdirSync(lib, { recursive: true });
  unpackPackage(lib);
  cpSync(node ?? fetchNode(), join(lib, 'node'));
  // What debuggers need of the binary is a seventh of it.
  if (node === undefined) execFileSync('strip', [join(lib, 'node')]);
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/sluice'), LAUNCHER);
  chmodSync(join(folder, 'bin/sluice'), 0o755);
  const share = join(folder, 'share');
  const copies = {
    'sluice.bash': 'bash-completion/completions/sluice',
    _sluice: 'zsh/vendor-completions/_sluice',
    'sluice.fish': 'fish/vendor_completions.d/sluice.fish',
  };
  for (const [from, to] of Object.entries(copies)) copyInto(join(root, 'completions', from), join(share, to));
  for (const page of readdirSync(join(root, 'man'))) {
    const path = join(share, `man/man${page.at(-1)}`, `${page}.gz`);
    mkdirSync(dirname(path), { recursive: true });
    // No time in the header: the same pages are the same bytes.
    writeFileSync(path, gzipSync(readFileSync(join(root, 'man', page)), { level: 9 }));
  }
}

/** What npm would install, dependencies bundled. */
function unpackPackage(folder) {
  const work = mkdtempSync(join(tmpdir(), 'sluice-pack-'));
  try {
    execFileSync('npm', ['pack', '--silent', '--pack-destination', work], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const archive = readdirSync(work).find((name) => name.endsWith('.tgz'));
    execFileSync('tar', ['-xzf', join(work, archive), '-C', folder, '--strip-components', '1']);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function fetchNode() {
  const work = join(tmpdir(), `sluice-node-${NODE_MAJOR}`);
  const binary = join(work, 'node_modules/node/node_modules', `node-${process.platform}-${process.arch}`, 'bin/node');
  const beside = join(work, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin/node');
  if (![binary, beside].some(existsSync)) {
    const options = ['--no-save', '--no-audit', '--no-fund', '--silent'];
    execFileSync('npm', ['install', '--prefix', work, ...options, `node@${NODE_MAJOR}`], { stdio: 'inherit' });
  }
  return [binary, beside].find(existsSync);
}

function copyInto(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}
