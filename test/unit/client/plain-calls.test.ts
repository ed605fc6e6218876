/** Plain calls against a server that does as the test says, with TLS and without: what comes back, why none does, how many connections. */
import dns from 'node:dns';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HttpRequest } from '../../../src/client/http.ts';
import { openCalls, openPlainCalls } from '../../../src/client/plain-calls.ts';
import { DAY_MS } from '../../../src/model/time.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { makeSelfSigned } from '../../../src/runtime/self-signed.ts';

type Found = (error: null, addresses: dns.LookupAddress[]) => void;

const servers: NetServer[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: NetServer): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const pair = makeSelfSigned({ names: ['127.0.0.1'], fromMs: 0, untilMs: Date.parse('2100-01-01') });

/** A server, and how many connections it got. */
async function serverOf(onRequest: RequestListener, scheme = 'http') {
  const { key, certificate: cert } = await pair;
  const server: Server = scheme === 'http' ? createServer(onRequest) : createSecureServer({ key, cert }, onRequest);
  const sockets = { count: 0 };
  server.on('connection', () => {
    sockets.count += 1;
  });
  return { server, sockets, endpoint: `${scheme}://127.0.0.1:${await listening(server)}` };
}

/** What a server of no manners says to anyone, connection by connection; it hangs up behind it if it is told to. */
async function saying(text: string, { hangsUp = false } = {}) {
  const server = createNetServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => (hangsUp ? socket.end(text) : socket.write(text)));
  });
  return `http://127.0.0.1:${await listening(server)}`;
}

const patient: HttpRequest = { headers: { 'content-length': '2' }, body: Buffer.from('{}'), timeoutMs: 20_000 };

/** One call, its connection closed behind it. */
async function once(endpoint: string, request: Partial<HttpRequest> = {}) {
  const calls = await openCalls(endpoint, 1);
  return calls.exchange({ ...patient, ...request }).finally(() => calls.close());
}

