/** The plain port with real sockets: both protocols on one number, and clients that are slow, big, rude or gone. */
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { BODY_BYTES_MAX } from '../../../src/model/limits.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { movableClock } from '../../../src/runtime/movable-clock.ts';
import type { Handle, HttpRequest } from '../../../src/server/exchange.ts';
import { type Listener, type ListenOptions, listen } from '../../../src/server/listen.ts';
import { gateOf } from './gate.ts';
import { connectHttp2, everything, post, sendPieces } from './raw-client.ts';

const open: Listener[] = [];
afterEach(() => Promise.all(open.splice(0).map((listener) => listener.close({ drainMs: 0 }))));

async function start(handle: Handle, limits: ListenOptions['limits'] = {}): Promise<Listener> {
  const listener = await listen({ host: '127.0.0.1', port: 0, handle, clock: systemClock, limits });
  open.push(listener);
  return listener;
}

const reply = (text: string, status = 200) => {
  const body = Buffer.from(text);
  return { status, headers: ['Content-Length', String(body.length), 'x-amzn-RequestId', 'r'], body };
};
/** Says what came in. */
const echo: Handle = async ({ method, path, body }) =>
  body === undefined ? reply('too large', 413) : reply(`${method} ${path} ${body.length}`);

interface Http1Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

function call(port: number, options: http.RequestOptions & { body?: Uint8Array } = {}): Promise<Http1Answer> {
  return new Promise((resolve, reject) => {
    const req = http.request({ port, host: '127.0.0.1', method: 'POST', ...options }, (res) => {
      let text = '';
      res.on('data', (chunk) => {
        text += chunk;
      });
      res.on('end', () => resolve({ status: res.statusCode!, headers: res.headers, text }));
    });
    req.on('error', reject);
    req.end(options.body);
  });
}

test('HTTP/1.1 requests share a connection', async () => {
  const { port, connections } = await start(echo);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const first = await call(port, { agent, path: '/a?b=c', body: Buffer.from('hello') });
  const second = await call(port, { agent, body: Buffer.alloc(300_000) });
  expect([first.text, second.text]).toEqual(['POST /a?b=c 5', 'POST / 300000']);
  expect(first.headers).toMatchObject({ 'content-length': '13', 'x-amzn-requestid': 'r', connection: 'keep-alive' });
  expect(first.headers.date).toBeDefined();
  expect(connections()).toBe(1);
  agent.destroy();
});

test('HTTP/2 with prior knowledge is served on the same port', async () => {
  const { port } = await start(echo);
  const session = connectHttp2(port);
  const big = Buffer.alloc(BODY_BYTES_MAX);
  const [empty, full] = await Promise.all([post(session), post(session, { body: big })]);
  expect(empty.body.toString()).toBe('POST / 0');
  expect(full.body.toString()).toBe(`POST / ${BODY_BYTES_MAX}`);
  expect(empty.headers).toMatchObject({ 'content-length': '8', 'x-amzn-requestid': 'r' });
  expect((await call(port)).text).toBe('POST / 0');
  session.close();
});

test.each([20, 200_000])('an answer in two parts of %i bytes arrives whole by every way', async (bytes) => {
  const [body, rest] = [Buffer.alloc(bytes, 'a'), Buffer.alloc(bytes, 'b')];
  const { port } = await start(async () => ({
    ...{ status: 200, headers: ['Content-Length', String(bytes * 2)], body, rest },
  }));
  const session = connectHttp2(port);
  const plain = await call(port, { body: Buffer.from('hello') });
  const handedOn = await call(port, { headers: { 'Transfer-Encoding': 'chunked' }, body: Buffer.from('hello') });
  const framed = await post(session);
  const whole = `${body}${rest}`;
  expect([plain.text === whole, handedOn.text === whole, framed.body.toString() === whole]).toEqual([true, true, true]);
  session.close();
});

test('a preface that comes byte by byte is still HTTP/2', async () => {
  const { port } = await start(echo);
  const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  const settings = Buffer.from('000000040000000000', 'hex');
  const goaway = Buffer.from('0000080700000000000000000000000000', 'hex');
  const answer = await sendPieces(port, [...Array.from(preface, (byte) => Buffer.of(byte)), settings, goaway]);
  const firstFrame = Buffer.from(answer, 'latin1');
  expect(firstFrame[3], 'type of the first frame: SETTINGS').toBe(4);
});

