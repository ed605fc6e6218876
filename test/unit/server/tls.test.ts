/** TLS with real sockets: every way in which clients of AWS open a connection, and what is refused. */
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import { networkInterfaces } from 'node:os';
import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/runtime/clock.ts';
import { makeSelfSigned, type SelfSigned } from '../../../src/runtime/self-signed.ts';
import type { Handle } from '../../../src/server/exchange.ts';
import { type Listener, listen } from '../../../src/server/listen.ts';
import { everything, post } from './raw-client.ts';

let certificate: SelfSigned;
let listener: Listener;
const sessions: http2.ClientHttp2Session[] = [];

const echo: Handle = async ({ method, path, body, peer }) => {
  const text = Buffer.from(`${method} ${path} ${body?.length} ${peer}`);
  return { status: 200, headers: ['Content-Length', String(text.length)], body: text };
};

const selfSigned = () => {
  const nowMs = systemClock.now();
  return makeSelfSigned({ names: ['localhost', '127.0.0.1'], fromMs: nowMs - 60_000, untilMs: nowMs + 3_600_000 });
};

beforeAll(async () => {
  certificate = await selfSigned();
  listener = await listen({ host: '0.0.0.0', port: 0, handle: echo, clock: systemClock, certificate });
});
afterEach(() => {
  for (const session of sessions.splice(0)) session.close();
});
afterAll(() => listener.close({ drainMs: 0 }));

function get(
  module: typeof http | typeof https,
  options: https.RequestOptions & { ALPNProtocols?: string[] },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = module.request(
      { port: listener.port, host: '127.0.0.1', method: 'POST', path: '/p', ...options },
      (res) => {
        let text = '';
        res.on('data', (chunk) => {
          text += chunk;
        });
        res.on('end', () => resolve(text));
      },
    );
    request.on('error', reject);
    request.end('hello');
  });
}

function connect(options: http2.SecureClientSessionOptions): http2.ClientHttp2Session {
  const session = http2.connect(`https://localhost:${listener.port}`, options);
  sessions.push(session);
  return session;
}

test('HTTP/1.1, with ALPN and without', async () => {
  const ca = certificate.certificate;
  expect(await get(https, { ca, agent: false })).toBe('POST /p 5 127.0.0.1');
  expect(await get(https, { ca, agent: false, ALPNProtocols: ['http/1.1'] })).toBe('POST /p 5 127.0.0.1');
});

test('HTTP/2 chosen by ALPN', async () => {
  const session = connect({ ca: certificate.certificate });
  const answer = await post(session, { body: Buffer.alloc(3_000_000) });
  expect(answer.body.toString()).toMatch(/^POST \/ 3000000 /);
  expect(session.alpnProtocol).toBe('h2');
});

test('HTTP/2 right after a handshake without ALPN, as older Java clients do', async () => {
  const socket = tls.connect({ port: listener.port, host: '127.0.0.1', ca: certificate.certificate });
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  expect(socket.alpnProtocol).toBe(false);
  const session = http2.connect(`http://localhost:${listener.port}`, { createConnection: () => socket });
  sessions.push(session);
  const answers = await Promise.all([post(session, { body: Buffer.from('hi') }), post(session)]);
  expect(answers.map(({ body }) => body.toString())).toEqual(['POST / 2 127.0.0.1', 'POST / 0 127.0.0.1']);
});

test('a handshake that comes byte by byte', async () => {
  const raw = net.connect({ port: listener.port, host: '127.0.0.1', noDelay: true });
  const slow = new (await import('node:stream')).Duplex({
    read() {},
    write(chunk: Uint8Array, _, done) {
      const bytes = Array.from(chunk);
      const next = () =>
        bytes.length === 0 ? done() : raw.write(Buffer.from(bytes.splice(0, 7)), () => setImmediate(next));
      next();
    },
  });
  raw.on('data', (chunk) => slow.push(chunk));
  raw.on('close', () => slow.push(null));
  const socket = tls.connect({ socket: slow as never, ca: certificate.certificate, host: 'localhost' });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  socket.write('POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  expect(await everything(socket as never)).toContain('POST /slow 0');
});

test('a certificate nobody told the client about is refused by the client', async () => {
  await expect(get(https, { agent: false })).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
});

test('garbage instead of a handshake ends that connection only', async () => {
  const socket = net.connect({ port: listener.port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  socket.write(Buffer.concat([Buffer.of(0x16, 3, 1), Buffer.alloc(500, 0xff)]));
  await everything(socket);
  expect(await get(https, { ca: certificate.certificate, agent: false })).toContain('POST /p');
});

test('without TLS programs on this machine are served, other machines are not', async () => {
  expect(await get(http, {})).toBe('POST /p 5 127.0.0.1');
  const outside = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const own = outside.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  if (own === undefined) return console.log('skipped in part: this machine has no address of its own');
  await expect(get(http, { host: own })).rejects.toMatchObject({ code: 'ECONNRESET' });
  const options = { host: own, ca: certificate.certificate, agent: false, servername: 'localhost' };
  expect(await get(https, options)).toBe(`POST /p 5 ${own}`);
});

test('another certificate serves the connections that come after it', async () => {
  const next = await selfSigned();
  listener.renew(next);
  expect(await get(https, { ca: next.certificate, agent: false })).toContain('POST /p');
  listener.renew(certificate);
});
