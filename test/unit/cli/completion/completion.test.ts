/** What completion offers for a line, whose names it asks for, and what it remembers. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import {
  cachePath,
  readNames,
  rememberConsumers,
  rememberFields,
  rememberShards,
  rememberStream,
  rememberStreams,
} from '../../../../src/cli/completion/cache.ts';
import { installationOf, shellOf, withLine } from '../../../../src/cli/completion/install.ts';
import { fieldsIn } from '../../../../src/cli/completion/seen-fields.ts';
import { completionSource } from '../../../../src/cli/completion/sources.ts';
import { completionSpec } from '../../../../src/cli/completion/spec.ts';
import { completionTarget, parseConfig, profileNames } from '../../../../src/cli/completion/target.ts';
import { complete, DIRECTIVE, type Line, rejoined, type Source } from '../../../../src/cli/completion/words.ts';
import { parsePath, valueAt } from '../../../../src/cli/expression/path.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';

const spec = completionSpec();
const noSource: Source = async () => [];

async function offered(words: readonly string[], source: Source = noSource): Promise<readonly string[]> {
  return (await complete(spec, words, source)).candidates.map(({ value }) => value);
}

describe('the words of a line', () => {
  test('the first are commands and what groups them', async () => {
    expect(await offered(['s'])).toEqual(expect.arrayContaining(['stream', 'split', 'serve']));
    expect(await offered(['stream', 'des'])).toEqual(['describe']);
  });

  test('options before a command do not hide it', async () => {
    expect(await offered(['--region', 'eu-west-1', '-q', 'stream', 'des'])).toEqual(['describe']);
  });

  test('a value of an option is no command', async () => {
    expect(await offered(['put', '-k', 'stream', 'des'])).toEqual([]);
  });

  test('options are those of the command and of all, once each unless they repeat', async () => {
    expect(await offered(['put', 'orders', '--key'])).toEqual(['--key', '--key-from', '--key-missing']);
    expect(await offered(['put', 'orders', '-k', 'a', '--key'])).toEqual(['--key-from', '--key-missing']);
    expect(await offered(['put', '-f', 'a', '--fil'])).toEqual(['--file']);
    expect(await offered(['stream', 'list', '--timeo'])).toEqual(['--timeout']);
  });

  test('options that few need come when nothing else begins so', async () => {
    expect(await offered(['plan', '--pri'])).toEqual(['--price', '--print-prices']);
    expect(await offered(['plan', '--p'])).not.toContain('--price');
  });

  test('choices come as whole words, behind = too', async () => {
    expect(await offered(['serve', '--durability', ''])).toEqual(['always', 'interval', 'os']);
    expect(await offered(['serve', '--durability=i'])).toEqual(['--durability=interval']);
  });

  test('words that bash cut at = and : are one', async () => {
    expect(rejoined(['serve', '--durability', '=', 'i'])).toEqual(['serve', '--durability=i']);
    expect(rejoined(['tail', 'orders', '--from', 'after', ':', ''])).toEqual(['tail', 'orders', '--from', 'after:']);
    expect(await offered(rejoined(['serve', '--durability', '=', 'i']))).toEqual(['--durability=interval']);
  });

  test('a position that must go on takes no space behind it', async () => {
    const { candidates, directive } = await complete(spec, ['tail', 'orders', '--from', 'af'], noSource);
    expect(candidates.map(({ value }) => value)).toEqual(['after:']);
    expect(directive & DIRECTIVE.noSpace).toBe(DIRECTIVE.noSpace);
  });

  test('choices say what they mean', async () => {
    const { candidates } = await complete(spec, ['put', 'orders', '--on-error', 's'], noSource);
    expect(candidates).toEqual([{ value: 'skip', doc: expect.stringMatching(/./) }]);
  });

  test('files and folders are left to the shell, names are not', async () => {
    const directive = async (...words: string[]) => (await complete(spec, words, noSource)).directive;
    expect(await directive('put', 'orders', '-f', '')).toBe(DIRECTIVE.none);
    expect(await directive('serve', '--data', '')).toBe(DIRECTIVE.directories);
    expect((await directive('tail', '')) & DIRECTIVE.noFiles).toBe(DIRECTIVE.noFiles);
  });

  test("behind -- stands another command, which is the shell's", async () => {
    expect((await complete(spec, ['serve', '--', 'np'], noSource)).directive).toBe(DIRECTIVE.none);
  });

  test('topics of several words are offered word by word', async () => {
    expect(await offered(['help', 'stream', 'sca'])).toEqual(['scale']);
  });

  test('a source is asked for names with what the line says', async () => {
    const asked: { kind: string; line: Line }[] = [];
    const source: Source = async (kind, line) => {
      asked.push({ kind, line });
      return [{ value: 'orders' }, { value: 'clicks' }];
    };
    expect(await offered(['tail', '--endpoint', 'http://x:1', 'o'], source)).toEqual(['orders']);
    expect(asked[0]!.kind).toBe('stream');
    expect(asked[0]!.line.options.get('endpoint')).toBe('http://x:1');
    await offered(['tail', 'orders', '--shard', ''], source);
    expect(asked[1]).toMatchObject({ kind: 'shard', line: { operands: ['orders'] } });
  });
});

describe('whose names', () => {
  const line = (options: Record<string, string> = {}, operands: readonly string[] = []): Line => ({
    command: undefined,
    operands,
    options: new Map(Object.entries(options)),
  });
  const config = parseConfig(
    '{ // mine\n "currentContext": "staging", "contexts": {"staging": {"endpoint": "http://s:4567"}, "prod": {"profile": "p"},}, }',
  );
  const keyOf = (clues: Partial<Parameters<typeof completionTarget>[0]>) =>
    completionTarget({ line: line(), current: '', env: {}, config, ...clues }).key;

  test('the first that is given, in the order of the commands', () => {
    const env = { SLUICE_ENDPOINT: 'http://e:1', AWS_ENDPOINT_URL: 'http://f:1' };
    expect(keyOf({ line: line({ endpoint: 'http://x:1/', context: 'prod' }), env })).toBe('http://x:1');
    expect(keyOf({ line: line({ context: 'prod' }), current: 'local/o', env })).toBe('prod');
    expect(keyOf({ current: 'local/o', env })).toBe('local');
    expect(keyOf({ line: line({}, ['prod/orders']), env })).toBe('prod');
    expect(keyOf({ line: line({ profile: 'p' }), env })).toBe('aws p');
    expect(keyOf({ env })).toBe('http://e:1');
    expect(keyOf({ env: { AWS_ENDPOINT_URL: 'http://f:1' } })).toBe('http://f:1');
    expect(keyOf({})).toBe('staging');
    expect(keyOf({ config: parseConfig(undefined) })).toBe('local');
  });

  test('contexts without an endpoint are on AWS', () => {
    expect(completionTarget({ line: line({ context: 'prod' }), current: '', env: {}, config }).isAws).toBe(true);
    expect(completionTarget({ line: line(), current: '', env: {}, config }).isAws).toBe(false);
  });

  test('a configuration that cannot be read is none', () => {
    expect(parseConfig('{')).toEqual({ contexts: {}, network: false });
    expect(parseConfig('{"completion":{"network":true},"note":"http://no // comment"}').network).toBe(true);
  });

  test('profiles are those of both files of the AWS tools', () => {
    const files = ['[default]\n[profile prod]\nregion=x\n[sso-session corp]\n', '[default]\n[old]\n'];
    expect(profileNames(files)).toEqual(['default', 'prod', 'old']);
  });
});

describe('what is remembered', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-cache-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('streams of a listing replace those before; one that was used is added; shards stand by stream', () => {
    const path = cachePath(folder, 'http://127.0.0.1:4567');
    expect(readNames(path).streams).toEqual([]);
    rememberStreams(path, ['b', 'c'], 5);
    rememberStream(path, 'a');
    rememberShards(path, 'a', { shards: [{ id: 'shardId-000000000000', start: '0', end: '9', open: true }], nowMs: 7 });
    expect(readNames(path)).toMatchObject({ streamsAtMs: 5, streams: ['a', 'b', 'c'], shards: { a: { atMs: 7 } } });
    rememberStreams(path, ['c'], 9);
    expect(readNames(path)).toMatchObject({ streamsAtMs: 9, streams: ['c'], shards: { a: { atMs: 7 } } });
    expect(readdirSync(join(folder, 'complete'))).toHaveLength(1);
  });

  test('shards of the streams used last are kept, those of others forgotten', () => {
    const path = cachePath(folder, 'many');
    for (let i = 0; i < 30; i++) rememberShards(path, `s${i}`, { shards: [], nowMs: i });
    const kept = Object.keys(readNames(path).shards);
    expect(kept).toHaveLength(20);
    expect(kept).toContain('s29');
    expect(kept).not.toContain('s9');
  });
});

describe('fields', () => {
  test('of records seen are paths as --select takes them, each once', () => {
    const seen = [{ id: 1, user: { name: 'Ann', 'e mail': null }, items: [{ sku: 'a' }] }, { id: 2, late: true }, 7];
    expect(fieldsIn(seen)).toEqual([
      { path: '.id', kind: 'number' },
      { path: '.user', kind: 'object' },
      { path: '.user.name', kind: 'text' },
      { path: '.user["e mail"]', kind: 'nothing' },
      { path: '.items', kind: 'list' },
      { path: '.items[0]', kind: 'object' },
      { path: '.items[0].sku', kind: 'text' },
      { path: '.late', kind: 'true or false' },
    ]);
  });

  test('are paths, whatever the names', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value: unknown = JSON.parse(text);
        for (const { path } of fieldsIn([value])) expect(valueAt(value, parsePath(path))).not.toBeUndefined();
      }),
    );
  });

  test('and consumers of a stream on AWS come from what was read before, without a call', async () => {
    const home = mkdtempSync(join(tmpdir(), 'sluice-home-'));
    const path = cachePath(join(home, 'sluice'), 'prod');
    rememberFields(path, 'orders', [
      { path: '.id', kind: 'number' },
      { path: '.total', kind: 'number' },
    ]);
    rememberConsumers(path, 'orders', ['audit', 'etl']);
    const env = { XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home };
    const clock = { ...systemClock, sleep: async () => undefined };
    const source = completionSource({ env, home, platform: 'linux', clock, program: ['none', 'none'] });
    expect(await offered(['tail', 'prod/orders', '--select', '.id,.t'], source)).toEqual(['.id,.total']);
    expect(await offered(['stream', 'consumers', 'prod/orders', '--deregister', 'e'], source)).toEqual(['etl']);
    rmSync(home, { recursive: true });
  });
});

describe('installing', () => {
  test('the shell is known by its path', () => {
    expect([shellOf('/usr/bin/zsh'), shellOf('/bin/sh'), shellOf('/opt/pwsh'), shellOf(undefined)]).toEqual([
      'zsh',
      undefined,
      'powershell',
      undefined,
    ]);
  });

  test('the line is added once, on a line of its own', () => {
    expect(withLine('', 'x')).toBe('x\n');
    expect(withLine('a', 'x')).toBe('a\nx\n');
    expect(withLine('a\nx\nb\n', 'x')).toBeUndefined();
  });

  test('fish needs no line; paths with odd characters are quoted', () => {
    expect(installationOf('fish', {}, '/home/u')).toEqual({ script: '/home/u/.config/fish/completions/sluice.fish' });
    const { line, startFile } = installationOf('bash', {}, "/home/o'u");
    expect(startFile).toBe("/home/o'u/.bashrc");
    expect(line).toContain("'/home/o'\\''u/.local/share/bash-completion/completions/sluice'");
  });
});