describe.each(['http', 'https'])('over %s', (scheme) => {
  beforeEach(() => void vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0'));

  test('method, path, headers and body arrive, and the whole answer comes back', async () => {
    const { endpoint } = await serverOf(async (request, response) => {
      const body = await request.toArray();
      const { method, url, headers } = request;
      response.writeHead(418, { 'x-one': 'two' });
      response.write(`${method} ${url} ${headers['x-asked']} `);
      response.end(Buffer.concat(body));
    }, scheme);
    const headers = { 'x-asked': 'for', 'content-length': '3' };
    const answer = await once(endpoint, { method: 'PUT', path: '/a?b', headers, body: Buffer.from('abc') });
    expect([answer.status, answer.headers['x-one']]).toEqual([418, 'two']);
    expect(new TextDecoder().decode(answer.body)).toBe('PUT /a?b for abc');
  });

  test('calls one after the other share a connection, those at once have no more than they may', async () => {
    const { endpoint, sockets } = await serverOf((request, response) => {
      request.resume().on('end', () => response.end());
    }, scheme);
    const calls = await openCalls(endpoint, 2);
    for (let i = 0; i < 3; i++) await calls.exchange(patient);
    expect(sockets.count).toBe(1);
    await Promise.all(Array.from({ length: 8 }, () => calls.exchange(patient)));
    expect(sockets.count).toBe(2);
    await calls.close();
  });

  test('closing waits for calls under way', async () => {
    const { endpoint } = await serverOf((request, response) => {
      request.resume().on('end', () => setImmediate(() => response.end('late')));
    }, scheme);
    const calls = await openCalls(endpoint, 1);
    const [answer] = await Promise.all([calls.exchange(patient), calls.close()]);
    expect(new TextDecoder().decode(answer.body)).toBe('late');
  });
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
    const { endpoint } = await serverOf(() => undefined, 'https');
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
    const calls = await openCalls(endpoint, 1);
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

describe('without TLS', () => {
  test('an answer of many megabytes in chunks comes whole', async () => {
    const part = Buffer.alloc(1_000_003, 'abcdefg');
    const { endpoint } = await serverOf((_, response) => {
      for (let i = 0; i < 5; i++) response.write(part);
      response.end();
    });
    const { body } = await once(endpoint);
    expect(Buffer.compare(body, Buffer.concat([part, part, part, part, part]))).toBe(0);
  });

  test('a connection the server closed while it rested is not used again', async () => {
    const { endpoint, server, sockets } = await serverOf((_, response) => response.end('ok'));
    const connection = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const calls = await openCalls(endpoint, 1);
    await calls.exchange(patient);
    const socket = await connection;
    // It has seen the end once it ends its side as well.
    await new Promise<void>((resolve) => socket.once('end', resolve).end());
    await calls.exchange(patient);
    expect(sockets.count).toBe(2);
    await calls.close();
  });

  test('no call goes over a connection that the server ends behind an answer without saying so', async () => {
    const server = createNetServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
    });
    const calls = await openCalls(`http://127.0.0.1:${await listening(server)}`, 1);
    const ask = async () => (await calls.exchange(patient)).status;
    expect([await ask(), await ask()]).toEqual([200, 200]);
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([200, 200, 200]);
    await calls.close();
  });

  test('closing waits for a call made while it waits for others', async () => {
    let endSecond = () => {};
    const { endpoint } = await serverOf(({ url }, response) => {
      if (url === '/second') endSecond = () => void response.end();
      else if (url === '/first') response.end();
      else {
        endSecond();
        setTimeout(() => response.end('whole'), 20);
      }
    });
    const calls = await openCalls(endpoint, 2);
    const second = calls.exchange({ ...patient, path: '/second' });
    const third = calls
      .exchange({ ...patient, path: '/first' })
      .then(() => calls.exchange({ ...patient, path: '/third' }));
    await Promise.all([second, calls.close()]);
    expect(new TextDecoder().decode((await third).body)).toBe('whole');
  });

  test('to make a connection may take longer than an answer, and how long that is, the name counted', async () => {
    const { port } = new URL((await serverOf(() => undefined)).endpoint);
    const endpoint = `http://slow.example:${port}`;
    const answerNothing = { ...patient, timeoutMs: 20 };
    vi.spyOn(dns, 'lookup').mockImplementation(((_: string, __: object, found: Found) => {
      setTimeout(() => found(null, [{ address: '127.0.0.1', family: 4 }]), 60);
    }) as never);
    for (const [connectMs, sent] of [
      [20_000, true],
      [1, false],
    ] as const) {
      const calls = openPlainCalls(endpoint, { connections: 1, connectMs });
      await expect(calls.exchange(answerNothing)).rejects.toMatchObject({ code: 'ETIMEDOUT', sent });
      await calls.close();
    }
  });

  test('a connection is used for as long as it may live, and not for longer', async () => {
    const { endpoint, sockets } = await serverOf((_, response) => response.end('ok'));
    let nowMs = 5;
    const lifetime = { ms: 100, clock: { ...systemClock, monotonic: () => nowMs } };
    const calls = openPlainCalls(endpoint, { connections: 1, lifetime });
    for (const [atMs, count] of [
      [5, 1],
      [104, 1],
      [105, 2],
      [204, 2],
      [300, 3],
    ] as const) {
      nowMs = atMs;
      await calls.exchange(patient);
      expect([atMs, sockets.count]).toEqual([atMs, count]);
    }
    await calls.close();
  });

  test('calls that wait get a new connection where an answer ends the one they wait for', async () => {
    const { endpoint, sockets } = await serverOf((_, response) =>
      response.writeHead(200, { connection: 'close' }).end(),
    );
    const calls = await openCalls(endpoint, 1);
    await Promise.all([calls.exchange(patient), calls.exchange(patient)]);
    expect(sockets.count).toBe(2);
    await calls.close();
  });

  test('an answer without a length ends with the connection', async () => {
    const endpoint = await saying('HTTP/1.1 503 Busy\r\n\r\nlater', { hangsUp: true });
    const { status, body } = await once(endpoint);
    expect([status, new TextDecoder().decode(body)]).toEqual([503, 'later']);
  });

  test('what speaks something else is told by the code of Node', async () => {
    const endpoint = await saying('220 mail.example ESMTP\r\n\r\n');
    await expect(once(endpoint)).rejects.toMatchObject({ code: 'HPE_INVALID_CONSTANT', endpoint, sent: true });
  });

  test('a header that would be two is refused before anything is sent', async () => {
    const { endpoint, sockets } = await serverOf(() => undefined);
    const headers = { 'x-amz-security-token': 'a\r\nx-other: b' };
    await expect(once(endpoint, { headers })).rejects.toMatchObject({ code: 'ERR_INVALID_CHAR' });
    expect(sockets.count).toBe(0);
  });

  test('a name is looked up, and an address of IPv6 needs none', async () => {
    const server = createServer((request, response) => void response.end(request.headers.host));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '::', resolve));
    const { port } = server.address() as AddressInfo;
    for (const host of [`localhost:${port}`, `[::1]:${port}`]) {
      expect(new TextDecoder().decode((await once(`http://${host}`)).body)).toBe(host);
    }
  });
});
