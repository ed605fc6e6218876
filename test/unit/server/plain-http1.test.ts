/** The plain lane of HTTP/1.1: its answers, its order, and what it hands on, with real sockets. */
import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../../src/runtime/clock.ts';
import { movableClock } from '../../../src/runtime/movable-clock.ts';
import type { Handle } from '../../../src/server/exchange.ts';
import { type Listener, type ListenOptions, listen } from '../../../src/server/listen.ts';
import { gateOf } from './gate.ts';
import { everything, sendPieces } from './raw-client.ts';

const open: Listener[] = [];
afterEach(() => Promise.all(open.splice(0).map((listener) => listener.close({ drainMs: 0 }))));

async function start(
  handle: Handle,
  limits: ListenOptions['limits'] = {},
  clock: Clock = systemClock,
): Promise<number> {
  const listener = await listen({ host: '127.0.0.1', port: 0, handle, clock, limits });
  open.push(listener);
  return listener.port;
}

const reply = (text: string) => {
  const body = Buffer.from(text);
  return { status: 200, headers: ['Content-Length', String(body.length)], body };
};
const echo: Handle = async ({ method, body }) => reply(`<${method} ${Buffer.from(body!).toString().slice(0, 20)}>`);

const post = (body: string, ...headers: readonly string[]) =>
  ['POST / HTTP/1.1', 'Host: a', `Content-Length: ${body.length}`, ...headers, '', body].join('\r\n');
const last = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
/** The bodies of the answers, which echo puts in angles. */
const bodies = (answer: string) => answer.match(/<[^>]*>/g);

test('requests that come at once are answered in their order, and what is not plain among them too', async () => {
  const port = await start(echo);
  const chunked = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n';
  const answer = await sendPieces(port, [post('one') + chunked + post('three') + last]);
  expect(bodies(answer)).toEqual(['<POST one>', '<POST two>', '<POST three>', '<GET >']);
});

test.each([1, 7, 100])(
  'a request in pieces of %i bytes is put together, and the next one begins where it ends',
  async (size) => {
    const port = await start(echo);
    const bytes = post('first') + post('') + post('third') + last;
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.slice(i * size, (i + 1) * size),
    );
    expect(bodies(await sendPieces(port, pieces))).toEqual(['<POST first>', '<POST >', '<POST third>', '<GET >']);
  },
);

test('a body that came in pieces is its own: a buffer is not used again before its answer', async () => {
  const gate = gateOf();
  const seen: string[] = [];
  let isFirst = true;
  const port = await start(async ({ method, body }) => {
    const waits = isFirst;
    isFirst = false;
    if (waits) await gate.promise;
    const letters = new Set(body);
    if (method === 'POST') seen.push(`${body!.length} ${[...letters].map((code) => String.fromCharCode(code))}`);
    return reply('<>');
  });
  const first = sendPieces(port, [post('a'.repeat(300_000)) + last]);
  while (isFirst) await new Promise(setImmediate);
  await sendPieces(port, [post('b'.repeat(200_000)) + last]);
  gate.resolve();
  await first;
  expect(seen).toEqual(['200000 b', '300000 a']);
});

test.each([
  ['/', 'X-Amz-Target: Kinesis_20131202.SubscribeToShard'],
  ['/service/Kinesis_20131202/operation/SubscribeToShard', 'X-A: 1'],
  ['/service/Kinesis_20131202/operation/SubscribeToShard?a=b', 'X-A: 1'],
  ['/service/', 'X-Amz-Target: Kinesis_20131202.SubscribeToShard'],
])('an event stream asked for at %s with %s is pushed', async (path, header) => {
  const port = await start(async () => ({
    status: 200,
    headers: [],
    body: Buffer.from('<begins>'),
    push: async (out) => void out.write('<goes on>'),
  }));
  const request = post('{}', header, 'Connection: keep-alive').replace('POST / ', `POST ${path} `);
  expect(bodies(await sendPieces(port, [request + last]))).toEqual(['<begins>', '<goes on>', '<begins>', '<goes on>']);
});

