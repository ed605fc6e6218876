/** Answers that go on: what is written, when no more is, and how often an event is encoded. AWS's codec reads them. */
import { Writable } from 'node:stream';
import { cbor } from '@smithy/core/cbor';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { expect, test } from 'vitest';
import { Fault } from '../../../src/model/fault.ts';
import { eventReply } from '../../../src/server/event-reply.ts';
import type { EventSource, Wire } from '../../../src/server/route.ts';

const utf8 = new TextDecoder();
const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : utf8.decode(bytes)),
  (text) => new TextEncoder().encode(text),
);

interface Numbered {
  readonly n: number;
}

/** Gives `events`, then throws `fault` if there is one; counts what was asked of it. */
function sourceOf(events: readonly Numbered[], fault?: unknown): EventSource & { taken: number; encoded: number } {
  const source = {
    taken: 0,
    encoded: 0,
    stopped: false,
    events: give(),
    stop: () => {
      source.stopped = true;
    },
    payload: ({ n }: Numbered, wire: Wire) => {
      source.encoded += 1;
      return Buffer.from(`${wire} ${n}`);
    },
  };
  async function* give() {
    for (const event of events) {
      if (source.stopped) return;
      source.taken += 1;
      yield event;
    }
    if (fault !== undefined) throw fault;
  }
  return source;
}

/** A client that takes one message when it is told to. */
class Client extends Writable {
  readonly taken: Uint8Array[] = [];
  readonly #waiting: (() => void)[] = [];
  #isOpen = false;

  override _write(chunk: Uint8Array, _: string, done: () => void): void {
    this.taken.push(chunk);
    if (this.#isOpen) done();
    else this.#waiting.push(done);
  }

  open(): void {
    this.#isOpen = true;
    this.take();
  }

  take(): void {
    this.#waiting.shift()?.();
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const faultOf = (error: unknown) => (error instanceof Fault ? error : new Fault('InternalFailure'));
const events = Array.from({ length: 10 }, (_, n) => ({ n }));

function pushTo(client: Writable, source: EventSource, { wire = 'json' as Wire, signal = neverFires() } = {}) {
  return eventReply(source, { eventName: 'Numbered', wire, faultOf }).push!(client, signal);
}

const neverFires = () => new AbortController().signal;
const headersOf = (message: Uint8Array) =>
  Object.fromEntries(Object.entries(codec.decode(message).headers).map(([name, { value }]) => [name, value]));
const payloadOf = (message: Uint8Array) => codec.decode(message).body;

function openClient(): Client {
  const client = new Client();
  client.open();
  return client;
}

test('the answer begins with its initial response, whose headers are all texts', () => {
  const reply = eventReply(sourceOf([]), { eventName: 'Numbered', wire: 'json', faultOf });
  expect([reply.status, reply.contentType]).toEqual([200, 'application/vnd.amazon.eventstream']);
  const { headers, body } = codec.decode(reply.body);
  expect(headers).toEqual({
    ':message-type': { type: 'string', value: 'event' },
    ':event-type': { type: 'string', value: 'initial-response' },
    ':content-type': { type: 'string', value: 'application/json' },
  });
  expect(utf8.decode(body)).toBe('{}');
});

test('each event is a message, in order', async () => {
  const client = openClient();
  await pushTo(client, sourceOf(events));
  expect(client.taken.map((message) => utf8.decode(payloadOf(message)))).toEqual(events.map(({ n }) => `json ${n}`));
  expect(headersOf(client.taken[0]!)).toEqual({
    ':message-type': 'event',
    ':event-type': 'Numbered',
    ':content-type': 'application/json',
  });
});

test('no more than two messages wait for a client, and events are asked for only when one may be written', async () => {
  const client = new Client();
  const source = sourceOf(events);
  const pushing = pushTo(client, source);
  await settle();
  expect(source.taken).toBe(2);
  client.take();
  await settle();
  expect(source.taken).toBe(3);
  client.open();
  await pushing;
  expect(client.taken).toHaveLength(10);
});

test('a client that closes ends the push', async () => {
  const client = new Client();
  const source = sourceOf(events);
  const pushing = pushTo(client, source);
  await settle();
  source.stop();
  client.destroy();
  await pushing;
  expect(source.taken).toBe(2);
});

test('an event is encoded once a coding, however many get it', async () => {
  const shared = events.map(({ n }) => ({ n: n + 100 }));
  const sources = [sourceOf(shared), sourceOf(shared), sourceOf(shared)];
  const clients = sources.map(openClient);
  for (const [i, source] of sources.entries()) await pushTo(clients[i]!, source);
  expect(sources.map((source) => source.encoded)).toEqual([10, 0, 0]);
  expect(clients[2]!.taken[5]).toBe(clients[0]!.taken[5]);
  const other = sourceOf(shared);
  await pushTo(openClient(), other, { wire: 'cbor' });
  expect(other.encoded).toBe(10);
});

test('a fault is the last message', async () => {
  const client = openClient();
  await pushTo(client, sourceOf([{ n: 1 }], new Fault('ResourceInUseException', 'Taken over.')));
  expect(client.taken).toHaveLength(2);
  expect(headersOf(client.taken[1]!)).toEqual({
    ':message-type': 'exception',
    ':exception-type': 'ResourceInUseException',
    ':content-type': 'application/json',
  });
  expect(JSON.parse(utf8.decode(payloadOf(client.taken[1]!)))).toEqual({ message: 'Taken over.' });
});

test('a failure of ours has the name that the API model knows in event streams', async () => {
  const client = openClient();
  await pushTo(client, sourceOf([], new Error('a bug')));
  expect(headersOf(client.taken[0]!)[':exception-type']).toBe('InternalFailureException');
});

test.each([
  ['cbor', 'application/x-amz-cbor-1.1'],
  ['rpc', 'application/cbor'],
] as const)('who asks in %s is answered in it', async (wire, type) => {
  const reply = eventReply(sourceOf([]), { eventName: 'Numbered', wire, faultOf });
  expect(headersOf(reply.body)[':content-type']).toBe(type);
  expect(cbor.deserialize(payloadOf(reply.body))).toEqual({});
  const client = openClient();
  await pushTo(client, sourceOf([], new Fault('ResourceNotFoundException', 'Gone.')), { wire });
  expect(cbor.deserialize(payloadOf(client.taken[0]!))).toEqual({ message: 'Gone.' });
});

test('asked to come to an end, it ends without a word', async () => {
  const ending = new AbortController();
  ending.abort();
  const client = openClient();
  await pushTo(client, sourceOf(events, new Fault('InternalFailure')), { signal: ending.signal });
  expect(client.taken).toEqual([]);
});