test.each(['POST', 'PUT', 'PATCH'])('a %s that comes byte by byte is HTTP/1.1', async (method) => {
  const { port } = await start(echo);
  const text = `${method} / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok`;
  const answer = await sendPieces(port, text.split(''));
  expect(answer).toContain('HTTP/1.1 200 OK');
  expect(answer).toContain(`${method} / 2`);
});

test('a client that ends its side after the request has its answer', async () => {
  const { port } = await start(echo);
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const answer = everything(socket);
  socket.end('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok');
  expect(await answer).toContain('POST / 2');
});

test('a client that says GOAWAY as soon as headers arrive has the whole answer', async () => {
  const body = Buffer.alloc(9_000_000, 'x');
  const { port } = await start(async () => ({ status: 200, headers: ['Content-Length', String(body.length)], body }));
  const session = connectHttp2(port);
  const errors: unknown[] = [];
  session.on('error', (error) => errors.push(error));
  const answer = await post(session, { onHeaders: () => session.close() });
  expect(answer.body.equals(body)).toBe(true);
  expect(errors).toEqual([]);
});

test('a client that says GOAWAY while its request is under way has its answer', async () => {
  const arrived = gateOf();
  const goodbye = gateOf();
  const { port } = await start(async (request) => {
    arrived.resolve();
    await goodbye.promise;
    return echo(request);
  });
  const session = connectHttp2(port);
  const answer = post(session, { body: Buffer.from('x') });
  await arrived.promise;
  session.close();
  goodbye.resolve();
  expect((await answer).body.toString()).toBe('POST / 1');
});

test('a body of 17 MiB is refused with 413, and the client can read the answer', async () => {
  const { port } = await start(echo);
  const body = Buffer.alloc(17 * 1024 * 1024);
  const declared = await call(port, { body });
  expect([declared.status, declared.text, declared.headers.connection]).toEqual([413, 'too large', 'close']);
  const chunked = await call(port, { body, headers: { 'transfer-encoding': 'chunked' } });
  expect([chunked.status, chunked.text]).toEqual([413, 'too large']);
  const session = connectHttp2(port);
  expect((await post(session, { body })).status).toBe(413);
  expect((await post(session, { body: Buffer.from('next') })).status, 'the session lives on').toBe(200);
  session.close();
});

test('a client that reads only after it has sent a body too large still finds the answer', async () => {
  const { port } = await start(echo);
  const socket = net.connect({ port, host: '127.0.0.1' });
  const errors: unknown[] = [];
  socket.on('error', (error) => errors.push(error));
  socket.pause();
  socket.write('POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2800000\r\n');
  await new Promise((resolve) => socket.write(Buffer.alloc(40 * 1024 * 1024), resolve));
  const answer = everything(socket);
  socket.resume();
  socket.write('\r\n0\r\n\r\n');
  expect(await answer).toMatch(/^HTTP\/1\.1 413/);
  expect(errors).toEqual([]);
});

test('a client that waits for 100 Continue is told before it sends', async () => {
  const { port } = await start(echo);
  const head = `POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\n`;
  const small = await sendPieces(port, [`${head}Content-Length: 2\r\n\r\n`, 'ok']);
  expect(small).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/);
  const socket = net.connect({ port, host: '127.0.0.1' });
  const big = new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(chunk.toString('latin1'))));
  socket.write(`${head}Content-Length: 17825792\r\n\r\n`);
  expect(await big).toMatch(/^HTTP\/1\.1 413/);
  socket.destroy();
});

test('connections that never say what they want are closed', async () => {
  const { port } = await start(echo, { headersWaitMs: 40 });
  expect(await sendPieces(port, ['PRI * HT'])).toBe('');
  expect(await sendPieces(port, ['POST / HTTP/1.1\r\nHost'])).toMatch(/^HTTP\/1\.1 408/);
  expect(await sendPieces(port, [])).toBe('');
});

test('idle connections of both protocols are closed', async () => {
  const { port } = await start(echo, { idleMs: 40 });
  const kept = await sendPieces(port, ['POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n']);
  expect(kept).toContain('POST / 0');
  const session = connectHttp2(port);
  await post(session);
  await new Promise((resolve) => session.on('close', resolve));
});

