/** Bytes that are no HTTP, or nearly: on the plain port, within TLS, as frames of HTTP/2. Others are served meanwhile. */
import net from 'node:net';
import tls from 'node:tls';
import { expect, test } from 'vitest';
import type { Random } from '../../src/runtime/random.ts';
import { below, damaged, type FuzzRun, fuzz, oneIn, pick, SECONDS } from './run.ts';

const WORKERS = 16;
const PATIENCE_MS = 200;
const CALLS_EVERY_MS = 100;
const ANSWER_MS = 10_000;
/** Of a session that broke the protocol node:http2 reads no more, not even its end: only idleness closes it. */
const IDLE_MS = 2_000;
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const REQUEST = Buffer.from(
  'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Target: Kinesis_20131202.ListStreams\r\nX-Amz-Date: 20261120T120000Z\r\n' +
    'Content-Type: application/x-amz-json-1.1\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, ' +
    'Signature=0\r\nContent-Length: 2\r\n\r\n{}',
);
const CHUNKED = Buffer.from(
  REQUEST.toString().replace(/Content-Length.*/s, 'Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n'),
);
/** HPACK: POST, http, a path and an authority, all as literals or of the static table. */
const HEADERS = Buffer.from('838684410f3132372e302e302e313a343536370f0d0132', 'hex');

function frame(type: number, flags: number, { stream, payload }: { stream: number; payload: Uint8Array }): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream >>> 0, 5);
  return Buffer.concat([head, payload]);
}

/** The preface, settings and then frames of every type, some of them sound. */
function http2Bytes(random: Random): Uint8Array {
  const frames = [PREFACE, frame(4, 0, { stream: 0, payload: Buffer.alloc(0) })];
  for (let i = below(random, 40); i >= 0; i--) {
    const stream = pick(random, [0, 1, 1, 3, 5, 7, 2, 2 ** 31 - 1, 2 ** 32 - 1]);
    const flags = pick(random, [0, 1, 4, 5, 8, 0x2d, 0xff]);
    switch (below(random, 5)) {
      case 0:
        frames.push(frame(1, flags, { stream, payload: HEADERS }));
        break;
      case 1:
        frames.push(frame(1, flags, { stream, payload: damaged(random, HEADERS) }));
        break;
      case 2:
        frames.push(frame(0, flags, { stream, payload: random.bytes(below(random, 2_000)) }));
        break;
      case 3:
        // RST_STREAM, SETTINGS, PING, WINDOW_UPDATE and CONTINUATION in their right lengths or nearly.
        frames.push(
          frame(pick(random, [3, 4, 6, 8, 9]), flags, { stream, payload: random.bytes(pick(random, [4, 6, 8, 0])) }),
        );
        break;
      default:
        frames.push(frame(below(random, 12), flags, { stream, payload: random.bytes(below(random, 60)) }));
    }
  }
  const bytes = Buffer.concat(frames);
  return oneIn(random, 4) ? damaged(random, bytes) : bytes;
}

function attackOf(random: Random): Uint8Array {
  switch (below(random, 6)) {
    case 0:
      return random.bytes(below(random, 5_000));
    case 1:
      return damaged(random, REQUEST);
    case 2:
      return damaged(random, CHUNKED);
    case 3:
      return Buffer.concat([Buffer.of(0x16, 3, 1), random.bytes(below(random, 600))]);
    case 4:
      // Many requests at once, then one that is cut off.
      return Buffer.concat([...Array.from({ length: below(random, 30) }, () => REQUEST), REQUEST.subarray(0, 100)]);
    default:
      return http2Bytes(random);
  }
}

/** Writes the bytes in a few pieces and leaves when the server does, or when it has had time enough. */
async function attack(run: FuzzRun): Promise<void> {
  const { daemon, random } = run;
  const address = { port: daemon.port, host: '127.0.0.1', rejectUnauthorized: false };
  const socket = oneIn(random, 4)
    ? tls.connect({ ...address, ALPNProtocols: pick(random, [['h2'], ['http/1.1'], []]) })
    : net.connect(address);
  socket.on('error', () => undefined);
  socket.on('data', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const bytes = attackOf(random);
  const cut = below(random, bytes.length + 1);
  socket.write(bytes.subarray(0, cut));
  if (oneIn(random, 2)) await new Promise(setImmediate);
  const isEnded = oneIn(random, 10);
  if (isEnded) socket.end(bytes.subarray(cut));
  else socket.write(bytes.subarray(cut));
  const leave = () => {
    // A reset in the middle of an end leaves a socket that never closes, in node:net itself.
    if (socket instanceof tls.TLSSocket || isEnded || oneIn(random, 2)) socket.destroy();
    else socket.resetAndDestroy();
  };
  const timer = setTimeout(leave, below(random, PATIENCE_MS));
  await closed;
  clearTimeout(timer);
}

/** A client that behaves is served all the while. */
async function callOften(run: FuzzRun): Promise<void> {
  while (run.goesOn()) {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = net.connect({ port: run.daemon.port, host: '127.0.0.1' });
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
        if (text.includes('"HasMoreStreams"')) socket.destroy();
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
      socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error(`no answer but ${JSON.stringify(text)}`)));
      socket.write(REQUEST);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    await new Promise((resolve) => setTimeout(resolve, CALLS_EVERY_MS));
  }
}

test('garbage on every protocol', { timeout: SECONDS * 1_000 + 60_000 }, async () => {
  await fuzz({ limits: { idleMs: IDLE_MS } }, async (run) => {
    let attacks = 0;
    const work = async () => {
      while (run.goesOn()) {
        await attack(run);
        attacks += 1;
      }
    };
    await Promise.all([callOften(run), ...Array.from({ length: WORKERS }, work)]);
    console.log('connections', attacks);
    expect(attacks).toBeGreaterThan(SECONDS * 10);
  });
});
