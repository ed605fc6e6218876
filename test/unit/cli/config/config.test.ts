/** Files of settings: what is read, what is told and passed over, and changes that leave the rest as it is. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { CliError } from '../../../../src/cli/cli-error.ts';
import { withKey, withoutKey } from '../../../../src/cli/config/edit.ts';
import { configuredTargets, loadConfig } from '../../../../src/cli/config/file.ts';
import { checkConfig } from '../../../../src/cli/config/keys.ts';
import { configSchema } from '../../../../src/cli/config/schema.ts';
import { allSettings, keyPath, settingAt, writtenValue } from '../../../../src/cli/config/values.ts';
import { commands } from '../../../../src/cli/table.ts';
import { type JsonObject, jsonValue, parseJsonWithComments } from '../../../../src/model/json-with-comments.ts';

const check = (text: string) => checkConfig(parseJsonWithComments(text) as JsonObject, 'f');
const plainOf = (text: string) => jsonValue(parseJsonWithComments(text)) as Record<string, unknown>;

describe('a file of settings', () => {
  test('gives contexts and defaults', () => {
    const found = check(`{ // mine
      "currentContext": "prod",
      "contexts": { "prod": { "profile": "ro", "region": "us-east-1", "readOnly": true, "confirm": "name", "color": "red" } },
      "defaults": { "tail": { "timestamps": "utc", "share": 2 } },
      "theme": "dark", "keys": { "top.pause": "space" }, "completion": { "network": false }
    }`);
    expect(found).toEqual({
      currentContext: 'prod',
      contexts: { prod: { profile: 'ro', region: 'us-east-1', readOnly: true, confirm: 'name', color: 'red' } },
      defaults: { tail: { timestamps: 'utc', share: 2 } },
      warnings: [],
    });
  });
  test.each([
    ['{ "them": "dark" }', 'f:1: them is not known: did you mean theme?'],
    ['{\n"contexts": { "p": {\n"regoin": "x" } } }', 'f:3: contexts.p.regoin is not known: did you mean region?'],
    ['{ "contexts": { "p": { "readOnly": "yes" } } }', 'f:1: contexts.p.readOnly must be true or false'],
    [
      '{ "contexts": { "p": { "color": "pink" } } }',
      'f:1: contexts.p.color must be "red" or "green" or "yellow" or "cyan"',
    ],
    ['{ "contexts": { "aws": {} } }', 'f:1: the context aws is built in; this one is passed over'],
    ['{ "contexts": { "a/b": {} } }', 'f:1: "a/b" is no name of a context; it is passed over'],
    ['{ "defaults": { "put": { "yes": true } } }', 'f:1: defaults.put.yes is passed over: --yes has to be typed'],
    ['{ "currentContext": 3 }', 'f:1: currentContext must be a text'],
  ])('%s is told', (text, warning) => expect(check(text).warnings).toEqual([warning]));
  test.each(['yes', 'force', 'confirm', 'context', 'endpoint'])('never sets --%s', (name) =>
    expect(check(`{ "defaults": { "put": { "${name}": "x" } } }`).defaults).toEqual({ put: {} }),
  );
});

describe('files that count', () => {
  const root = mkdtempSync(join(tmpdir(), 'config-'));
  const project = join(root, 'home/repo');
  const inner = join(project, 'a/b');
  mkdirSync(inner, { recursive: true });
  mkdirSync(join(project, '.git'));
  mkdirSync(join(root, 'etc'));
  afterAll(() => rmSync(root, { recursive: true }));
  const load = (directory = inner, path?: string) =>
    loadConfig({ path, env: {}, folder: join(root, 'etc'), directory, home: join(root, 'home') });

  test('are the user’s own and that of the project, up to the root of its repository', async () => {
    writeFileSync(
      join(root, 'etc/config.json'),
      '{"currentContext":"mine","contexts":{"mine":{},"both":{"region":"own"}}}',
    );
    writeFileSync(
      join(project, '.sluice.json'),
      '{"currentContext":"both","contexts":{"both":{"region":"evil"},"theirs":{}}}',
    );
    const config = await load();
    expect(configuredTargets(config)).toEqual({
      contexts: { mine: {}, both: { region: 'own' }, theirs: {} },
      project: { context: 'both', by: join(project, '.sluice.json') },
      current: { context: 'mine', by: join(root, 'etc/config.json') },
    });
    expect(settingAt(['contexts', 'both', 'region'], config)?.value).toBe('own');
    expect(settingAt(['currentContext'], config)?.value).toBe('both');
    expect(allSettings(config, { SLUICE_OUTPUT: 'json' })[0]).toEqual({
      key: 'output',
      value: 'json',
      origin: 'environment SLUICE_OUTPUT',
    });
  });
  test('a folder above a repository, or above a folder in none, does not count', async () => {
    writeFileSync(join(root, 'home/.sluice.json'), '{"currentContext":"above"}');
    expect((await load()).project?.currentContext).toBe('both');
    mkdirSync(join(root, 'home/plain/x'), { recursive: true });
    expect((await load(join(root, 'home/plain/x'))).project).toBeUndefined();
    expect((await load(join(root, 'home'))).project?.currentContext).toBe('above');
  });
  test('that are no JSON are refused with the line', async () => {
    writeFileSync(join(root, 'bad.json'), '{\n "a": 1,\n}');
    await expect(load(inner, join(root, 'bad.json'))).rejects.toThrow('bad.json:3:');
    await expect(load(inner, join(root, 'bad.json'))).rejects.toBeInstanceOf(CliError);
  });
  test('that are not there are empty', async () => {
    expect(await load(inner, join(root, 'none.json'))).toMatchObject({ user: undefined, isMissing: true });
  });
});

describe('a change', () => {
  const text =
    '// mine\n{\n  "contexts": { // all of them\n    "prod": { "region": "a" } /* one */\n  },\n  "theme": "dark"\n}\n';
  test('leaves comments and order as they are', () => {
    expect(withKey(text, ['contexts', 'prod', 'region'], 'b')).toBe(text.replace('"a"', '"b"'));
    expect(withKey(text, ['theme'], 'light')).toBe(text.replace('dark', 'light'));
    expect(withoutKey(text, ['theme'])).toBe(text.replace(',\n  "theme": "dark"', ''));
  });
  test('makes the objects on the way', () => {
    expect(withKey('', ['a', 'b', 'c'], 1)).toBe('{\n  "a": {\n    "b": {\n      "c": 1\n    }\n  }\n}\n');
  });
  test('of the last key leaves an empty object', () =>
    expect(withoutKey('{"a": {\n  "b": 1\n}}', ['a', 'b'])).toBe('{"a": {}}'));
  test('of a key that is not there is none', () => {
    expect(withoutKey(text, ['keys'])).toBeUndefined();
    expect(withoutKey(text, ['contexts', 'x', 'y'])).toBeUndefined();
  });
  test('inside of what is no object is refused', () =>
    expect(() => withKey(text, ['theme', 'x'], 1)).toThrow(CliError));
  test('can be read back, whatever the file', () => {
    const name = fc.string({ minLength: 1, maxLength: 3 }).filter((one) => one !== '__proto__');
    const tree = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.array(fc.string(), { maxLength: 2 }),
        tie('object'),
      ),
      object: fc.dictionary(name, tie('value'), { maxKeys: 3 }),
    }));
    fc.assert(
      fc.property(
        tree.object,
        fc.array(name, { minLength: 1, maxLength: 3 }),
        fc.string(),
        fc.constantFrom(0, 1, 2),
        (before, path, value, indent) => {
          const source = JSON.stringify(before, undefined, indent);
          let changed: string;
          try {
            changed = withKey(source, path, value);
          } catch (error) {
            expect(error).toBeInstanceOf(CliError);
            return;
          }
          const reached = path.reduce<unknown>(
            (inner, key) => (inner as Record<string, unknown>)[key],
            plainOf(changed),
          );
          expect(reached).toBe(value);
          const removed = withoutKey(changed, path);
          const rest = path
            .slice(0, -1)
            .reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], plainOf(removed!));
          expect(Object.hasOwn(rest as object, path.at(-1)!)).toBe(false);
        },
      ),
    );
  });
});

