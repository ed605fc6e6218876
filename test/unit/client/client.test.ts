/** The client against a server that answers as the test says: whose credentials, how often, what is told of it. */
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { Client, type ClientOptions } from '../../../src/client/client.ts';
import type { Credentials } from '../../../src/client/credentials.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { makeSelfSigned } from '../../../src/runtime/self-signed.ts';

const servers: Server[] = [];
let endpoint = '';
let secureEndpoint = '';
let seen: IncomingHttpHeaders[] = [];
/** Of the caller's end, one a connection. */
let ports: (number | undefined)[] = [];
let answer: (number: number) => readonly [number, string] = () => [200, '{}'];

const onRequest: RequestListener = (request, response) => {
  seen.push(request.headers);
  ports.push(request.socket.remotePort);
  const [status, text] = answer(seen.length);
  request.resume().on('end', () => response.writeHead(status).end(text));
};

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  const names = ['127.0.0.1'];
  const { key, certificate: cert } = await makeSelfSigned({ names, fromMs: 0, untilMs: Date.parse('2100-01-01') });
  endpoint = `http://${await listening(createServer(onRequest))}`;
  secureEndpoint = `https://${await listening(createSecureServer({ key, cert }, onRequest))}`;
});
beforeEach(() => {
  seen = [];
  ports = [];
});
afterEach(() => void vi.unstubAllEnvs());
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const key = (id: string): Credentials => ({
  accessKeyId: id,
  secretAccessKey: 'secret',
  sessionToken: `token of ${id}`,
});
const expired = [400, '{"__type":"ExpiredTokenException","message":"over"}'] as const;

function clientOf(options: Partial<ClientOptions>): Client {
  return new Client({
    endpoint,
    region: 'eu-west-1',
    credentials: key('FIXED'),
    clock: systemClock,
    random: seededRandom(1),
    timeoutMs: 5_000,
    attemptsMax: 1,
    ...options,
  });
}

async function call(options: Partial<ClientOptions>): Promise<string> {
  const client = clientOf(options);
  try {
    return new TextDecoder().decode(await client.send('ListStreams', Buffer.from('{}')));
  } finally {
    await client.close();
  }
}
const keysSeen = () => seen.map((headers) => /Credential=([^/]*)/.exec(headers.authorization!)![1]);

test('a provider is asked before a call', async () => {
  answer = () => [200, '{}'];
  await call({ credentials: async () => key('GIVEN') });
  expect(keysSeen()).toEqual(['GIVEN']);
});

test('what ran out is asked for once more, and the old one is named', async () => {
  answer = (number) => (number === 1 ? expired : [200, '{"a":1}']);
  const refused: (string | undefined)[] = [];
  const credentials = async (old?: Credentials) => {
    refused.push(old?.accessKeyId);
    return key(old === undefined ? 'OLD' : 'NEW');
  };
  expect(await call({ credentials })).toBe('{"a":1}');
  expect([keysSeen(), refused]).toEqual([
    ['OLD', 'NEW'],
    [undefined, 'OLD'],
  ]);
});

test('but only once', async () => {
  answer = () => expired;
  let count = 0;
  await expect(call({ credentials: async () => key(String(count++)) })).rejects.toMatchObject({
    code: 'ExpiredTokenException',
  });
  expect(keysSeen()).toEqual(['0', '1']);
});

test('and not when there are no others', async () => {
  answer = () => expired;
  await expect(call({ credentials: async () => key('SAME') })).rejects.toMatchObject({ code: 'ExpiredTokenException' });
  await expect(call({})).rejects.toMatchObject({ code: 'ExpiredTokenException' });
  expect(keysSeen()).toEqual(['SAME', 'FIXED']);
});

test('who asks before a call may forbid it', async () => {
  answer = () => [200, '{}'];
  const onCall = (operation: string) => Promise.reject(new Error(`no ${operation}`));
  await expect(call({ onCall })).rejects.toThrow('no ListStreams');
  expect(seen).toEqual([]);
});

test('what is told of requests holds no signature and no token', async () => {
  answer = () => [200, '{}'];
  const lines: string[] = [];
  await call({ credentials: key('AKIDEXAMPLE'), onWire: (line) => lines.push(line) });
  const signature = /Signature=(\w+)/.exec(seen[0]!.authorization!)![1]!;
  expect(lines).toEqual([expect.stringMatching(/^> POST .*ListStreams/), expect.stringMatching(/^< 200 /)]);
  for (const secret of [signature, 'AKIDEXAMPLE', 'token of']) expect(lines.join('\n')).not.toContain(secret);
});

test('the program says its name where it is given one, outside the signature', async () => {
  answer = () => [200, '{}'];
  await call({ userAgent: 'sluice/1.2.3' });
  await call({});
  expect(seen.map((headers) => headers['user-agent'])).toEqual(['sluice/1.2.3', undefined]);
  expect(seen[0]!.authorization).not.toContain('user-agent');
});

test.each([
  ['with TLS who calls on goes over to the pool, with connections of its own', () => secureEndpoint, 2],
  ['without TLS who calls on keeps the connection', () => endpoint, 4],
])('%s: to the server a call is a call', async (_, target, callsOnTheFirst) => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  answer = (number) => [200, `{"number":${number}}`];
  const client = clientOf({ plainCallsMax: 2, endpoint: target() });
  const answers: string[] = [];
  for (let i = 0; i < 4; i++) {
    answers.push(new TextDecoder().decode(await client.send('ListStreams', Buffer.from('{}'))));
  }
  await client.close();
  expect(answers).toEqual([1, 2, 3, 4].map((number) => `{"number":${number}}`));
  expect(ports.filter((port) => port === ports[0])).toHaveLength(callsOnTheFirst);
  const names = (headers: IncomingHttpHeaders) => Object.keys(headers).sort();
  expect(names(seen.at(-1)!)).toEqual(names(seen[0]!));
});

test.each([
  ['over the pool', () => secureEndpoint, 0],
  ['over node:https', () => secureEndpoint, 100],
  ['plainly', () => endpoint, 0],
])('many calls at once share a signal without a warning, %s', async (_, target, plainCallsMax) => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  answer = () => [200, '{}'];
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => void (warning.name.startsWith('MaxListeners') && warnings.push(warning));
  process.on('warning', onWarning);
  const client = clientOf({ plainCallsMax, endpoint: target() });
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 12 }, () => client.send('ListStreams', Buffer.from('{}'), { signal })));
  await client.close();
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});

test('a proxy that is no URL is told as what it is', async () => {
  const env = { http_proxy: 'http://%%%' };
  await expect(call({ endpoint: 'http://kinesis.example', env })).rejects.toMatchObject({ code: 'SLUICE_PROXY' });
});
