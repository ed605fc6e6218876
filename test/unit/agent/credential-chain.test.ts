/** Where credentials come from, and in which order; services of the machine are played by a server. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CredentialsConfig } from '../../../src/agent/config.ts';
import { chainCredentials } from '../../../src/agent/credential-chain.ts';
import { profileSection } from '../../../src/agent/profile-file.ts';
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
    await expect(found({}, { process: 'exit 1' })).rejects.toMatchObject({ code: 'SLUICE_AGENT_CREDENTIALS' });
    await expect(found({}, { process: 'echo none' })).rejects.toMatchObject({ code: 'SLUICE_AGENT_CREDENTIALS' });
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

test('a profile file is read section by section', () => {
  const text = '# x\n[ default ]\nA_b = c = d \n; no\nnested =\n  max = 1\n[profile  two]\r\na=1\r\n';
  expect(profileSection(text, 'default')).toEqual({ a_b: 'c = d', nested: '' });
  expect(profileSection(text, 'profile two')).toEqual({ a: '1' });
  expect(profileSection(text, 'three')).toEqual({});
});
