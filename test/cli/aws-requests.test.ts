/**
 * A command on AWS makes the calls it makes locally, to the host of its region, signed with the right key for it: the
 * daemon behind the proxy verifies every signature. A real key never goes to this machine.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Daemon, startDaemon } from '../../src/server/daemon.ts';
import { AwsSink } from './aws-sink.ts';

const program = join(import.meta.dirname, '../../bin/sluice.js');
const home = mkdtempSync(join(tmpdir(), 'sluice-aws-'));
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
const KEY = 'AKIAQNZGKIQY56JQ7WML';
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const HOST = 'kinesis.eu-west-1.amazonaws.com';
let daemons: Daemon[] = [];
let aws: AwsSink;
let local: AwsSink;

beforeAll(async () => {
  const authFile = join(home, 'keys.json');
  const known = { [KEY]: { secret: SECRET }, ASIATEMPORARY: { secret: 't', sessionToken: 'fresh' } };
  writeFileSync(authFile, JSON.stringify(known), { mode: 0o600 });
  const options = { memory: true, port: 0 };
  daemons = [await startDaemon({ ...options, authFile }), await startDaemon(options)];
  aws = await AwsSink.start(daemons[0]!.url, [
    HOST,
    '*.amazonaws.com',
    '*.eu-west-1.amazonaws.com',
    '*.eu-west-1.vpce.amazonaws.com',
    '*.kinesis.eu-west-1.vpce.amazonaws.com',
    '*.sso.eu-west-1.amazonaws.com',
  ]);
  local = await AwsSink.start(daemons[1]!.url, ['localhost']);
  writeFileSync(join(home, 'ca.pem'), aws.certificate);
  writeFileSync(join(home, 'config'), PROFILES);
});
beforeEach(() => {
  for (const sink of [aws, local]) {
    sink.calls.length = 0;
    sink.tunnels.length = 0;
    sink.answer = () => undefined;
  }
});
afterAll(async () => {
  for (const sink of [aws, local]) sink.close();
  for (const daemon of daemons) await daemon.close();
  rmSync(home, { recursive: true });
});

const PROFILES = `[profile role]
role_arn = arn:aws:iam::123456789012:role/reader
source_profile = base
region = eu-west-1
[profile base]
aws_access_key_id = ${KEY}
aws_secret_access_key = ${SECRET}
[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = reader
region = eu-west-1
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
`;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function sluice(words: readonly string[], env: Readonly<Record<string, string>>, input = ''): Promise<Ended> {
  const base = {
    PATH: process.env['PATH'],
    HOME: home,
    XDG_RUNTIME_DIR: home,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'none'),
  };
  const child = spawn(process.execPath, [program, ...words], { env: { ...base, ...env }, cwd: home });
  let [out, err] = ['', ''];
  child.stdout.on('data', (piece: Buffer) => {
    out += String(piece);
  });
  child.stderr.on('data', (piece: Buffer) => {
    err += String(piece);
  });
  child.stdin.end(input);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

const keys = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET };
const way = () => ({ HTTPS_PROXY: aws.url, AWS_CA_BUNDLE: join(home, 'ca.pem') });
const onAws = (words: readonly string[], env: Readonly<Record<string, string>> = keys, input = '') =>
  sluice(['--context', 'aws', '--region', 'eu-west-1', ...words], { ...way(), ...env }, input);

/** Members whose values differ from run to run. */
const RANDOM =
  /"(NextToken|ShardIterator|PartitionKey|ExplicitHashKey|Timestamp|StartingSequenceNumber)":("[^"]*"|[\d.]+)/g;
const comparable = (sink: AwsSink) =>
  sink.calls.map(({ operation, body }) => `${operation} ${body.replace(RANDOM, '"$1":…')}`);