test('what is no HTTP is answered with 400 and closed', async () => {
  const { port } = await start(echo);
  expect(await sendPieces(port, ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'])).toMatch(/^HTTP\/1\.1 400/);
});

test('the signal of a request fires when its client goes away', async () => {
  const requests: HttpRequest[] = [];
  const arrivals = [gateOf(), gateOf()];
  const { port } = await start((request) => {
    requests.push(request);
    arrivals[requests.length - 1]!.resolve();
    return new Promise(() => undefined);
  });
  const aborted = (request: HttpRequest) =>
    new Promise((resolve) => request.signal.addEventListener('abort', resolve, { once: true }));
  const socket = net.connect({ port, host: '127.0.0.1' });
  socket.write('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n');
  await arrivals[0]!.promise;
  const gone = aborted(requests[0]!);
  socket.destroy();
  await gone;
  const session = connectHttp2(port);
  session.on('error', () => undefined);
  session.request({ ':method': 'POST' }).end();
  await arrivals[1]!.promise;
  const stopped = aborted(requests[1]!);
  session.destroy();
  await stopped;
});

test('more bytes than the budget wait unread until earlier requests are answered', async () => {
  const seen: number[] = [];
  const gate = gateOf();
  const firstIn = gateOf();
  const { port } = await start(
    async (request) => {
      seen.push(request.body!.length);
      firstIn.resolve();
      await gate.promise;
      return reply('done');
    },
    { inFlightBytesMax: 100_000, roomlessBodyBytesMax: 0 },
  );
  const first = call(port, { body: Buffer.alloc(60_000) });
  await firstIn.promise;
  const second = call(port, { body: Buffer.alloc(50_000) });
  const session = connectHttp2(port);
  const third = post(session, { headers: { 'content-length': 40_001 }, body: Buffer.alloc(40_001) });
  await new Promise((resolve) => session.once('connect', resolve));
  // Both requests are at the server long before twenty round trips are over.
  for (let i = 0; i < 20; i++) await new Promise((resolve) => session.ping(resolve));
  expect(seen).toEqual([60_000]);
  gate.resolve();
  expect((await Promise.all([first, second])).map((answer) => answer.text)).toEqual(['done', 'done']);
  expect((await third).body.toString()).toBe('done');
  expect(seen.slice(1).sort()).toEqual([40_001, 50_000]);
  session.close();
});

/** A port with room for one large body, taken by a request that is answered once the gate opens. */
async function startFull() {
  const clock = movableClock(systemClock);
  const gate = gateOf();
  const firstIn = gateOf();
  const handle: Handle = async ({ path, body, isThrottled }) => {
    if (path === '/first') {
      firstIn.resolve();
      await gate.promise;
    }
    return reply(`${isThrottled ? 'throttled' : 'taken'} ${body?.length}`);
  };
  const limits = { inFlightBytesMax: 100_000 };
  const listener = await listen({ host: '127.0.0.1', port: 0, handle, clock, limits });
  open.push(listener);
  const first = call(listener.port, { path: '/first', body: Buffer.alloc(90_000) });
  await firstIn.promise;
  return { port: listener.port, clock, gate, first };
}

const LARGE = Buffer.alloc(80_000);
test.each<{ name: string; send: (port: number) => { end: () => void; one: (body: Uint8Array) => Promise<string> } }>([
  ...[{}, { 'transfer-encoding': 'chunked' }].map((headers) => ({
    name: `HTTP/1.1 ${JSON.stringify(headers)}`,
    send: (port: number) => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      const one = async (body: Uint8Array) => (await call(port, { agent, headers, body })).text;
      return { one, end: () => agent.destroy() };
    },
  })),
  {
    name: 'HTTP/2',
    send: (port: number) => {
      const session = connectHttp2(port);
      const headersOf = (body: Uint8Array) => ({ 'content-length': body.length });
      const one = async (body: Uint8Array) => (await post(session, { body, headers: headersOf(body) })).body.toString();
      return { one, end: () => session.close() };
    },
  },
])('who finds no room in time is throttled without its body, and its connection goes on: $name', async ({ send }) => {
  const { port, clock, gate, first } = await startFull();
  const { one, end } = send(port);
  const large = one(LARGE);
  const session = connectHttp2(port);
  await new Promise((resolve) => session.once('connect', resolve));
  // It waits at the server long before twenty round trips are over.
  for (let i = 0; i < 20; i++) await new Promise((resolve) => session.ping(resolve));
  clock.advance(5_000);
  expect(await large).toBe('throttled 0');
  gate.resolve();
  expect((await first).text).toBe('taken 90000');
  expect(await one(LARGE)).toBe('taken 80000');
  end();
  session.close();
});

test('senders of large bodies that stop hold up no small request, and a large one only until they are cut off', async () => {
  const clock = movableClock(systemClock);
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    handle: echo,
    clock,
    limits: { inFlightBytesMax: 200_000 },
  });
  open.push(listener);
  const { port } = listener;
  const start = 'POST / HTTP/1.1\r\nHost: h\r\n';
  const stopped = [
    `${start}Content-Length: 100000\r\n\r\n`,
    `${start}X-A: \u00e9\r\nContent-Length: 90000\r\n\r\n`,
  ].map((text) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    socket.write(text + 'x'.repeat(20_000), 'latin1');
    return everything(socket);
  });
  while (listener.connections() < 2) await new Promise(setImmediate);
  const session = connectHttp2(port);
  expect((await post(session, { body: Buffer.alloc(2), headers: { 'content-length': 2 } })).body.toString()).toBe(
    'POST / 2',
  );
  expect((await call(port, { body: Buffer.alloc(60_000) })).text).toBe('POST / 60000');
  const large = [
    call(port, { body: Buffer.alloc(150_000) }),
    post(session, { headers: { 'content-length': 120_000 }, body: Buffer.alloc(120_000) }),
  ] as const;
  // Both wait at the server, and count as waiting, long before twenty round trips are over.
  for (let i = 0; i < 20; i++) await new Promise((resolve) => session.ping(resolve));
  clock.advance(3_000);
  expect((await large[0]).text).toBe('POST / 150000');
  expect((await large[1]).body.toString()).toBe('POST / 120000');
  expect((await Promise.all(stopped))[0]).toMatch(/^HTTP\/1\.1 408/);
  session.close();
});

