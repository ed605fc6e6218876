/** Where credentials come from and how long they are kept; services are played by servers of this machine. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callerIdentity } from '../../../src/client/assume-role.ts';
import { findCredentials } from '../../../src/client/credential-chain.ts';
import { type Credentials, keptCredentials } from '../../../src/client/credentials.ts';
import { readProfileFiles } from '../../../src/client/profile-file.ts';
import { systemClock } from '../../../src/runtime/clock.ts';

const home = mkdtempSync(join(tmpdir(), 'credentials-'));
const json = (name: string, token: string) =>
  JSON.stringify({
    Version: 1,
    AccessKeyId: name,
    SecretAccessKey: 's',
    [token]: 't',
    Expiration: '2099-01-01T00:00:00Z',
  });
const CONFIG = `
[default]
region = eu-west-1
[profile keys]
aws_access_key_id = CONFIGKEY
aws_secret_access_key = s
[profile both]
aws_access_key_id = CONFIGKEY
aws_secret_access_key = s
[profile command]
credential_process = echo '${json('COMMAND', 'SessionToken')}'
[profile broken]
credential_process = echo no >&2; exit 3
[profile role]
role_arn = arn:role
source_profile = keys
external_id = e1
role_session_name = me
duration_seconds = 900
[profile chained]
role_arn = arn:outer
source_profile = role
[profile itself]
role_arn = arn:role
source_profile = itself
aws_access_key_id = OWN
aws_secret_access_key = s
[profile circle]
role_arn = arn:a
source_profile = circle2
[profile circle2]
role_arn = arn:b
source_profile = circle
[profile fromenv]
role_arn = arn:role
credential_source = Environment
[profile mfa]
role_arn = arn:role
source_profile = keys
mfa_serial = arn:mfa
[profile token]
role_arn = arn:pod
web_identity_token_file = ${home}/token
[profile login]
login_session = arn:x
[profile sourceless]
role_arn = arn:role
[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = reader
[profile legacy]
sso_start_url = https://old.awsapps.com/start
sso_region = us-west-2
sso_account_id = 123456789012
sso_role_name = reader
[profile expired]
sso_session = gone
sso_account_id = 123456789012
sso_role_name = reader
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-central-1
[sso-session gone]
sso_start_url = https://gone.awsapps.com/start
sso_region = eu-central-1
[profile empty]
region = x
`;
const KEYS =
  '[default]\naws_access_key_id = DEFAULT\naws_secret_access_key = s\n[both]\naws_access_key_id = FILEKEY\naws_secret_access_key = s\n';

interface Seen {
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly form: URLSearchParams;
}
let seen: Seen[] = [];
let answer: (one: Seen) => readonly [number, string] = () => [404, ''];
let server: Server;
let place = '';

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += String(piece);
    const one = { url: new URL(request.url!, place), headers: request.headers, form: new URLSearchParams(text) };
    seen.push(one);
    const [status, body] = answer(one);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  place = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  mkdirSync(join(home, '.aws/sso/cache'), { recursive: true });
  writeFileSync(join(home, '.aws/config'), CONFIG);
  writeFileSync(join(home, '.aws/credentials'), KEYS);
  writeFileSync(join(home, 'token'), 'pod token\n');
  const cache = (key: string, expiresAt: string) =>
    writeFileSync(
      join(home, '.aws/sso/cache', `${createHash('sha1').update(key).digest('hex')}.json`),
      JSON.stringify({ accessToken: `token of ${key}`, expiresAt }),
    );
  cache('corp', '2099-01-01T00:00:00Z');
  cache('https://old.awsapps.com/start', '2099-01-01T00:00:00UTC');
  cache('gone', '2020-01-01T00:00:00Z');
});
beforeEach(() => {
  seen = [];
  answer = sts;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(home, { recursive: true });
});

const sts = ({ form }: Seen): readonly [number, string] => [
  200,
  `<R><Credentials><AccessKeyId>ROLE ${form.get('RoleArn')}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>` +
    '<SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></R>',
];
const nowhere = () => ({
  HOME: home,
  PATH: process.env['PATH'],
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ENDPOINT_URL_STS: place,
  AWS_ENDPOINT_URL_SSO: place,
  AWS_ENDPOINT_URL_SSO_OIDC: place,
});
const find = (profile: string | undefined, env: Readonly<Record<string, string>> = {}, roleArn?: string) =>
  findCredentials({ profile, roleArn, region: 'eu-west-1' }, { env: { ...nowhere(), ...env }, clock: systemClock });
const environment = { AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 's' };
const EXPIRES = Date.UTC(2099, 0, 1);

describe('without a name, the first that has some', () => {
  const noFiles = { AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none' };
  const container = () => ({ ...noFiles, AWS_CONTAINER_CREDENTIALS_FULL_URI: `${place}/container` });
  test('is the environment', async () => {
    expect(await find(undefined, { ...environment, AWS_SESSION_TOKEN: 'x' })).toMatchObject({
      accessKeyId: 'ENV',
      sessionToken: 'x',
      origin: 'the environment',
    });
  });
  test('the profile of the environment, or the default one', async () => {
    expect((await find(undefined)).accessKeyId).toBe('DEFAULT');
    expect((await find(undefined, { AWS_PROFILE: 'keys' })).accessKeyId).toBe('CONFIGKEY');
  });
  test('the token of a cluster', async () => {
    const pod = { ...noFiles, AWS_WEB_IDENTITY_TOKEN_FILE: join(home, 'token'), AWS_ROLE_ARN: 'arn:pod' };
    expect((await find(undefined, pod)).accessKeyId).toBe('ROLE arn:pod');
    expect(seen[0]!.headers.authorization).toBeUndefined();
  });
  test('the container, with the token of its file', async () => {
    answer = ({ url, headers }) =>
      url.pathname === '/container' && headers.authorization === 'pod token'
        ? [200, json('CONTAINER', 'Token')]
        : [403, ''];
    const env = { ...container(), AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(home, 'token') };
    expect(await find(undefined, env)).toMatchObject({ accessKeyId: 'CONTAINER', expiresMs: EXPIRES });
  });
  test('a container’s token goes to no other host', async () => {
    const env = {
      ...noFiles,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://example.com/x',
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 't',
    };
    await expect(find(undefined, env)).rejects.toMatchObject({ code: 'SLUICE_CREDENTIALS' });
  });
  test('the instance, asked with a token only', async () => {
    answer = ({ url, headers }) => {
      if (url.pathname === '/latest/api/token') return [200, 'imds'];
      if (headers['x-aws-ec2-metadata-token'] !== 'imds') return [401, ''];
      return url.pathname.endsWith('/web') ? [200, json('INSTANCE', 'Token')] : [200, 'web\n'];
    };
    const env = { ...noFiles, AWS_EC2_METADATA_DISABLED: '', AWS_EC2_METADATA_SERVICE_ENDPOINT: place };
    expect((await find(undefined, env)).accessKeyId).toBe('INSTANCE');
    answer = ({ url }) => (url.pathname.endsWith('/web') ? [200, json('INSTANCE', 'Token')] : [404, '']);
    await expect(find(undefined, env)).rejects.toMatchObject({ code: 'SLUICE_NO_CREDENTIALS' });
  });
  test('or nobody', async () =>
    expect(find(undefined, noFiles)).rejects.toMatchObject({ code: 'SLUICE_NO_CREDENTIALS' }));
});

describe('a profile by name, whatever the environment has', () => {
  test.each([
    ['keys', 'CONFIGKEY'],
    ['both', 'FILEKEY'],
    ['command', 'COMMAND'],
    ['token', 'ROLE arn:pod'],
    ['itself', 'ROLE arn:role'],
    ['fromenv', 'ROLE arn:role'],
  ])('%s gives %s', async (name, key) => expect((await find(name, environment)).accessKeyId).toBe(key));
  test('a role, as the profile describes it', async () => {
    expect(await find('role')).toMatchObject({ accessKeyId: 'ROLE arn:role', expiresMs: EXPIRES });
    expect(Object.fromEntries(seen[0]!.form)).toMatchObject({
      Action: 'AssumeRole',
      RoleArn: 'arn:role',
      RoleSessionName: 'me',
      DurationSeconds: '900',
      ExternalId: 'e1',
    });
    expect(seen[0]!.headers.authorization).toContain('Credential=CONFIGKEY/');
  });
  test('a role with a role', async () => {
    expect((await find('chained')).accessKeyId).toBe('ROLE arn:outer');
    expect(seen.map(({ headers }) => /Credential=([^/]*)/.exec(headers.authorization!)![1])).toEqual([
      'CONFIGKEY',
      'ROLE arn:role',
    ]);
  });
  test('and a role on top', async () => {
    expect((await find('keys', {}, 'arn:top')).accessKeyId).toBe('ROLE arn:top');
  });
  test.each([
    ['mfa', 'wants an MFA code'],
    ['login', 'is one of aws login'],
    ['broken', 'the command for credentials failed'],
    ['circle', 'circle → circle2 → circle'],
    ['sourceless', 'no source_profile or credential_source'],
    ['empty', 'has no credentials'],
    ['nobody', 'there is no profile nobody'],
  ])('%s is refused in words', async (name, words) => {
    await expect(find(name, environment)).rejects.toThrow(words);
    await expect(find(name, environment)).rejects.toMatchObject({
      code: expect.stringMatching(/^SLUICE_(NO_)?CREDENTIALS$/),
    });
  });
  test('every name is known', async () => {
    const { names } = await readProfileFiles({ HOME: home });
    expect(names).toContain('default');
    expect(names).toContain('sso');
    expect(names).not.toContain('corp');
  });
});

describe('Identity Center', () => {
  const keys = {
    roleCredentials: { accessKeyId: 'SSO', secretAccessKey: 's', sessionToken: 't', expiration: EXPIRES },
  };
  beforeEach(() => {
    answer = () => [200, JSON.stringify(keys)];
  });
  test.each([
    ['sso', 'token of corp'],
    ['legacy', 'token of https://old.awsapps.com/start'],
  ])('the profile %s shows the token that is kept', async (name, token) => {
    expect(await find(name)).toMatchObject({ accessKeyId: 'SSO', sessionToken: 't', expiresMs: EXPIRES });
    const { url, headers } = seen[0]!;
    expect(headers['x-amz-sso_bearer_token']).toBe(token);
    expect([url.pathname, url.search]).toEqual([
      '/federation/credentials',
      '?role_name=reader&account_id=123456789012',
    ]);
  });
  test('a login that is over, here or there, says how to log in', async () => {
    const over = { code: 'SLUICE_CREDENTIALS_EXPIRED', hints: ['Log in again:  aws sso login --profile expired'] };
    await expect(find('expired')).rejects.toMatchObject(over);
    expect(seen).toEqual([]);
    answer = () => [401, '{"message":"Session token not found or invalid"}'];
    await expect(find('sso')).rejects.toMatchObject({ code: 'SLUICE_CREDENTIALS_EXPIRED' });
  });
  const cacheFile = join(home, '.aws/sso/cache', `${createHash('sha1').update('gone').digest('hex')}.json`);
  const login = {
    startUrl: 'https://gone.awsapps.com/start',
    accessToken: 'old',
    expiresAt: '2020-01-01T00:00:00Z',
    clientId: 'client',
    clientSecret: 'secret',
    registrationExpiresAt: '2099-01-01T00:00:00Z',
    refreshToken: 'refresh 1',
  };
  /** Portal and OIDC service in one. */
  const renewing =
    (token: readonly [number, object]) =>
    ({ url }: Seen): readonly [number, string] =>
      url.pathname === '/token' ? [token[0], JSON.stringify(token[1])] : [200, JSON.stringify(keys)];
  const kept = () => JSON.parse(readFileSync(cacheFile, 'utf8'));

  test('a token of a session that is about to run out is renewed, and put back for the AWS tools', async () => {
    writeFileSync(cacheFile, JSON.stringify(login), { mode: 0o644 });
    answer = renewing([200, { accessToken: 'new', expiresIn: 28_800, refreshToken: 'refresh 2', tokenType: 'Bearer' }]);
    expect(await find('expired')).toMatchObject({ accessKeyId: 'SSO' });
    expect(seen.map(({ url }) => url.pathname)).toEqual(['/token', '/federation/credentials']);
    expect(JSON.parse([...seen[0]!.form.keys()][0]!)).toEqual({
      clientId: 'client',
      clientSecret: 'secret',
      grantType: 'refresh_token',
      refreshToken: 'refresh 1',
    });
    expect(seen[1]!.headers['x-amz-sso_bearer_token']).toBe('new');
    expect(kept()).toMatchObject({ startUrl: login.startUrl, accessToken: 'new', refreshToken: 'refresh 2' });
    expect(Date.parse(kept().expiresAt) - Date.now()).toBeGreaterThan(28_000_000);
    expect(statSync(cacheFile).mode & 0o777).toBe(0o600);
    await find('expired');
    expect(seen).toHaveLength(3);
  });
  test('a token that cannot be renewed serves while it lasts', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    writeFileSync(cacheFile, JSON.stringify({ ...login, expiresAt }));
    answer = renewing([400, { error: 'invalid_grant' }]);
    expect(await find('expired')).toMatchObject({ accessKeyId: 'SSO' });
    expect(kept()).toEqual({ ...login, expiresAt });
  });
  test.each([
    ['a refresh token that is refused', login],
    ['no refresh token', { ...login, refreshToken: undefined }],
    ['a registration that is over', { ...login, registrationExpiresAt: '2020-01-01T00:00:00Z' }],
  ])('with %s one has to log in again', async (_, file) => {
    writeFileSync(cacheFile, JSON.stringify(file));
    answer = renewing([400, { error: 'invalid_grant' }]);
    await expect(find('expired')).rejects.toMatchObject({ code: 'SLUICE_CREDENTIALS_EXPIRED' });
    expect(seen.every(({ url }) => url.pathname === '/token')).toBe(true);
  });

  test('a role one has not is told', async () => {
    answer = () => [403, '{"message":"No access"}'];
    await expect(find('sso')).rejects.toMatchObject({ code: 'SLUICE_CREDENTIALS' });
  });
});

