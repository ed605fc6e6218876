/** Calls over node:http against a server that does as the test says: what comes back, why none does, how many connections. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../src/client/http.ts';
import { openPlainCalls } from '../../../src/client/plain-calls.ts';
import { DAY_MS } from '../../../src/model/time.ts';
import { makeSelfSigned } from '../../../src/runtime/self-signed.ts';

const servers: NetServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: NetServer): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A server, and how many connections it got. */
async function serverOf(onRequest: RequestListener) {
  const server: Server = createServer(onRequest);
  const sockets = { count: 0 };
  server.on('connection', () => {
    sockets.count += 1;
  });
  return { server, sockets, endpoint: `http://127.0.0.1:${await listening(server)}` };
}

const patient: HttpRequest = { headers: { 'content-length': '2' }, body: Buffer.from('{}'), timeoutMs: 20_000 };

/** One call, its connection closed behind it. */
async function once(endpoint: string, request: Partial<HttpRequest> = {}) {
  const calls = await openPlainCalls(endpoint, 1);
  return calls.exchange({ ...patient, ...request }).finally(() => calls.close());
}

test('method, path, headers and body arrive, and the whole answer comes back', async () => {
  const { endpoint } = await serverOf(async (request, response) => {
    const body = await request.toArray();
    const { method, url, headers } = request;
    response.writeHead(418, { 'x-one': 'two' });
    response.write(`${method} ${url} ${headers['x-asked']} `);
    response.end(Buffer.concat(body));
  });
  const headers = { 'x-asked': 'for', 'content-length': '3' };
  const answer = await once(endpoint, { method: 'PUT', path: '/a?b', headers, body: Buffer.from('abc') });
  expect([answer.status, answer.headers['x-one']]).toEqual([418, 'two']);
  expect(new TextDecoder().decode(answer.body)).toBe('PUT /a?b for abc');
});

test('calls one after the other share a connection, those at once have no more than they may', async () => {
  const { endpoint, sockets } = await serverOf((request, response) => {
    request.resume().on('end', () => response.end());
  });
  const calls = await openPlainCalls(endpoint, 2);
  for (let i = 0; i < 3; i++) await calls.exchange(patient);
  expect(sockets.count).toBe(1);
  await Promise.all(Array.from({ length: 8 }, () => calls.exchange(patient)));
  expect(sockets.count).toBe(2);
  await calls.close();
});

test('closing waits for calls under way', async () => {
  const { endpoint } = await serverOf((request, response) => {
    request.resume().on('end', () => setImmediate(() => response.end('late')));
  });
  const calls = await openPlainCalls(endpoint, 1);
  const [answer] = await Promise.all([calls.exchange(patient), calls.close()]);
  expect(new TextDecoder().decode(answer.body)).toBe('late');
});

test('the server may keep silent for longer than a timer waits, without a warning of Node', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => void warnings.push(warning);
  process.on('warning', onWarning);
  const { endpoint } = await serverOf((request, response) => {
    request.resume().on('end', () => response.end());
  });
  await once(endpoint, { timeoutMs: 30 * DAY_MS });
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});

describe('no answer', () => {
  test('where nothing listens, and nothing was sent', async () => {
    const { server, endpoint } = await serverOf(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    await expect(once(endpoint)).rejects.toMatchObject({ code: 'ECONNREFUSED', endpoint, sent: false });
  });

  test('from a certificate that is not trusted, and nothing was sent', async () => {
    const validity = { fromMs: 0, untilMs: Date.parse('2100-01-01') };
    const { key, certificate: cert } = await makeSelfSigned({ names: ['127.0.0.1'], ...validity });
    const endpoint = `https://127.0.0.1:${await listening(createSecureServer({ key, cert }))}`;
    await expect(once(endpoint)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', sent: false });
  });

  test('from a server that hangs up before or within it', async () => {
    const before = await serverOf((request) => request.socket.destroy());
    await expect(once(before.endpoint)).rejects.toMatchObject({ code: 'ECONNRESET', sent: true });
    const within = await serverOf((request, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('half', () => request.socket.destroy());
    });
    await expect(once(within.endpoint)).rejects.toMatchObject({ code: 'ECONNRESET', sent: true });
  });

  test('from a server that keeps silent before or within it', async () => {
    const before = await serverOf(() => undefined);
    await expect(once(before.endpoint, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    const within = await serverOf((_, response) => void response.write('half'));
    await expect(once(within.endpoint, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });

  test('to a call that waits for a connection when its signal fires: it waits no longer', async () => {
    const { endpoint, server } = await serverOf(() => stop.abort(new Error('enough')));
    const stop = new AbortController();
    const calls = await openPlainCalls(endpoint, 1);
    const held = calls.exchange(patient).catch(() => 'held');
    const waiting = calls.exchange({ ...patient, signal: stop.signal }).catch((error: Error) => error.message);
    expect(await Promise.race([held, waiting])).toBe('enough');
    server.closeAllConnections();
    await calls.close();
  });

  test('but a signal: its reason, before and during a call', async () => {
    const { endpoint, sockets } = await serverOf(() => stop.abort(new Error('enough')));
    const stop = new AbortController();
    const over = AbortSignal.abort(new Error('too late'));
    await expect(once(endpoint, { signal: over })).rejects.toThrow('too late');
    expect(sockets.count).toBe(0);
    await expect(once(endpoint, { signal: stop.signal })).rejects.toThrow('enough');
  });
});