test.each(['/service/Kinesis/operation/GetRecords', '/?GetRecords'])(
  'long answers are made a few at a time (%s), and others pass by meanwhile',
  async (path) => {
    const gate = gateOf();
    const seen: string[] = [];
    const { port } = await start(
      async (request) => {
        seen.push(request.path);
        if (request.path !== '/') await gate.promise;
        return reply('done');
      },
      { inFlightBytesMax: 10_000_000 },
    );
    const session = connectHttp2(port);
    const long = [1, 2, 3].map((i) => (i === 3 ? post(session, { headers: { ':path': path } }) : call(port, { path })));
    while (seen.length < 2) await new Promise(setImmediate);
    for (let i = 0; i < 20; i++) await new Promise((resolve) => session.ping(resolve));
    expect((await call(port)).text).toBe('done');
    expect(seen).toEqual([path, path, '/']);
    gate.resolve();
    await Promise.all<unknown>(long);
    expect(seen).toEqual([path, path, '/', path]);
    session.close();
  },
);

test('who announces a large body and sends little of it holds no room, and has its answer once the rest comes', async () => {
  const { port, connections } = await start(echo, { inFlightBytesMax: 100_000 });
  const session = connectHttp2(port);
  session.on('error', () => undefined);
  const start1 = 'POST / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\n';
  const sockets = ['Content-Length: 90000\r\n\r\n', 'X-A: \u00e9\r\nContent-Length: 90000\r\n\r\n'].map((rest) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    socket.write(`${start1}${rest}0123456789`, 'latin1');
    return socket;
  });
  const stream = session.request({ ':method': 'POST', 'content-length': 90_000 });
  stream.write('0123456789');
  while (connections() < 3) await new Promise(setImmediate);
  for (let i = 0; i < 20; i++) await new Promise((resolve) => session.ping(resolve));
  expect((await call(port, { body: Buffer.alloc(95_000) })).text).toBe('POST / 95000');
  for (const socket of sockets) {
    const answer = new Promise((resolve) => socket.once('data', (bytes) => resolve(bytes.toString())));
    socket.write(Buffer.alloc(89_990));
    expect(await answer).toContain('POST / 90000');
    socket.destroy();
  }
  session.destroy();
});

