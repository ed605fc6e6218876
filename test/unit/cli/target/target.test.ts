/** Which server a command talks to: the order of places, what a context brings along, and who signs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CliError } from '../../../../src/cli/cli-error.ts';
import { accountOfKey } from '../../../../src/cli/target/line.ts';
import { resolveTarget } from '../../../../src/cli/target/resolve.ts';
import { parseStreamName } from '../../../../src/cli/target/stream-name.ts';
import {
  type ContextSettings,
  chooseTarget,
  type TargetQuestion,
  targetChain,
} from '../../../../src/cli/target/target.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';

const contexts: Readonly<Record<string, ContextSettings>> = {
  prod: { profile: 'prod-ro', region: 'us-east-1', readOnly: true, confirm: 'name', color: 'red' },
  staging: { region: 'eu-west-1' },
  ci: { endpoint: 'http://kinesis:4567/', region: 'us-west-2' },
};
const choose = (question: Partial<TargetQuestion>) => chooseTarget({ flags: {}, env: {}, ...question }, contexts);

describe('the first place that says something decides', () => {
  // From the first to the last, each with what it decides on.
  const places: readonly (readonly [string, Partial<TargetQuestion>, string])[] = [
    ['--endpoint', { flags: { endpoint: 'http://flag:1' } }, 'http://flag:1'],
    ['--context', { flags: { context: 'ci' } }, 'ci'],
    ['the stream’s prefix', { prefix: 'staging' }, 'staging'],
    ['--profile', { flags: { profile: 'p' } }, 'aws'],
    ['SLUICE_ENDPOINT', { env: { SLUICE_ENDPOINT: 'http://a:1' } }, 'http://a:1'],
    ['SLUICE_CONTEXT', { env: { SLUICE_CONTEXT: 'prod' } }, 'prod'],
    ['AWS_ENDPOINT_URL_KINESIS', { env: { AWS_ENDPOINT_URL_KINESIS: 'http://b:2' } }, 'http://b:2'],
    ['AWS_ENDPOINT_URL', { env: { AWS_ENDPOINT_URL: 'http://c:3' } }, 'http://c:3'],
    ['.sluice.json', { project: { context: 'staging', by: '.sluice.json' } }, 'staging'],
    ['config.json', { current: { context: 'ci', by: 'config.json' } }, 'ci'],
    ['the default', {}, 'local'],
  ];
  test.each(places.map((place, i) => [place[0], i] as const))('%s', (by, i) => {
    // This place and everything after it, but for a prefix beside --context, which would be refused.
    const rest = places.slice(i).filter(([name]) => by !== '--context' || name !== 'the stream’s prefix');
    const question = Object.assign({}, ...rest.toReversed().map(([, one]) => one), {
      flags: Object.assign({}, ...rest.toReversed().map(([, one]) => one.flags)),
      env: Object.assign({}, ...rest.toReversed().map(([, one]) => one.env)),
    }) as Partial<TargetQuestion>;
    if (by === '--endpoint') Object.assign(question, { prefix: undefined });
    const { because, context, endpoint } = choose(question);
    expect(because).toBe(by);
    expect([context, endpoint]).toContain(places[i]![2]);
  });
  test('and every one of them is in the chain that is shown', () => {
    const question = { flags: {}, env: {}, project: { context: 'x', by: '.sluice.json' } };
    const shown = targetChain({ ...question, current: { context: 'y', by: 'config.json' } }).map(({ by }) => by);
    expect(shown).toEqual(places.map(([by]) => by));
  });
  test('an empty variable says nothing', () =>
    expect(choose({ env: { SLUICE_ENDPOINT: '', SLUICE_CONTEXT: '', AWS_ENDPOINT_URL: '' } }).context).toBe('local'));
});

describe('what AWS’s own variables say never moves a command to AWS', () => {
  test.each([
    { AWS_PROFILE: 'prod' },
    { AWS_REGION: 'eu-west-1' },
    { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' },
  ])('%o', (env) => expect(choose({ env }).kind).toBe('local'));
});

describe('a context', () => {
  test('brings its settings', () =>
    expect(choose({ flags: { context: 'prod' } })).toMatchObject({ kind: 'aws', ...contexts['prod'] }));
  test('keeps them beside an endpoint of the command line', () =>
    expect(choose({ flags: { context: 'prod', endpoint: 'https://vpce.example' } })).toMatchObject({
      kind: 'endpoint',
      context: 'prod',
      endpoint: 'https://vpce.example',
      readOnly: true,
    }));
  test('gives way to another profile', () =>
    expect(choose({ flags: { context: 'prod', profile: 'admin' } }).profile).toBe('admin'));
  test('in front of the stream must be the one of the command line', () => {
    expect(() => choose({ flags: { context: 'staging' }, prefix: 'prod' })).toThrow(CliError);
    expect(choose({ flags: { context: 'prod' }, prefix: 'prod' }).context).toBe('prod');
  });
  test('that is not there is told with the nearest', () => {
    expect(() => choose({ prefix: 'stagin' })).toThrow('there is no context stagin');
    expect(() => choose({ prefix: 'toString' })).toThrow(CliError);
  });
  test.each(['here', 'ftp://x', '127.0.0.1:4567'])('the endpoint %s is none', (endpoint) =>
    expect(() => choose({ flags: { endpoint } })).toThrow(CliError),
  );
});

describe('made real', () => {
  const home = mkdtempSync(join(tmpdir(), 'target-'));
  writeFileSync(
    join(home, 'config'),
    '[default]\nregion = eu-north-1\n[profile prod-ro]\nregion = sa-east-1\nuse_fips_endpoint = true\n',
  );
  afterAll(() => rmSync(home, { recursive: true }));
  const files = { AWS_CONFIG_FILE: join(home, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(home, 'none') };
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' };
  const world = { clock: systemClock, readOnly: false, localUrl: async () => 'http://127.0.0.1:9' };
  const real = (question: Partial<TargetQuestion>, region?: string, arnRegion?: string) => {
    const env = { ...files, ...keys, ...question.env };
    return resolveTarget(choose({ ...question, env }), { ...world, env, region }, arnRegion);
  };

  test.each([
    ['the flag', { flags: { context: 'staging' } }, 'us-west-1', 'https://kinesis.us-west-1.amazonaws.com'],
    [
      'the context, whatever the environment says',
      { flags: { context: 'staging' }, env: { AWS_REGION: 'x' } },
      undefined,
      'https://kinesis.eu-west-1.amazonaws.com',
    ],
    [
      'the environment',
      { flags: { context: 'aws' }, env: { AWS_REGION: 'cn-north-1' } },
      undefined,
      'https://kinesis.cn-north-1.amazonaws.com.cn',
    ],
    ['the profile', { flags: { context: 'aws' } }, undefined, 'https://kinesis.eu-north-1.amazonaws.com'],
    [
      'a named profile, which may ask for FIPS',
      { flags: { profile: 'prod-ro' } },
      undefined,
      'https://kinesis-fips.sa-east-1.amazonaws.com',
    ],
    [
      'both endpoints asked for',
      { flags: { context: 'aws' }, env: { AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'true' } },
      'us-east-2',
      'https://kinesis-fips.us-east-2.api.aws',
    ],
  ] as const)('the region is that of %s', async (_, question, region, endpoint) => {
    expect((await real(question, region)).endpoint).toBe(endpoint);
  });
  test('an ARN names the region', async () => {
    expect((await real({ flags: { context: 'staging' } }, undefined, 'ap-east-1')).region).toBe('ap-east-1');
  });
  test('the host of a VPC endpoint names it', async () => {
    const endpoint = 'https://vpce-0a-1b.kinesis.eu-central-1.vpce.amazonaws.com';
    expect(await real({ flags: { endpoint } })).toMatchObject({ endpoint, region: 'eu-central-1' });
  });
  test('AWS without a region is refused', async () => {
    const env = { AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none' };
    await expect(real({ flags: { context: 'aws' }, env })).rejects.toThrow('no region');
  });
  test('a real key is never sent to this machine', async () => {
    const keyAt = async (question: Partial<TargetQuestion>) => {
      const { credentials } = await real(question, 'us-east-1');
      return (typeof credentials === 'function' ? await credentials() : credentials).accessKeyId;
    };
    const loopback = ['http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1', 'https://127.9.9.9'];
    for (const endpoint of loopback) {
      expect(await keyAt({ flags: { endpoint } })).toBe('local');
      expect(await keyAt({ flags: { endpoint, profile: 'prod-ro' } })).toBe('local');
      expect(await keyAt({ flags: { endpoint, context: 'prod' } })).toBe('local');
    }
    expect(await keyAt({})).toBe('local');
    expect(await keyAt({ flags: { endpoint: 'http://kinesis:4567' } })).toBe('AKIA');
    expect(await keyAt({ flags: { context: 'aws' } })).toBe('AKIA');
  });
  test('another server sees no key but one that was meant for it', async () => {
    const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    expect((await real({ flags: { endpoint: 'http://kinesis:4567' }, env })).credentials).toMatchObject({
      accessKeyId: 'local',
    });
  });
});

describe('a stream is written', () => {
  const arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders';
  test.each([
    ['orders', undefined, 'orders', { StreamName: 'orders' }, undefined],
    ['prod/orders', 'prod', 'orders', { StreamName: 'orders' }, undefined],
    [arn, undefined, 'orders', { StreamARN: arn }, 'eu-west-1'],
    [`prod/${arn}`, 'prod', 'orders', { StreamARN: arn }, 'eu-west-1'],
  ])('%s', (text, prefix, name, ref, region) => expect(parseStreamName(text)).toEqual({ prefix, name, ref, region }));
  test.each(['', '/orders', 'prod/', 'a/b/c', 'arn:aws:s3:::bucket', `${arn}/consumer/c:1`])(
    '"%s" names none',
    (text) => expect(() => parseStreamName(text)).toThrow(CliError),
  );
});

test('an access key says whose account it is of', () => {
  // The example of the article that found it.
  expect(accountOfKey('ASIAQNZGKIQY56JQ7WML')).toBe('029608264753');
  expect(accountOfKey('AKIAIOSFODNN7EXAMPLE')).toBeUndefined();
  expect(accountOfKey('local')).toBeUndefined();
});
