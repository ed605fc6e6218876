/**
 * npm run test:pack [-- --command <sluice>]: packs the package, installs it globally under a clean prefix, and tries
 * every command from there: its help, and the main ones for real. With --command it tries a program that is installed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const home = mkdtempSync(join(tmpdir(), 'sluice-pack-'));
const { values } = parseArgs({ options: { command: { type: 'string' } } });
let failures = 0;
const check = (isRight, claim, detail = '') => {
  if (!isRight) failures++;
  process.stdout.write(`${isRight ? 'ok    ' : 'NOT SO'} ${claim}${isRight ? '' : `\n${detail}`}\n`);
};

try {
  const sluice = values.command ?? install();
  const run = (...args) =>
    spawnSync(sluice, args, {
      encoding: 'utf8',
      cwd: home,
      env: { PATH: `${dirname(sluice)}:/usr/bin:/bin`, HOME: home, XDG_RUNTIME_DIR: home, NO_COLOR: '1' },
    });
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  check(run('--version').stdout === `${version}\n`, '--version');
  const { commands } = JSON.parse(readFileSync(join(root, 'dist/completion-spec.json'), 'utf8'));
  for (const { path, summary } of commands) {
    const { stdout, stderr } = run(...path.split(' '), '-h');
    check(stdout.startsWith(summary), `${path} -h`, stdout + stderr);
  }
  const line =
    'sluice put -q orders hello && sluice tail orders --from horizon --no-follow -o raw && sluice stream list -o name';
  const served = run('serve', '-q', '--create', 'orders:2', '--', 'sh', '-c', line);
  check(served.stdout === 'hello\norders\n', 'serve -- command, put, tail, stream list', served.stdout + served.stderr);
  check(run('completion', 'bash').stdout.includes('complete -F _sluice'), 'completion bash');
  check(run('__complete', 'ta').stdout.startsWith('tail\t'), 'completion of a word');
  check(run('help', 'kcat').stdout.includes('rpk'), 'help kcat');
  check(run('plan', '--records', '1', '--size', '1', '--fields', 'shards').stdout === 'shards\t1\n', 'plan');
  check(run('doctor', '--fields', 'check', '-o', 'csv').stdout.includes('node'), 'doctor');
  check(run('bench', '--no-such').status === 2, 'usage errors end with 2');
} finally {
  rmSync(home, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

function install() {
  const quiet = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync('npm', ['pack', '--silent', '--pack-destination', home], quiet);
  const archive = join(
    home,
    readdirSync(home).find((name) => name.endsWith('.tgz')),
  );
  const lint = spawnSync(join(root, 'node_modules/.bin/publint'), ['run', archive, '--strict'], { encoding: 'utf8' });
  check(lint.status === 0, 'publint has nothing to say', lint.stdout + lint.stderr);
  const prefix = join(home, 'prefix');
  mkdirSync(prefix);
  // Everything is bundled: the registry is not needed.
  execFileSync(
    'npm',
    ['install', '--global', '--offline', '--no-audit', '--no-fund', '--prefix', prefix, archive],
    quiet,
  );
  check(existsSync(join(prefix, 'share/man/man1/sluice.1')), 'npm links the manual pages');
  return join(prefix, 'bin/sluice');
}
