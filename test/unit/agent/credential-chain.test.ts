/** Where credentials come from, and in which order; services of the machine are played by a server. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CredentialsConfig } from '../../../src/agent/config.ts';
import { chainCredentials } from '../../../src/agent/credential-chain.ts';
import { profileSection } from '../../../src/client/profile-file.ts';
import { systemClock } from '../../../src/runtime/clock.ts';

const none: CredentialsConfig = {
  fixed: undefined,
  process: undefined,
  profile: undefined,
  assumeRole: undefined,
  stsEndpoint: undefined,
};
const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
const json = (name: string, token: string) =>
  JSON.stringify({ Version: 1, AccessKeyId: name, SecretAccessKey: 's', [token]: 't' });
const pages: Readonly<Record<string, string>> = {
  '/latest/meta-data/iam/security-credentials/': 'web-role\n',
  '/latest/meta-data/iam/security-credentials/web-role': json('INSTANCE', 'Token'),
};
let server: Server;
let endpoint: string;

beforeAll(async () => {
  server = createServer(({ method, url, headers }, response) => {
    const isToken = method === 'PUT' && url === '/latest/api/token';
    const page = headers['x-aws-ec2-metadata-token'] === 'secret' ? pages[url!] : undefined;
    const container =
      url === '/container' && headers.authorization === 'file token' ? json('CONTAINER', 'Token') : undefined;
    const text = isToken ? 'secret' : (page ?? container);
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(join(folder, 'keys'), '[default]\naws_access_key_id = DEFAULT\naws_secret_access_key=s\n[two]\nx=1\n');
  writeFileSync(
    join(folder, 'config'),
    `[profile two]\ncredential_process = echo '${json('COMMAND', 'SessionToken')}'\n`,
  );
  writeFileSync(join(folder, 'token'), 'file token\n');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const aws = 'https://kinesis.eu-west-1.amazonaws.com';
const found = async (env: Record<string, string>, config: Partial<CredentialsConfig> = {}, target = aws) => {
  const nowhere = { AWS_EC2_METADATA_DISABLED: 'true', HOME: join(folder, 'nobody'), PATH: process.env['PATH'] };
  const { accessKeyId } = await chainCredentials({ ...none, ...config }, target, {
    env: { ...nowhere, ...env },
    clock: systemClock,
  });
  return accessKeyId;
};

describe('credentials come from', () => {
  const profiles = () => ({
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'keys'),
    AWS_CONFIG_FILE: join(folder, 'config'),
  });
  const keys = { AWS_ACCESS_KEY_ID: 'ENVIRONMENT', AWS_SECRET_ACCESS_KEY: 's' };
  const container = () => ({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint}/container`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(folder, 'token'),
  });
  const instance = () => ({ AWS_EC2_METADATA_DISABLED: '', AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint });

  test('the file before all', async () => {
    const fixed = { accessKeyId: 'FILE', secretAccessKey: 's', sessionToken: undefined };
    expect(await found(keys, { fixed, process: 'false' })).toBe('FILE');
  });
  test('a command', async () => {
    expect(await found(keys, { process: `echo '${json('COMMAND', 'SessionToken')}'` })).toBe('COMMAND');
    await expect(found({}, { process: 'exit 1' })).rejects.toMatchObject({ code: 'SLUICE_CREDENTIALS' });
    await expect(found({}, { process: 'echo none' })).rejects.toMatchObject({ code: 'SLUICE_CREDENTIALS' });
  });
  test('a named profile', async () => {
    expect(await found({ ...keys, ...profiles() }, { profile: 'two' })).toBe('COMMAND');
    await expect(found(profiles(), { profile: 'three' })).rejects.toMatchObject({
      code: 'SLUICE_AGENT_NO_CREDENTIALS',
    });
  });
  test('the environment, but not for an endpoint on this machine', async () => {
    expect(await found({ ...keys, ...container() })).toBe('ENVIRONMENT');
    expect(await found({ ...keys, ...container() }, {}, 'http://127.0.0.1:4567')).toBe('local');
  });
  test('the container', async () => expect(await found({ ...container(), ...profiles() })).toBe('CONTAINER'));
  test('the default profile, or the one the environment names', async () => {
    expect(await found({ ...profiles(), ...instance() })).toBe('DEFAULT');
    expect(await found({ ...profiles(), AWS_PROFILE: 'two' })).toBe('COMMAND');
  });
  test('the instance', async () => expect(await found(instance())).toBe('INSTANCE'));
  test('nowhere else', async () => {
    await expect(found({})).rejects.toMatchObject({ code: 'SLUICE_AGENT_NO_CREDENTIALS' });
  });
});

describe('a role', () => {
  let asked: { readonly body: URLSearchParams; readonly authorization: string | undefined }[] = [];
  let sts: Server;
  let place: string;
  let answer = '';

  beforeAll(async () => {
    sts = createServer(async (request, response) => {
      let text = '';
      for await (const piece of request) text += String(piece);
      asked.push({ body: new URLSearchParams(text), authorization: request.headers.authorization });
      response.end(answer);
    });
    await new Promise<void>((resolve) => sts.listen(0, '127.0.0.1', resolve));
    place = `http://127.0.0.1:${(sts.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked = [];
    answer =
      '<AssumeRoleResponse><AssumeRoleResult><Credentials><SessionToken>t+/=</SessionToken><SecretAccessKey>s</SecretAccessKey>' +
      '<Expiration>2026-11-20T18:00:00Z</Expiration><AccessKeyId>ASIA</AccessKeyId></Credentials></AssumeRoleResult></AssumeRoleResponse>';
  });
  afterAll(() => {
    sts.closeAllConnections();
    sts.close();
  });

  const keys = { AWS_ACCESS_KEY_ID: 'BASE', AWS_SECRET_ACCESS_KEY: 's' };
  const assumed = () => ({ assumeRole: { arn: 'arn:aws:iam::1:role/x', externalId: 'e' }, stsEndpoint: place });

  test('is assumed with the credentials there are', async () => {
    expect(await found(keys, assumed())).toBe('ASIA');
    expect(asked[0]!.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=BASE\/\d{8}\/eu-west-1\/sts\/aws4_request/);
    expect(Object.fromEntries(asked[0]!.body)).toEqual({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: 'arn:aws:iam::1:role/x',
      RoleSessionName: 'AWSKinesisAgent',
      DurationSeconds: '3600',
      ExternalId: 'e',
    });
  });

  test('that is refused is told with its code', async () => {
    answer = '<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>';
    await expect(found(keys, assumed())).rejects.toMatchObject({
      message: 'the role arn:aws:iam::1:role/x was not given: AccessDenied',
      hints: ['not you'],
    });
  });

  test('of a pod is had by its token, unsigned', async () => {
    const pod = { AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'), AWS_ROLE_ARN: 'arn:pod' };
    expect(await found(pod, { stsEndpoint: place })).toBe('ASIA');
    expect(asked[0]!.authorization).toBeUndefined();
    expect(asked[0]!.body.get('WebIdentityToken')).toBe('file token');
  });

  test('is not assumed for an endpoint on this machine', async () => {
    expect(await found(keys, assumed(), 'http://127.0.0.1:4567')).toBe('local');
    expect(asked).toEqual([]);
  });
});

test('a profile file is read section by section', () => {
  const text = '# x\n[ default ]\nA_b = c = d \n; no\nnested =\n  max = 1\n[profile  two]\r\na=1\r\n';
  expect(profileSection(text, 'default')).toEqual({ a_b: 'c = d', nested: '' });
  expect(profileSection(text, 'profile two')).toEqual({ a: '1' });
  expect(profileSection(text, 'three')).toEqual({});
});
