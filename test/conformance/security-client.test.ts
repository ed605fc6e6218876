/** A hostile server, spoken to by the client: answers without an end, lengths that lie, other places, giant headers. */
import { once } from 'node:events';
import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Client, LOCAL_CREDENTIALS, systemClock, systemRandom, UnreachableError } from '../../src/index.ts';

const MIB = 1_048_576;
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A client of a server that answers each request so. */
async function clientOf(answer: (socket: net.Socket) => void): Promise<Client> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('data', () => answer(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new Client({
    ...{ endpoint: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`, region: 'us-east-1' },
    ...{ credentials: LOCAL_CREDENTIALS, clock: systemClock, random: systemRandom, timeoutMs: 5_000, attemptsMax: 1 },
  });
  open.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
    void client.close();
  });
  return client;
}

const ask = (client: Client) => client.send('ListStreams', Buffer.from('{}'), { attemptsMax: 1 });
const failure = async (client: Client) => ask(client).then(String, (error: unknown) => error);

/** Writes for as long as the other side takes it. */
function pour(socket: net.Socket, piece: Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', more);
  more();
}

test.each(['Transfer-Encoding: chunked', 'Content-Length: 99999999999'])(
  'an answer without an end is given up (%s)',
  async (header) => {
    const piece = header.startsWith('T') ? `100000\r\n${' '.repeat(MIB)}\r\n` : ' '.repeat(MIB);
    const client = await clientOf((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n`);
      pour(socket, Buffer.from(piece));
    });
    expect(await failure(client)).toMatchObject({ code: 'EMSGSIZE' });
  },
);

test('headers without an end are given up', async () => {
  const client = await clientOf((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    pour(socket, Buffer.from(`x-a: ${'a'.repeat(1_000)}\r\n`));
  });
  expect(await failure(client)).toBeInstanceOf(UnreachableError);
});

test.each([
  ['fewer bytes than it says', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
  [
    'a length and chunks',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
  ],
  ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['nothing', ''],
])('an answer with %s is none', async (_, bytes) => {
  const client = await clientOf((socket) => void socket.end(bytes));
  expect(await failure(client)).toBeInstanceOf(UnreachableError);
});

test.each([301, 302, 303, 307, 308])(
  'a redirect (%i) is not followed: what was signed goes nowhere else',
  async (status) => {
    let visits = 0;
    const elsewhere = net.createServer((socket) => {
      visits++;
      socket.destroy();
    });
    elsewhere.listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    open.push(() => elsewhere.close());
    const { port } = elsewhere.address() as net.AddressInfo;
    const client = await clientOf((socket) => {
      socket.end(`HTTP/1.1 ${status} Moved\r\nLocation: http://127.0.0.1:${port}/\r\nContent-Length: 0\r\n\r\n`);
    });
    expect(await failure(client)).toMatchObject({ code: `Http${status}` });
    expect(visits).toBe(0);
  },
);

test('an answer nested a million deep is no answer, and no crash', async () => {
  const body = '['.repeat(MIB);
  const client = await clientOf((socket) => {
    socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  });
  const { listStreams } = await import('../../src/operations/kinesis/list-streams.ts');
  await expect(client.call(listStreams, {}, { attemptsMax: 1 })).rejects.toMatchObject({ code: 'UnreadableAnswer' });
});
