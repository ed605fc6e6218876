/** Floods of HTTP/2 frames, sent byte by byte: the connection ends or waits, nothing grows, and others are served meanwhile. */
import net from 'node:net';
import { expect, test } from 'vitest';
import { isForeign, kinesis } from './kinesis.ts';

const api = kinesis();

const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const PING = 6;
const WINDOW_UPDATE = 8;
const CONTINUATION = 9;
const END_STREAM = 1;
const END_HEADERS = 4;

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** HPACK: POST, http, /, and the authority `a` as a literal that is not indexed. */
const POST = Buffer.from([0x83, 0x86, 0x84, 0x01, 0x01, 0x61]);
const GET = Buffer.from([0x82, 0x86, 0x84, 0x01, 0x01, 0x61]);

interface Frame {
  readonly type: number;
  readonly flags?: number;
  readonly stream?: number;
  readonly payload?: Uint8Array;
}

function frame({ type, flags = 0, stream = 0, payload = Buffer.alloc(0) }: Frame): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

const settings = (id: number, value: number) => {
  const payload = Buffer.alloc(6);
  payload.writeUInt16BE(id, 0);
  payload.writeUInt32BE(value, 2);
  return frame({ type: SETTINGS, payload });
};
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** Batches of frames; the number counts from 0. */
type Flood = (batch: number) => Buffer;

const stream = (batch: number, i: number) => 1 + 2 * (batch * 100 + i);
const hundred = (of: (i: number) => Buffer) => Buffer.concat(Array.from({ length: 100 }, (_, i) => of(i)));
/** One header after another, none of them the last. */
const endlessHeaders: Flood = (batch) =>
  batch === 0
    ? frame({ type: HEADERS, stream: 1, payload: POST })
    : hundred(() => frame({ type: CONTINUATION, stream: 1, payload: Buffer.from([0x00, 0x01, 0x61, 0x01, 0x62]) }));
/** A header of 4,000 bytes is put into the table once, and named again and again in one byte. */
const bomb = Buffer.concat([
  POST,
  Buffer.from([0x40, 0x01, 0x78, 0x7f, 0xa1, 0x1e]),
  Buffer.alloc(4_000, 0x61),
  Buffer.alloc(12_000, 0xbe),
]);

const floods: readonly (readonly [string, Flood])[] = [
  [
    'streams that are reset as soon as they begin',
    (batch) =>
      hundred((i) =>
        Buffer.concat([
          frame({ type: HEADERS, flags: END_HEADERS, stream: stream(batch, i), payload: POST }),
          frame({ type: RST_STREAM, stream: stream(batch, i), payload: u32(8) }),
        ]),
      ),
  ],
  [
    'whole requests that are reset',
    (batch) =>
      hundred((i) =>
        Buffer.concat([
          frame({ type: HEADERS, flags: END_HEADERS | END_STREAM, stream: stream(batch, i), payload: GET }),
          frame({ type: RST_STREAM, stream: stream(batch, i), payload: u32(8) }),
        ]),
      ),
  ],
  ['headers that never end', endlessHeaders],
  ['pings', () => hundred(() => frame({ type: PING, payload: Buffer.alloc(8) }))],
  ['settings', () => hundred(() => settings(3, 100))],
  ['settings with nothing in them', () => hundred(() => frame({ type: SETTINGS }))],
  [
    'data without bytes',
    (batch) =>
      batch === 0
        ? frame({ type: HEADERS, flags: END_HEADERS, stream: 1, payload: POST })
        : hundred(() => frame({ type: DATA, stream: 1 })),
  ],
  ['windows that grow and grow', () => hundred(() => frame({ type: WINDOW_UPDATE, payload: u32(0x7f_ff_ff_ff) }))],
  [
    'small headers that become large ones',
    (batch) => hundred((i) => frame({ type: HEADERS, flags: END_HEADERS, stream: stream(batch, i), payload: bomb })),
  ],
  [
    'requests whose answers it does not take',
    (batch) =>
      batch === 0
        ? settings(4, 0)
        : hundred((i) =>
            frame({ type: HEADERS, flags: END_HEADERS | END_STREAM, stream: stream(batch, i), payload: GET }),
          ),
  ],
  ['frames of no known type', () => hundred((i) => frame({ type: 0x77, payload: Buffer.alloc(i) }))],
];

const BATCHES = 1_000;
/** Of the process of server and attacker together, and far below what was sent or asked for. */
const GROWTH_BYTES_MAX = 150_000_000;

/** Sends until all is sent, or the server closes, or takes no more although it is given time. Reads nothing before. */
async function attack(flood: Flood): Promise<void> {
  const socket = net.connect({ port: Number(new URL(api.url).port), host: '127.0.0.1' });
  let over = false;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket
    .on('error', () => undefined)
    .on('end', () => socket.destroy())
    .once('close', () => (over = true));
  socket.pause();
  socket.write(Buffer.concat([PREFACE, frame({ type: SETTINGS })]));
  for (let batch = 0; batch < BATCHES && !over; batch++) {
    socket.write(flood(batch));
    // What others ask meanwhile is answered.
    if (batch % 100 === 0) await api.call('ListStreams');
    else await new Promise(setImmediate);
    if (socket.writableLength > 10_000_000) break;
  }
  socket.destroy();
  await closed;
}

test.skipIf(isForeign).each(floods)('%s', async (_, flood) => {
  const before = process.memoryUsage();
  await attack(flood);
  await api.call('ListStreams');
  const after = process.memoryUsage();
  expect(after.external - before.external + after.heapUsed - before.heapUsed).toBeLessThan(GROWTH_BYTES_MAX);
});

test('headers that never end are cut off', async () => {
  const socket = net.connect({ port: Number(new URL(api.url).port), host: '127.0.0.1' });
  const closed = new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve));
  socket.resume().write(Buffer.concat([PREFACE, frame({ type: SETTINGS }), endlessHeaders(0)]));
  for (let batch = 1; batch < BATCHES && socket.writable; batch++) {
    socket.write(endlessHeaders(batch));
    await new Promise(setImmediate);
  }
  await closed;
});
