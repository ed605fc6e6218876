/** Clients that do not behave: each keeps at it, on new connections where it is cut off, until it is told to stop. */
import http2 from 'node:http2';
import net from 'node:net';
import { call, connection, headersOf, must, rest } from './calls.mjs';

const ATTACKED = 'attacked';
const LARGE_BODY = 10_485_760;

function head(operation, length) {
  const lines = Object.entries({ ...headersOf(operation), host: 'localhost', ...length }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return `POST / HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** A stream with something in it that fills the answers. */
export async function prepare(url) {
  await must(url, 'CreateStream', { StreamName: ATTACKED, ShardCount: 1 });
  const Records = Array.from({ length: 9 }, (_, i) => ({ Data: btoa('x'.repeat(1_000_000)), PartitionKey: `${i}` }));
  for (let i = 0; i < 3; i++) await must(url, 'PutRecords', { StreamName: ATTACKED, Records });
  const { StreamDescriptionSummary } = await must(url, 'DescribeStreamSummary', { StreamName: ATTACKED });
  const arn = StreamDescriptionSummary.StreamARN;
  const { Consumer } = await must(url, 'RegisterStreamConsumer', { StreamARN: arn, ConsumerName: 'slow' });
  return Consumer.ConsumerARN;
}

/** Begins all of it; what is returned ends it. */
export function attack(url, consumerArn) {
  const state = { url, port: Number(new URL(url).port), isOver: false, sockets: new Set(), begun: 0, consumerArn };
  const kinds = [
    ...repeat(100, () => silent(state)),
    ...repeat(100, () => dripping(state, head('ListStreams', {}).slice(0, -2), 'x: y\r\n')),
    ...repeat(100, () => dripping(state, head('PutRecords', { 'content-length': LARGE_BODY }), ' ')),
    ...repeat(20, () => halfClosed(state)),
    ...repeat(20, () => slowReader(state)),
    slowSubscriber(state),
    repeated(state, 1_000, () => endless(state)),
    repeated(state, 1_000, () => call(url, 'ListStreams', '['.repeat(4_000_000), undefined)),
    repeated(state, 1_000, () => call(url, 'PutRecords', `${'{"Records":'.repeat(100_000)}1`, undefined)),
    repeated(state, 1_000, () => call(url, 'PutRecords', ' '.repeat(16_000_000), undefined)),
  ];
  return {
    begun: () => state.begun,
    async stop() {
      state.isOver = true;
      for (const socket of state.sockets) socket.destroy();
      await Promise.all(kinds);
    },
  };
}

function repeat(count, start) {
  return Array.from({ length: count }, start);
}

/** A connection under way; resolves when it has ended, whoever ended it. */
function connected(state, use) {
  if (state.isOver) return Promise.resolve();
  return new Promise((resolve) => {
    const socket = net.connect({ port: state.port, host: '127.0.0.1', allowHalfOpen: true });
    state.sockets.add(socket);
    state.begun += 1;
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      state.sockets.delete(socket);
      resolve();
    });
    socket.on('connect', () => use(socket));
  });
}

async function repeated(state, restMs, once) {
  while (!state.isOver) {
    await once().catch(() => undefined);
    await rest(restMs);
  }
}

const silent = (state) => repeated(state, 1_000, () => connected(state, () => undefined));

/** Sends the beginning, and then `drop` once a second. */
const dripping = (state, beginning, drop) =>
  repeated(state, 1_000, () =>
    connected(state, (socket) => {
      socket.write(beginning);
      const drips = setInterval(() => socket.write(drop), 1_000);
      socket.on('close', () => clearInterval(drips));
      socket.resume();
    }),
  );

/** Says it has no more to send in the middle of a body, and keeps listening. */
const halfClosed = (state) =>
  repeated(state, 1_000, () =>
    connected(state, (socket) => {
      socket.end(`${head('PutRecords', { 'content-length': LARGE_BODY })}{`);
      socket.resume();
    }),
  );

/** Asks for 10 MiB and takes a little of it each second. */
const slowReader = (state) =>
  repeated(state, 1_000, async () => {
    const agent = connection();
    const from = { StreamName: ATTACKED, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator } = await must(state.url, 'GetShardIterator', from, agent);
    agent.destroy();
    const body = JSON.stringify({ ShardIterator });
    await connected(state, (socket) => {
      socket.write(head('GetRecords', { 'content-length': body.length }) + body);
      socket.pause();
      const sips = setInterval(() => socket.read(1_024), 1_000);
      socket.on('close', () => clearInterval(sips));
    });
  });

/** Subscribes, and never takes an event. */
const slowSubscriber = (state) =>
  repeated(state, 6_000, () => {
    const session = http2.connect(state.url, { settings: { initialWindowSize: 0 } });
    session.on('error', () => undefined);
    session.on('connect', (_, socket) => {
      state.sockets.add(socket);
      if (state.isOver) session.destroy();
    });
    const input = {
      ConsumerARN: state.consumerArn,
      ShardId: 'shardId-000000000000',
      StartingPosition: { Type: 'TRIM_HORIZON' },
    };
    const stream = session.request({ ':method': 'POST', ':path': '/', ...headersOf('SubscribeToShard') });
    stream.on('error', () => undefined);
    stream.end(JSON.stringify(input));
    return new Promise((resolve) => session.on('close', resolve));
  });

/** A body in chunks that never ends by itself. */
const endless = (state) =>
  connected(state, (socket) => {
    const chunk = `100000\r\n${' '.repeat(1_048_576)}\r\n`;
    socket.write(head('PutRecords', { 'transfer-encoding': 'chunked' }));
    const more = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', more);
    socket.resume();
    more();
  });