describe('a value typed for a key', () => {
  const typed = (key: string, text: string) => writtenValue(keyPath(key), text, commands);
  test('has the form of the key', () => {
    expect(typed('contexts.p.region', '1')).toBe('1');
    expect(typed('contexts.p.readOnly', 'true')).toBe(true);
    expect(typed('defaults.stream create.shards', '4')).toBe(4);
    expect(typed('defaults.put.dryRun', 'false')).toBe(false);
    expect(typed('theme', 'dark')).toBe('dark');
  });
  test.each([
    ['contexts.p.readOnly', 'maybe'],
    ['contexts.p.regoin', 'x'],
    ['defaults.put.nope', '1'],
    ['defaults.nope.key', '1'],
    ['defaults.put.yes', 'true'],
    ['theme', 'pink'],
    ['nope', '1'],
  ])('%s = %s is refused', (key, text) => expect(() => typed(key, text)).toThrow(CliError));
  test('an empty part is no key', () => expect(() => keyPath('a..b')).toThrow(CliError));
});

test('the schema knows every command and none of the options that have to be typed', () => {
  const { properties } = configSchema(commands) as {
    readonly properties: {
      readonly defaults: { readonly properties: Record<string, { readonly properties: object }> };
    };
  };
  const { defaults } = properties;
  expect(Object.keys(defaults.properties)).toEqual(commands.map(({ path }) => path));
  expect(Object.keys(defaults.properties['stream delete']!.properties)).not.toContain('force');
});
