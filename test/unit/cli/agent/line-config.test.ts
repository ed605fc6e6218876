/** What options of a command line are as a configuration: seen through the reader that checks it. */
import { describe, expect, test } from 'vitest';
import { formatProblems } from '../../../../src/agent/config-problems.ts';
import { readConfig } from '../../../../src/agent/read-config.ts';
import { lineConfig, refuseLineOptions } from '../../../../src/cli/agent/line-config.ts';

type Options = Parameters<typeof refuseLineOptions>[0];

const none = { to: 'web', aggregate: false } as Options;

function read(options: Partial<Options>, args: readonly string[] = ['/t/a*']) {
  const text = lineConfig({ args, options: { ...none, ...options } }, 'http://127.0.0.1:4567');
  const { config, problems } = readConfig({ name: 'command line', text }, [], { env: {}, directory: '/', cores: 1 });
  return { config, flow: config?.flows[0], lines: formatProblems(problems) };
}

test('files and a stream alone are one flow each, sent within a second, with random keys', () => {
  const { config, lines } = read({}, ['/t/a*', '/t/b']);
  expect(lines).toEqual([]);
  expect(config!.flows.map(({ id }) => id)).toEqual(['kinesis:web:/t/a*', 'kinesis:web:/t/b']);
  expect(config!.prometheus).toBeUndefined();
  for (const flow of config!.flows) {
    expect(flow).toMatchObject({ batch: { ageMsMax: 1_000 }, target: { endpoint: 'http://127.0.0.1:4567' } });
    expect(flow.records).toMatchObject({ partitionKey: { kind: 'random' }, converters: [] });
    expect([flow.kplAggregation, flow.records.multiLine]).toEqual([undefined, undefined]);
  }
});

describe('--key', () => {
  test.each([
    ['random', { kind: 'random' }],
    ['hash', { kind: 'deterministic' }],
    ['hostname', { kind: 'host' }],
    ['file', { kind: 'file' }],
    ['.user-id', { kind: 'field', field: 'user-id' }],
    ['/id=(\\d+)/', { kind: 'regex', pattern: { source: 'id=(\\d+)' } }],
  ])('%s', (key, expected) => {
    expect(read({ key }).flow!.records.partitionKey).toMatchObject(expected);
  });

  test.each(['', '.', '.user.id', '.a[0]', 'user', 'file,hostname', 'RANDOM', '//', 'toString'])(
    'not "%s", which no configuration can say',
    (key) => {
      expect(() => read({ key })).toThrow(`"${key}" says no key that the agent could give`);
    },
  );
});

describe('--process', () => {
  test('none', () => expect(read({ process: 'none' }).flow!.records.converters).toEqual([]));

  test('csvtojson with its columns', () => {
    const [converter] = read({ process: 'csvtojson:time,level' }).flow!.records.converters;
    expect(converter).toMatchObject({ kind: 'csv', fields: ['time', 'level'] });
  });

  test('logtojson with a format, in small letters too', () => {
    const [converter] = read({ process: 'logtojson:syslog' }).flow!.records.converters;
    expect(converter).toMatchObject({ kind: 'log', fields: expect.arrayContaining(['program']) });
  });

  test.each([
    ['csvtojson', 'wants the names of the columns'],
    ['csvtojson:', 'wants the names of the columns'],
    ['', '"" is no way to process records'],
    ['none:x', '"none:x" is no way'],
    ['gzip', '"gzip" is no way'],
  ])('not "%s"', (process, message) => expect(() => read({ process })).toThrow(message));

  test('of a format the configuration does not know, it tells those it knows', () => {
    const { config, lines } = read({ process: 'logtojson:iis' });
    expect(config).toBeUndefined();
    expect(lines.join()).toMatch(/"IIS" is not one of COMMONAPACHELOG, .*SYSLOG/);
  });
});

test('--multiline-start and --aggregate are the keys of the flow', () => {
  const { flow } = read({ multilineStart: '\\d{4}-', aggregate: true });
  expect(flow!.records.multiLine).toMatchObject({ start: { source: '\\d{4}-' } });
  expect(flow!.kplAggregation).toEqual({ bytesMax: 51_200, recordsMax: 500 });
});

test('--metrics is an address, or the usual one', () => {
  expect(read({ metrics: true }).config!.prometheus).toEqual({ host: '127.0.0.1', port: 9_121 });
  const place = { host: '::1', port: 0 };
  expect(read({ metrics: place }).config!.prometheus).toEqual(place);
});

test('beside a configuration file each is refused with the key that says it there', () => {
  expect(() => refuseLineOptions(none)).not.toThrow();
  const given: readonly (readonly [Partial<Options>, RegExp])[] = [
    [{ key: 'file' }, /--key .*partitionKey$/],
    [{ multilineStart: 'x' }, /--multiline-start .*multiLineStartPattern$/],
    [{ process: 'none' }, /--process .*dataProcessingOptions$/],
    [{ aggregate: true }, /--aggregate .*kplAggregation$/],
    [{ metrics: true }, /--metrics .*prometheus$/],
  ];
  for (const [options, message] of given) expect(() => refuseLineOptions({ ...none, ...options })).toThrow(message);
});
