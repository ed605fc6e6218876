/** What others on the machine can read, put in the way, or make run: permissions, foreign folders, shells, dependencies. */
import { execFile, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exposureWarnings } from '../../src/cli/serve/exposure.ts';
import { Client, LOCAL_CREDENTIALS, startDaemon, systemClock, systemRandom } from '../../src/index.ts';

const root = join(import.meta.dirname, '../..');
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-files-'));
});
afterEach(() => {
  delete process.env['XDG_RUNTIME_DIR'];
  rmSync(folder, { recursive: true, force: true });
});

const modesBelow = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true }).map((entry) => {
    const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
    return [entry.name, (mode & 0o077).toString(8)];
  });

test('nobody else reads the data folder, the state file or the key, whatever the umask', async () => {
  process.env['XDG_RUNTIME_DIR'] = folder;
  const before = process.umask(0);
  const dataDir = join(folder, 'data');
  try {
    const daemon = await startDaemon({ dataDir, port: 0, name: 'n', tls: 'own', create: [{ name: 's', shards: 1 }] });
    const client = new Client({
      ...{ endpoint: daemon.url, region: 'us-east-1', credentials: LOCAL_CREDENTIALS },
      ...{ clock: systemClock, random: systemRandom, timeoutMs: 5_000, attemptsMax: 1 },
    });
    await client.send('PutRecord', Buffer.from('{"StreamName":"s","Data":"YQ==","PartitionKey":"k"}'), {
      attemptsMax: 1,
    });
    await client.close();
    for (const path of [dataDir, join(folder, 'sluice')]) {
      expect(statSync(path).mode & 0o777).toBe(0o700);
      // A socket that is there for its lock alone.
      const modes = modesBelow(path).filter(([name]) => name !== 'LOCK');
      expect(modes.length).toBeGreaterThan(0);
      expect(modes).toEqual(modes.map(([name]) => [name, '0']));
    }
    await daemon.close({ drainMs: 0 });
  } finally {
    process.umask(before);
  }
});

describe('a runtime folder that is not ours', () => {
  const start = () => startDaemon({ memory: true, port: 0, name: 'n', tls: 'own' });

  test('a link is not followed', async () => {
    mkdirSync(join(folder, 'elsewhere'));
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'sluice'));
    process.env['XDG_RUNTIME_DIR'] = folder;
    await expect(start()).rejects.toMatchObject({ code: 'SLUICE_RUNTIME_FOLDER' });
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual([]);
  });

  test.skipIf(process.getuid?.() !== 0)('nothing is written to or taken from that of another user', async () => {
    const foreign = join(folder, 'sluice');
    mkdirSync(foreign);
    chmodSync(foreign, 0o777);
    chownSync(foreign, 12_345, 12_345);
    process.env['XDG_RUNTIME_DIR'] = folder;
    await expect(start()).rejects.toMatchObject({ code: 'SLUICE_RUNTIME_FOLDER' });
    expect(readdirSync(foreign)).toEqual([]);
  });
});

test('a daemon listens on this machine alone unless told otherwise, and what else means is said in words', async () => {
  const daemon = await startDaemon({ memory: true, port: 0 });
  expect([daemon.host, exposureWarnings(daemon.host, {})]).toEqual(['127.0.0.1', []]);
  await daemon.close({ drainMs: 0 });
  const open = await startDaemon({ memory: true, port: 0, host: '0.0.0.0' });
  expect(exposureWarnings(open.host, {})).toEqual([expect.stringMatching(/^warning: .*every stream/)]);
  await open.close({ drainMs: 0 });
});

/** Files that start programs or hold code in texts, each with the reason that no foreign text gets there. */
const STARTERS: Readonly<Record<string, string>> = {
  'src/cli/commands/config-edit.ts': 'the editor of the environment; the path stays a word of its own',
  'src/cli/commands/help.ts': 'man, with a name from the table',
  'src/cli/completion/sources.ts': 'sluice itself',
  'src/cli/consume/child.ts': 'the command behind --, without a shell',
  'src/cli/serve/child.ts': 'the command behind --, without a shell',
  'src/cli/serve/daemon-launch.ts': 'sluice itself',
  'src/cli/serve/data.ts': 'a copy of a folder',
  'src/runtime/command-output.ts': "credential_process, a line of the user's own settings that is meant for a shell",
  'src/runtime/limited-run.ts': 'a regular expression under a time limit: the script is a constant',
  'src/runtime/notify-ready.ts': 'systemd-notify --ready',
};

test('programs are started in a few places, each for a reason, and nothing evaluates text', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  const texts = files.map((name) => [`src/${name}`, readFileSync(join(root, 'src', name), 'utf8')] as const);
  const found = texts.filter(([, text]) => /node:child_process|node:vm|\/bin\/sh|shell: true/.test(text));
  expect(found.map(([path]) => path).sort()).toEqual(Object.keys(STARTERS));
  expect(texts.filter(([, text]) => /\beval\(|new Function\(|import\([^'"]/.test(text))).toEqual([]);
});

describe('completion', () => {
  const NAMES = [
    '$(touch pwned)',
    '`touch pwned`',
    '; touch pwned',
    "'; touch pwned; '",
    '"$(touch pwned)"',
    '*',
    '\n:0',
    '-rf',
  ];

  test('names that a server made up are offered as text, and nothing of them runs', async () => {
    const cache = join(folder, 'sluice/complete');
    mkdirSync(cache, { recursive: true });
    const names = JSON.stringify({ streamsAtMs: Date.now() + 60_000, streams: NAMES, shards: {} });
    writeFileSync(join(cache, 'local.json'), names);
    writeFileSync(join(cache, `${encodeURIComponent('http://127.0.0.1:9')}.json`), names);
    const program = join(folder, 'sluice-program');
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin/sluice.js')}' "$@"\n`);
    chmodSync(program, 0o755);
    const script = `
      source '${join(root, 'completions/sluice.bash')}'
      COMP_WORDS=('${program}' tail ''); COMP_CWORD=2; COMP_LINE='${program} tail '; COMP_POINT=\${#COMP_LINE}
      _sluice '${program}' '' tail
      printf '<%s>\\n' "\${COMPREPLY[@]}"`;
    const env = {
      ...{ PATH: process.env['PATH'], HOME: folder, XDG_CACHE_HOME: folder, XDG_CONFIG_HOME: folder },
      ...{ XDG_RUNTIME_DIR: folder, SLUICE_ENDPOINT: 'http://127.0.0.1:9' },
    };
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { env, cwd: folder });
    expect(stdout).toContain('<$(touch pwned)>');
    expect(stdout).toContain('<\\u000a:0>');
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });
});

test('no dependency has a known fault', { timeout: 60_000 }, ({ skip }) => {
  const { stdout, error } = spawnSync('npm', ['audit', '--json'], { cwd: root, encoding: 'utf8', timeout: 30_000 });
  const report = error === undefined ? (JSON.parse(stdout || '{}') as Readonly<Record<string, unknown>>) : {};
  const found = report['vulnerabilities'];
  if (found === undefined) skip('npm audit got no answer: no network, or a registry that does not answer it');
  console.log('npm audit:', JSON.stringify((report['metadata'] as { vulnerabilities: object }).vulnerabilities));
  expect(Object.keys(found as object)).toEqual([]);
});
