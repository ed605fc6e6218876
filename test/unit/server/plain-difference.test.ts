/**
 * The plain lane and node:http alone, given the same bytes in the same pieces: requests and answers must be the same, or
 * somebody between a client and the daemon could be made to see other requests than the daemon does. Both on sockets.
 * SLUICE_LANE_CASES: how many connections; SLUICE_LANE_SEED: from which on.
 */
import http from 'node:http';
import net from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/runtime/clock.ts';
import { type Random, seededRandom } from '../../../src/runtime/random.ts';
import { ByteBudget } from '../../../src/server/byte-budget.ts';
import type { Handle, HttpRequest } from '../../../src/server/exchange.ts';
import { http1Protocol } from '../../../src/server/http1.ts';
import { plainHttp1Protocol } from '../../../src/server/plain-http1.ts';
import { LISTEN_LIMITS } from '../../../src/server/protocol.ts';

const CASES = Number(process.env['SLUICE_LANE_CASES'] ?? 400);
const FIRST_SEED = Number(process.env['SLUICE_LANE_SEED'] ?? 1);
/** Turns of the event loop in which nothing happens on either side before a connection counts as done with; on a busy machine more. */
const QUIET_TURNS = [12, 500];

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** Reads connections; notes what it takes for requests. */
interface Reader {
  readonly seen: Seen[];
  accept(socket: net.Socket): void;
}

const limits = { ...LISTEN_LIMITS, headerBytesMax: 2_000 };
const draining = new AbortController();

function seenIn({ method, path, headers }: Pick<HttpRequest, 'method' | 'path' | 'headers'>, body: Uint8Array): Seen {
  // node:http gives even one Set-Cookie, which is of answers, as a list.
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  const fields = texts.sort(([a], [b]) => (a < b ? -1 : 1));
  return { method, path, headers: fields, body: Buffer.from(body).toString('latin1') };
}

const room: ByteBudget[] = [];

function budgets() {
  const [bodies, answers] = [new ByteBudget(1e9), new ByteBudget(1e9)];
  room.push(bodies, answers);
  return { bodies, answers };
}

function readerOf(isPlain: boolean): Reader {
  const seen: Seen[] = [];
  const handle: Handle = async (request) => {
    seen.push(seenIn(request, request.body ?? Buffer.alloc(0)));
    const body = Buffer.from(`answer ${seen.length}`);
    return { status: 200, headers: ['Content-Length', String(body.length)], body };
  };
  const options = { handle, ...budgets(), clock: systemClock, limits, draining: draining.signal };
  const http1 = http1Protocol(options);
  const protocol = isPlain ? plainHttp1Protocol({ ...options, http1 }) : http1;
  return { seen, accept: (socket) => protocol.accept(socket.pause()) };
}

/** The parser of node:http, which has read a request even where what follows it is so wrong that node:http drops both. */
function parserReader(): Reader {
  const found: { req: http.IncomingMessage; chunks: Uint8Array[] }[] = [];
  const server = http.createServer({ maxHeaderSize: limits.headerBytesMax });
  const onRequest = (req: http.IncomingMessage, res: http.ServerResponse) => {
    const chunks: Uint8Array[] = [];
    found.push({ req, chunks });
    const { push } = req;
    req.push = (chunk) => {
      if (chunk !== null) chunks.push(Buffer.from(chunk));
      return push.call(req, chunk);
    };
    req.resume().on('end', () => res.end());
  };
  server.on('request', onRequest).on('checkContinue', (req, res) => {
    res.writeContinue();
    onRequest(req, res);
  });
  return {
    get seen() {
      const whole = found.filter(({ req }) => req.complete);
      return whole.map(({ req, chunks }) =>
        seenIn({ ...req, method: req.method!, path: req.url!, headers: req.headers }, Buffer.concat(chunks)),
      );
    },
    accept(socket) {
      found.length = 0;
      server.emit('connection', socket);
    },
  };
}

interface Outcome {
  readonly requests: readonly Seen[];
  /** By the server: after a refusal it always is. */
  readonly closed: boolean;
}

/** Sends the pieces, waits until nothing moves any more, and says what came of it. */
async function outcomeOf({ reader, port }: Place, pieces: readonly Uint8Array[], quietTurns: number): Promise<Outcome> {
  reader.seen.length = 0;
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  let answer = '';
  let closed = false;
  const onClosed = () => {
    closed = true;
  };
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.on('error', onClosed).on('end', onClosed).on('close', onClosed);
  await new Promise((resolve) => socket.once('connect', resolve));
  for (const piece of pieces) {
    if (!socket.writable) break;
    await new Promise((resolve) => socket.write(piece, resolve));
    await turns(2);
  }
  for (let quiet = 0, before = ''; quiet < quietTurns; quiet++) {
    await turns(1);
    const now = `${reader.seen.length} ${answer.length} ${closed}`;
    if (now !== before) quiet = 0;
    before = now;
  }
  const requests = reader.seen.slice();
  socket.destroy();
  return { requests, closed };
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise(setImmediate);
}