describe('the calls are the same as on local', () => {
  const sessions: readonly (readonly [words: readonly string[], input?: string])[] = [
    [['stream', 'create', 'orders', '--shards', '2']],
    [['stream', 'list']],
    [['stream', 'list', '-l']],
    [['stream', 'describe', 'orders']],
    [['stream', 'shards', 'orders']],
    [['put', 'orders', '-k', 'a'], 'one\ntwo\n'],
    [['put', 'orders', '--ordered', 'hello']],
    [['tail', 'orders', '--from', 'horizon', '--no-follow', '--shard', '0']],
    [['stream', 'tag', 'orders', 'team=blue']],
    [['stream', 'retention', 'orders', '48h']],
    [['stream', 'limits']],
    [['split', 'orders', '0', '--at', 'middle', '--yes']],
    [['merge', 'orders', '2', '3', '--yes']],
    [['api', 'DescribeStreamSummary', 'StreamName=orders']],
    [['stream', 'delete', 'orders', '--yes']],
  ];
  test.each(sessions.map(([words, input = '']) => ({ words, input })))('sluice $words', async ({ words, input }) => {
    const [there, here] = await Promise.all([
      onAws(words, keys, input),
      sluice([...words, '--endpoint', local.url], keys, input),
    ]);
    expect(there).toMatchObject({ code: 0 });
    expect(here.code).toBe(0);
    expect(comparable(aws)).toEqual(comparable(local));
    expect(aws.calls.length).toBeGreaterThan(0);
    // The daemon behind has verified the signatures; these say which ones they were.
    for (const { host, scope, agent } of aws.calls) {
      expect([host, agent]).toEqual([HOST, `sluice/${version}`]);
      expect(scope).toMatch(new RegExp(`^${KEY}/\\d{8}/eu-west-1/kinesis/aws4_request$`));
    }
    expect(new Set(aws.tunnels)).toEqual(new Set([`${HOST}:443`]));
    for (const { scope, agent } of local.calls) {
      expect(scope).toMatch(/^local\/\d{8}\/us-east-1\/kinesis\/aws4_request$/);
      expect(agent).toBe(`sluice/${version}`);
    }
  });
});

describe('the host is that of', () => {
  test.each([
    ['FIPS', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'kinesis-fips.eu-west-1.amazonaws.com'],
    ['both', { NO_PROXY: 'example.com' }, HOST],
  ])('%s', async (_, env, host) => {
    expect((await onAws(['stream', 'list'], { ...keys, ...env })).code).toBe(0);
    expect(aws.calls.map((call) => call.host)).toEqual([host]);
  });
  test('a VPC endpoint, signed for its region', async () => {
    const host = 'vpce-0a1b.kinesis.eu-west-1.vpce.amazonaws.com';
    const { code, err } = await sluice(['stream', 'list', '--endpoint', `https://${host}`], { ...keys, ...way() });
    expect([code, err]).toEqual([0, '']);
    expect(aws.calls).toMatchObject([{ host, scope: expect.stringContaining('/eu-west-1/kinesis/') }]);
  });
  test('an ARN’s region', async () => {
    const stream = 'arn:aws:kinesis:eu-west-1:000000000000:stream/none';
    const { code } = await sluice(['--context', 'aws', 'stream', 'describe', stream], {
      ...keys,
      ...way(),
      AWS_REGION: 'us-east-2',
    });
    expect([code, aws.calls[0]?.host]).toEqual([5, HOST]);
  });
});

const temporary = (token: string) =>
  `<Credentials><AccessKeyId>ASIATEMPORARY</AccessKeyId><SecretAccessKey>t</SecretAccessKey><SessionToken>${token}</SessionToken>` +
  '<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>';

describe('credentials', () => {
  test('of a role are asked of STS with those of its source, through the same proxy', async () => {
    aws.answer = ({ host }) => (host.startsWith('sts.') ? { status: 200, text: temporary('fresh') } : undefined);
    const { code, err } = await sluice(['--profile', 'role', 'stream', 'list'], way());
    expect([code, err]).toEqual([0, '']);
    expect(aws.calls.map(({ host, scope, token }) => [host, scope.split('/')[0], token])).toEqual([
      ['sts.eu-west-1.amazonaws.com', KEY, undefined],
      [HOST, 'ASIATEMPORARY', 'fresh'],
    ]);
  });
  test('that ran out are asked for once more', async () => {
    let asked = 0;
    aws.answer = ({ host, token }) => {
      if (host.startsWith('sts.')) return { status: 200, text: temporary(asked++ === 0 ? 'stale' : 'fresh') };
      return token === 'stale'
        ? { status: 400, text: '{"__type":"ExpiredTokenException","message":"expired"}' }
        : undefined;
    };
    const { code, err } = await sluice(['--profile', 'role', 'stream', 'list'], way());
    expect([code, err, asked]).toEqual([0, '', 2]);
  });
  test('that cannot be renewed are told: exit 4', async () => {
    aws.answer = () => ({
      status: 400,
      text: '{"__type":"ExpiredTokenException","message":"The security token included in the request is expired"}',
    });
    const { code, err } = await onAws(['stream', 'list']);
    expect(err.split('\n')).toEqual([
      'error: The security token included in the request is expired',
      '  Why:  the credentials from the environment have run out',
      '  Next: aws sso login   or put fresh keys where the old ones are',
      '  [ExpiredTokenException]  exit 4',
      '',
    ]);
    expect([code, aws.calls.length]).toEqual([4, 1]);
  });
  test('of a login that is over say how to log in', async () => {
    const { code, err } = await sluice(['--profile', 'sso', 'stream', 'list'], way());
    expect(err).toContain('aws sso login --profile sso');
    expect([code, aws.calls]).toEqual([4, []]);
  });
  test('that nobody has', async () => {
    const { code, err } = await onAws(['stream', 'list'], {});
    expect(err).toContain('there are no credentials for AWS');
    expect(code).toBe(4);
  });
});