test('the caller is named by STS', async () => {
  answer = () => [200, '<R><Arn>arn:aws:iam::1:user/me</Arn><Account>1</Account></R>'];
  const signer = { accessKeyId: 'A', secretAccessKey: 's' };
  const service = { endpoint: place, region: 'eu-west-1', clock: systemClock };
  expect(await callerIdentity(signer, service)).toEqual({ account: '1', arn: 'arn:aws:iam::1:user/me' });
  answer = () => [403, '<R><Code>InvalidClientTokenId</Code><Message>no</Message></R>'];
  await expect(callerIdentity(signer, service)).rejects.toMatchObject({ code: 'SLUICE_CREDENTIALS', hints: ['no'] });
});

describe('credentials are kept', () => {
  const HOUR = 3_600_000;
  function keeper(life: readonly (number | undefined | Error)[]) {
    const world = { nowMs: 0, loads: 0 };
    const load = async (): Promise<Credentials> => {
      const expires = life[world.loads++];
      if (expires instanceof Error) throw expires;
      return { accessKeyId: String(world.loads), secretAccessKey: 's', expiresMs: expires };
    };
    const provider = keptCredentials(load, { now: () => world.nowMs });
    const key = async (refused?: Credentials) => (await provider(refused)).accessKeyId;
    return { world, provider, key };
  }
  test('for good, if they do not run out', async () => {
    const { world, key } = keeper([undefined]);
    expect(await key()).toBe('1');
    world.nowMs = 1e12;
    expect([await key(), world.loads]).toEqual(['1', 1]);
  });
  test('until five minutes before they run out', async () => {
    const { world, key } = keeper([HOUR, 2 * HOUR]);
    expect(await key()).toBe('1');
    world.nowMs = HOUR - 300_001;
    expect(await key()).toBe('1');
    world.nowMs = HOUR - 300_000;
    expect(await key()).toBe('2');
  });
  test('for half of a short life', async () => {
    const { world, key } = keeper([60_000, HOUR]);
    await key();
    world.nowMs = 29_999;
    expect(await key()).toBe('1');
    world.nowMs = 30_000;
    expect(await key()).toBe('2');
  });
  test('and used to their end when no others can be had', async () => {
    const { world, key } = keeper([HOUR, new Error('down'), new Error('down')]);
    await key();
    world.nowMs = HOUR - 1;
    expect(await key()).toBe('1');
    world.nowMs = HOUR;
    await expect(key()).rejects.toThrow('down');
  });
  test('until they are refused', async () => {
    const { provider, key } = keeper([HOUR, HOUR]);
    const first = await provider();
    expect([await key(first), await key(first), await key()]).toEqual(['2', '2', '2']);
  });
  test('and asked for once by many at once', async () => {
    const { world, key } = keeper([HOUR]);
    expect(await Promise.all([key(), key(), key()])).toEqual(['1', '1', '1']);
    expect(world.loads).toBe(1);
  });
});
