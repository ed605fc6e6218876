/** What the built program loads: help loads the tables alone, usage errors the parser, and nothing carries what no command uses. */
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/table.ts';
import { builtFilesOf, loadedBy, meta, packages } from './built-program.ts';

/** Of one command, beside those of every start. */
const FILES_MAX = 14;

test('the program and its usage errors load commander and no other package', () => {
  const files = loadedBy('src/cli/main.ts');
  expect(packages(files)).toEqual(['commander']);
  expect(files.filter((file) => /^src\/(client|operations)\/|^src\/cli\/(context|explain|target)/.test(file))).toEqual(
    [],
  );
});

test('help of a command loads the tables and no package', () => {
  const files = loadedBy('src/cli/help/plain-help.ts');
  expect(packages(files)).toEqual([]);
  expect(files).toContain('src/cli/table.ts');
  expect(
    files.filter((file) => /commands\/|program\.ts|^src\/(?!cli|model|runtime|client\/endpoint)/.test(file)),
  ).toEqual([]);
});

test('of the commands none is loaded before it is called', () => {
  expect(loadedBy('src/cli/main.ts').filter((file) => file.startsWith('src/cli/commands/'))).toEqual([]);
  expect(
    loadedBy('src/cli/main.ts').filter((file) => /^src\/(server|service|store|agent|tui|wire)\//.test(file)),
  ).toEqual([]);
});

test('the declarations of the operations are loaded by the commands that call them', () => {
  const declarations = (entry: string) => loadedBy(entry).filter((file) => file.startsWith('src/operations/'));
  expect(declarations('src/cli/main.ts')).toEqual([]);
  expect(declarations('src/cli/commands/api.ts')).toContain('src/operations/kinesis/index.ts');
});

describe('a command that calls a server', () => {
  test.each(['put', 'tail', 'split', 'stream-list', 'stream-wait', 'api'])(
    '%s loads no server, spinner or colours',
    (name) => {
      const files = loadedBy(`src/cli/commands/${name}.ts`);
      expect(packages(files).filter((one) => /^(ora|chalk|ink|react|selfsigned)$/.test(one!))).toEqual([]);
      expect(files.filter((file) => /^src\/(server|service|store)\//.test(file))).toEqual([]);
    },
  );
});

test('of undici only the pool is in the bundle', () => {
  const all = Object.values(meta.outputs).flatMap((output) => Object.keys(output.inputs));
  const unused = /undici\/(index\.js|lib\/(web\/(fetch\/index|websocket|eventsource|cache)|mock))/;
  expect(all.filter((file) => unused.test(file))).toEqual([]);
});

test('credentials of AWS and proxies are loaded by calls to AWS only', () => {
  const entries = ['src/cli/main.ts', 'src/cli/commands/stream-list.ts', 'src/client/client.ts'];
  const ofAws = /^src\/client\/(credential-|assume-role|aws-question|http-question)|proxy-agent/;
  expect(entries.flatMap(loadedBy).filter((file) => ofAws.test(file))).toEqual([]);
});

describe('the packages that a command brings along', () => {
  const entries = Object.values(meta.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => file.startsWith('src/cli/commands/')),
  );

  test('every command of the table is in the bundle', () => {
    // Other names of a command load the same one.
    const files = commands.map(({ load }) => /commands\/([\w-]+)\.ts/.exec(String(load))![1]);
    expect(entries.map((path) => /([\w-]+)\.ts$/.exec(path)![1])).toEqual(expect.arrayContaining(files));
  });

  test.each(entries)('%s', (entry) => {
    // The parser has been loaded before. What signs calls lies with what commands share; undici is loaded by many calls,
    // colours, spinner, server and screen when they are needed.
    expect(packages(loadedBy(entry)).filter((name) => name !== 'commander' && name !== 'aws4')).toEqual([]);
    expect(loadedBy(entry).filter((file) => /^src\/(server|service|store|agent|tui)\//.test(file))).toEqual([]);
  });
});

test('each file costs half a millisecond: a start reads few', () => {
  const parsed = builtFilesOf('src/cli/main.ts');
  expect(parsed.length).toBeLessThanOrEqual(3);
  const common = builtFilesOf('src/cli/command-run.ts');
  expect(common.length).toBeLessThanOrEqual(5);
  for (const { load } of commands) {
    const entry = `src/cli/commands/${/commands\/([\w-]+)\.ts/.exec(String(load))![1]}.ts`;
    const own = builtFilesOf(entry).filter((path) => !common.includes(path));
    expect({ entry, files: own.length <= FILES_MAX || own }).toEqual({ entry, files: true });
  }
});

test('Tab loads no package, no table and no operation', () => {
  const files = loadedBy('src/cli/completion/complete.ts');
  expect(packages(files)).toEqual([]);
  expect(files.filter((file) => !/^src\/(cli|runtime)\//.test(file))).toEqual([]);
  expect(files.filter((file) => /table|program|commands\//.test(file))).toEqual([]);
});