const below = (random: Random, n: number) => Math.floor(random.fraction() * n);
const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)]!;
const oneIn = (random: Random, times: number) => below(random, times) === 0;
/** The first, most of the time. */
const mostly = (random: Random, list: readonly string[], times = 6) =>
  oneIn(random, times) ? pick(random, list) : list[0]!;

const METHODS = [
  'POST',
  'GET',
  'PUT',
  'OPTIONS',
  'HEAD',
  'post',
  'POST ',
  '\tPOST',
  'P',
  'DELETE',
  'CONNECT',
  'SOURCE',
];
const PATHS = [
  ...['/', '/service/K/operation/PutRecord', '/service/', '/_sluice/stop', '//', '/?a=b', '/#a', '/%zz', '*', 'a:1'],
  ...[
    'http://h/',
    '/service/\u00e9',
    '/service/a b',
    '/service/\t',
    '/service/"<>\\^`{|}',
    '/service/#a',
    '/service/\u007f',
    '',
  ],
];
const VERSIONS = ['HTTP/1.1', 'HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'http/1.1', 'HTTP/1.1 ', 'HTTP/1.', 'ICE/1.1', ''];
const HOSTS = [
  'Host: a',
  'host:a:4567',
  'Host:',
  'Host : a',
  'Host: a, b',
  'Host: a\r\nHost: b',
  'X: y',
  'Host: \u00e9',
];
const LENGTHS = [
  ...[
    'N',
    '00N',
    ' N',
    '\tN\t',
    '+N',
    '-N',
    '0xN',
    'N, N',
    'N N',
    'N\r\nContent-Length: N',
    'N\r\nContent-Length: 1',
    '',
  ],
  ...['99999999999999999999', '1e1', 'N;', 'N\u000b', '\u000bN', 'N\r\nTransfer-Encoding: chunked', '9999999'],
];
const CODINGS = [
  'chunked',
  'identity',
  'chunked, identity',
  'gzip, chunked',
  'xchunked',
  '\u000bchunked',
  'Chunked',
  '',
];
const MORE = [
  ...[
    'X-A: 1',
    'Connection: keep-alive',
    'Connection: close',
    'Connection: Keep-Alive, x',
    'Connection: upgrade',
    'x-a:',
  ],
  ...[
    'Connection:',
    'Expect: 100-continue',
    'Expect: other',
    'Upgrade: h2c',
    'X-A: 1\r\n 2',
    'X-A: 1\r\n\t',
    'X-A: 1\nX-B: 2',
  ],
  ...[
    'X-A: 1\rX-B: 2',
    'X-A : 1',
    ' X-A: 1',
    'X-A',
    ': 1',
    'X-A: \u0000',
    'X-A: \u00e9',
    'X-A: a\tb',
    'X-A: \u007f',
    'X A: 1',
  ],
  ...[
    'X-Amz-Target: Kinesis_20131202.PutRecord',
    'X-Amz-Target: Kinesis_20131202.SubscribeToShard',
    'Cookie: a',
    'Cookie: b',
  ],
  ...[
    'X(A): 1',
    "!#$%&'*+-.^_`|~: 1",
    'Trailer: x',
    'TE: trailers',
    'constructor: 1',
    `X-Long: ${'y'.repeat(1_700)}`,
    'Date: x',
  ],
  ...[
    'Content_Length: 3',
    'Content-Length\u0000: 3',
    'Content-Length\u00a0: 3',
    'Transfer_Encoding: chunked',
    'Set-Cookie: 1',
  ],
];
const LINE_ENDS = ['\r\n', '\n', '\r', '\r\r\n', '\n\r', '\r\n\r\n'];
const CHUNKS = [
  ...[
    '5\r\nhello\r\n0\r\n\r\n',
    '5;a=b\r\nhello\r\n0\r\n\r\n',
    '5\nhello\n0\n\n',
    '5 \r\nhello\r\n0\r\n\r\n',
    '0x5\r\nhello\r\n0\r\n\r\n',
  ],
  ...[
    '0\r\nX-A: 1\r\n\r\n',
    '5;\n\r\nhello\r\n0\r\n\r\n',
    'fffffffffffffffff\r\nx',
    '5\r\nhelloXX0\r\n\r\n',
    '0\r\n\rX',
  ],
];

function randomRequest(random: Random): string {
  const body = randomBody(random);
  const isChunked = oneIn(random, 12);
  const lines = [`${mostly(random, METHODS, 10)} ${mostly(random, PATHS, 4)} ${mostly(random, VERSIONS, 12)}`];
  if (!oneIn(random, 30)) lines.push(mostly(random, HOSTS, 15));
  while (oneIn(random, 3)) lines.push(pick(random, MORE));
  if (isChunked) lines.push(`Transfer-Encoding: ${mostly(random, CODINGS, 3)}`);
  if (!isChunked || oneIn(random, 4)) {
    if (!oneIn(random, 20))
      lines.push(`Content-Length: ${mostly(random, LENGTHS, 6).replaceAll('N', String(body.length))}`);
  }
  while (oneIn(random, 4)) lines.push(pick(random, MORE));
  const head = lines.map((line) => line + mostly(random, LINE_ENDS, 40)).join('');
  return `${oneIn(random, 20) ? pick(random, ['\r\n', '\n', '\r', ' ']) : ''}${head}${mostly(random, LINE_ENDS, 30)}${isChunked ? pick(random, CHUNKS) : body}`;
}

/** Often what would be a request of its own for whoever sees the end of the one before elsewhere. */
function randomBody(random: Random): string {
  switch (below(random, 4)) {
    case 0:
      return '';
    case 1:
      return 'x'.repeat(below(random, 40_000));
    case 2:
      return 'POST /inner HTTP/1.1\r\nHost: b\r\nContent-Length: 0\r\n\r\n';
    default:
      return Buffer.from(random.bytes(below(random, 50))).toString('latin1');
  }
}

function randomBytes(random: Random): Uint8Array {
  const requests = Array.from({ length: 1 + below(random, 4) }, () => randomRequest(random));
  let bytes = Buffer.from(requests.join(''), 'latin1');
  while (oneIn(random, 3)) {
    const at = below(random, bytes.length);
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
    const strange = oneIn(random, 2) ? Buffer.from(pick(random, LINE_ENDS)) : Buffer.of(below(random, 256));
    bytes = Buffer.concat([head, strange, oneIn(random, 2) ? tail : tail.subarray(1 + below(random, 4))]);
  }
  // A head that has no end is for the lane to wait for, however wrong it is.
  return Buffer.concat([bytes, Buffer.from('\r\n\r\n')]);
}

function inPieces(random: Random, bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const sizeMax = oneIn(random, 2) ? bytes.length : Math.max(1, Math.ceil(bytes.length / 8));
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + below(random, sizeMax));
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

interface Place {
  readonly reader: Reader;
  readonly port: number;
}

const servers: net.Server[] = [];
const sockets = new Set<net.Socket>();

async function serve(reader: Reader): Promise<Place> {
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    reader.accept(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { reader, port: (server.address() as net.AddressInfo).port };
}

afterAll(() => {
  draining.abort();
  for (const server of servers) server.close();
  for (const socket of sockets) socket.destroy();
});

/** Throws where the lane's reading is not node:http's. Returns how many requests they saw. */
async function compare(
  { lane, node, parser }: Readers,
  pieces: readonly Uint8Array[],
  quietTurns: number,
): Promise<number> {
  const ours = await outcomeOf(lane, pieces, quietTurns);
  const theirs = await outcomeOf(node, pieces, quietTurns);
  const parsed = await outcomeOf(parser, pieces, quietTurns);
  const sent = Buffer.concat(pieces)
    .toString('latin1')
    .replace(/(x|y){9,}/g, '$1...');
  // Where a refusal drops what was read before it and not answered yet, only the parser has seen all of it.
  const { requests } = isDeepStrictEqual(ours.requests, theirs.requests) ? theirs : parsed;
  expect({ ...ours, sent }).toEqual({ ...theirs, requests, sent });
  expect(theirs.closed ? ours.requests.slice(0, theirs.requests.length) : ours.requests).toEqual(theirs.requests);
  return requests.length;
}

interface Readers {
  readonly lane: Place;
  readonly node: Place;
  readonly parser: Place;
}

test('the plain lane understands what node:http understands, and nothing else', {
  timeout: 60_000 + CASES * 200,
}, async () => {
  const readers = {
    lane: await serve(readerOf(true)),
    node: await serve(readerOf(false)),
    parser: await serve(parserReader()),
  };
  let understood = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
    const random = seededRandom(seed);
    const pieces = inPieces(random, randomBytes(random));
    const again = () => compare(readers, pieces, QUIET_TURNS[1]!);
    understood += await compare(readers, pieces, QUIET_TURNS[0]!)
      .catch(again)
      .catch((error: unknown) => {
        throw new Error(`SLUICE_LANE_SEED=${seed} SLUICE_LANE_CASES=1`, { cause: error });
      });
  }
  while (sockets.size > 0) await turns(1);
  expect(room.map(({ held, holders }) => [held, holders.size])).toEqual(room.map(() => [0, 0]));
  expect(understood, 'requests that were understood').toBeGreaterThan(CASES / 4);
});