test('a long answer that finds no room in time is not made: throttled, on every protocol', async () => {
  const clock = movableClock(systemClock);
  const gate = gateOf();
  let underWay = 0;
  const handle: Handle = async ({ isThrottled }) => {
    if (isThrottled) return reply('throttled');
    underWay += 1;
    await gate.promise;
    return reply('made');
  };
  const listener = await listen({
    ...{ host: '127.0.0.1', port: 0, handle, clock, limits: { inFlightBytesMax: 5_000_000 } },
  });
  open.push(listener);
  const { port } = listener;
  const path = '/service/Kinesis/operation/GetRecords';
  const first = call(port, { path });
  while (underWay === 0) await new Promise(setImmediate);
  const session = connectHttp2(port);
  const body = Buffer.from('x');
  const late = [
    call(port, { path, body }),
    call(port, { path, body, headers: { 'transfer-encoding': 'chunked' } }),
    post(session, { headers: { ':path': path, 'content-length': 1 }, body }).then((answer) => ({
      text: answer.body.toString(),
    })),
  ];
  for (let i = 0; i < 20; i++) await new Promise((resolve) => session.ping(resolve));
  clock.advance(5_000);
  expect((await Promise.all(late)).map(({ text }) => text)).toEqual(['throttled', 'throttled', 'throttled']);
  gate.resolve();
  expect((await first).text).toBe('made');
  expect((await call(port, { path })).text, 'nothing is held any more').toBe('made');
  session.close();
});

test('a connection that pipelines has only a few requests under way', async () => {
  let underWay = 0;
  const gate = gateOf();
  const { port } = await start(async () => {
    underWay += 1;
    await gate.promise;
    return reply('x');
  });
  const one = 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n';
  const last = 'POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  const answer = everything(socket);
  for (let i = 0; i < 200; i++) {
    await new Promise((resolve) => socket.write(one, resolve));
    await new Promise(setImmediate);
  }
  socket.write(last);
  // One packet may hold several; what came in later ones waits in the kernel.
  expect(underWay).toBeLessThan(50);
  gate.resolve();
  expect((await answer).match(/HTTP\/1\.1 200/g)).toHaveLength(201);
});

test('requests behind one that is not answered yet are told that their client has gone', async () => {
  const requests: HttpRequest[] = [];
  const gate = gateOf();
  const { port } = await start(async (request) => {
    requests.push(request);
    await gate.promise;
    return reply('x');
  });
  const socket = net.connect({ port, host: '127.0.0.1' });
  socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(3));
  while (requests.length < 3) await new Promise(setImmediate);
  const stopped = requests.map(({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)));
  socket.destroy();
  await Promise.all(stopped);
  gate.resolve();
});

test('closing lets requests under way finish, and ends idle connections at once', async () => {
  const gate = gateOf();
  let started = 0;
  const both = gateOf();
  const listener = await start(async () => {
    started += 1;
    if (started === 2) both.resolve();
    await gate.promise;
    return reply('late');
  });
  const idle = everything(net.connect({ port: listener.port, host: '127.0.0.1' }));
  const session = http2.connect(`http://127.0.0.1:${listener.port}`);
  const answers = [call(listener.port, { agent: new http.Agent({ keepAlive: true }) }), post(session)] as const;
  await both.promise;
  const closed = listener.close({ drainMs: 60_000 });
  await idle;
  await expect(call(listener.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  gate.resolve();
  expect((await answers[0]).text).toBe('late');
  expect((await answers[1]).body.toString()).toBe('late');
  await closed;
  expect(listener.connections()).toBe(0);
});

test('closing ends requests that outstay the drain time', async () => {
  const arrived = gateOf();
  const listener = await start(() => {
    arrived.resolve();
    return new Promise(() => undefined);
  });
  const answer = call(listener.port).catch((error: NodeJS.ErrnoException) => error.code);
  await arrived.promise;
  await listener.close({ drainMs: 20 });
  expect(await answer).toBe('ECONNRESET');
});

test('a port that is taken is said so', async () => {
  const { port } = await start(echo);
  const second = listen({ host: '127.0.0.1', port, handle: echo, clock: systemClock });
  await expect(second).rejects.toMatchObject({ code: 'SLUICE_PORT_IN_USE' });
});