test('an answer that is larger than its client takes at once arrives whole, and the next request waits for it', async () => {
  const body = Buffer.alloc(5_000_000, 'x');
  const port = await start(async ({ method }) =>
    method === 'GET' ? reply('<GET >') : { status: 200, headers: ['Content-Length', String(body.length)], body },
  );
  const answer = await sendPieces(port, [post('one') + post('two') + last]);
  expect(answer.match(/x{5000000}/g)).toHaveLength(2);
  expect(bodies(answer)).toEqual(['<GET >']);
});

test('answers that are made while they are sent arrive whole, side by side and one after the other', async () => {
  const sent = 40;
  const port = await start(async ({ method, body }) => {
    if (method === 'GET') return reply('<GET >');
    const letters = Buffer.from(body!);
    let left = sent;
    const next = (take: (bytes: number) => Uint8Array) => {
      const into = left-- > 0 ? take(200_000) : undefined;
      return into?.fill(letters[left % letters.length]!).subarray(0, 200_000);
    };
    const bytes = sent * 200_000;
    return {
      ...{ status: 200, headers: ['Content-Length', String(bytes)], body: new Uint8Array(0) },
      pieces: { bytes, next },
    };
  });
  const marks = ['#%', '@~'];
  const answers = await Promise.all(marks.map((two) => sendPieces(port, [post(two).repeat(2) + last])));
  for (const [i, [one, other]] of marks.map((two) => [...two]).entries()) {
    const runs = answers[i]!.match(/([#%@~])\1*/g)!.map((run) => `${run[0]} ${run.length}`);
    expect(runs).toEqual(Array.from({ length: sent * 2 }, (_, n) => `${n % 2 ? one : other} 200000`));
    expect(bodies(answers[i]!)).toEqual(['<GET >']);
  }
});

test('who takes too long over a body is told so', async () => {
  const port = await start(echo, { headersWaitMs: 40, requestWaitMs: 40 });
  expect(await sendPieces(port, ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab'])).toMatch(
    /^HTTP\/1\.1 408/,
  );
});

test('a body that waited for room on a connection that was idle before has as long as any other', async () => {
  const gate = gateOf();
  const clock = movableClock(systemClock);
  let isHeld = false;
  const handle: Handle = async (request) => {
    isHeld = request.body?.[0] === 0x68;
    if (isHeld) await gate.promise;
    return echo(request);
  };
  const port = await start(handle, { inFlightBytesMax: 100_000 }, clock);
  const socket = net.connect({ port, host: '127.0.0.1' });
  const answer = everything(socket);
  const send = (text: string) => new Promise((resolve) => socket.write(text, resolve));
  await send(post('before'));
  await new Promise((resolve) => socket.once('data', resolve));
  clock.advance(100_000);
  const holder = sendPieces(port, [post('h'.repeat(90_000)) + last]);
  while (!isHeld) await new Promise(setImmediate);
  const body = post('w'.repeat(90_000));
  await send(body.slice(0, 60_000));
  await sendPieces(port, [post('in between') + last]);
  gate.resolve();
  await holder;
  clock.advance(3_000);
  await sendPieces(port, [post('in between') + last]);
  await send(body.slice(60_000) + last);
  expect(bodies(await answer)).toEqual(['<POST before>', `<POST ${'w'.repeat(20)}>`, '<GET >']);
});

test('a head that does not end is refused as node:http refuses it', async () => {
  const port = await start(echo, { headerBytesMax: 1_000 });
  const answer = await sendPieces(port, [`POST / HTTP/1.1\r\nHost: a\r\nx-a: ${'y'.repeat(2_000)}`]);
  expect(answer).toMatch(/^HTTP\/1\.1 431/);
});

test.each([
  { what: 'its head', part: 'POST / HTTP/1.1\r\nHo' },
  { what: 'a short body', part: post('short').slice(0, -1) },
  { what: 'a large body', part: post('l'.repeat(100_000)).slice(0, 200) },
])(
  'a client that ends in the middle of a second request ($what) has its first answer and is let go',
  async ({ part }) => {
    const port = await start(async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return reply('<>');
    });
    const socket = net.connect({ port, host: '127.0.0.1' });
    const answer = everything(socket);
    socket.end(post('first') + part);
    expect(bodies(await answer)).toEqual(['<>']);
  },
);