describe('failures', () => {
  test('a region that is none', async () => {
    const { code, err } = await sluice(['--context', 'aws', '--region', 'us-eats-1', 'stream', 'list'], keys);
    expect(err).toMatch(/us-eats-1 is no region[\s\S]*--region us-east-1/);
    expect(code).toBe(8);
  });
  test('a certificate that nobody vouches for', async () => {
    const { code, err } = await onAws(['stream', 'list'], { ...keys, AWS_CA_BUNDLE: '' });
    expect(err).toMatch(/the certificate is not trusted[\s\S]*AWS_CA_BUNDLE/);
    expect(code).toBe(8);
  });
  test('a read-only target is not called', async () => {
    const { code } = await onAws(['--read-only', 'stream', 'create', 'x']);
    expect([code, aws.calls]).toEqual([9, []]);
  });
  test('a stream of another region', async () => {
    const { code, err } = await onAws(['stream', 'describe', 'none']);
    expect(err).toMatch(/stream "none" does not exist in context aws \(eu-west-1\)[\s\S]*--region <name>/);
    expect(code).toBe(5);
  });
  test('deleting on AWS wants a yes, and where the context says so the name', async () => {
    expect((await onAws(['stream', 'delete', 'none'])).code).toBe(2);
    writeFileSync(join(home, 'sluice.json'), '{"contexts":{"live":{"region":"eu-west-1","confirm":"name"}}}');
    const live = ['--config', join(home, 'sluice.json'), '--context', 'live', 'stream', 'delete', 'none', '--yes'];
    const { code, err } = await sluice(live, { ...keys, ...way() });
    expect(err).toContain('--confirm none');
    expect([code, aws.calls]).toEqual([2, []]);
    expect((await sluice([...live, '--confirm', 'none'], { ...keys, ...way() })).code).toBe(5);
  });
});

describe('on a terminal', () => {
  /** What the terminal shows, with answers typed ahead. */
  function shown(words: readonly string[], typed: string): Promise<Ended> {
    const line = [process.execPath, program, '--context', 'aws', '--region', 'eu-west-1', ...words].join(' ');
    const env = {
      ...process.env,
      ...way(),
      ...keys,
      HOME: home,
      XDG_RUNTIME_DIR: home,
      TERM: 'xterm',
      CI: '',
      NO_COLOR: '1',
    };
    const child = spawn('script', ['-qec', line, '/dev/null'], { env, cwd: home });
    let [out, isAnswered] = ['', false];
    child.stdout.on('data', (piece: Buffer) => {
      out += String(piece);
      if (isAnswered || !out.includes('to go on: ')) return;
      isAnswered = true;
      child.stdin.write(typed);
    });
    return new Promise((resolve) =>
      child.on('close', (code) => resolve({ code, out: out.replaceAll('\r\n', '\n'), err: '' })),
    );
  }
  test('what is deleted on AWS has to be typed, below the line that names the account', async () => {
    await onAws(['stream', 'create', 'doomed']);
    const no = await shown(['stream', 'delete', 'doomed'], 'doom\n');
    expect(no.out.split('\n')[0]).toBe('→ aws (aws 029608264753, eu-west-1)');
    expect([no.code, no.out]).toEqual([9, expect.stringContaining('Type doomed to go on: ')]);
    const yes = await shown(['stream', 'delete', 'doomed'], 'doomed\n');
    expect([yes.code, yes.out]).toEqual([0, expect.stringContaining('doomed  deleted')]);
  });
});
