/** The producer against a server that answers as the test says: batches, backpressure, retries of single records. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { Client } from '../../../src/client/client.ts';
import { LOCAL_CREDENTIALS } from '../../../src/client/credentials.ts';
import { Producer, type ProducerOptions } from '../../../src/client/producer.ts';
import type { BatchResult } from '../../../src/client/producer-batch.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { seededRandom } from '../../../src/runtime/random.ts';

interface Entry {
  readonly Data: string;
  readonly PartitionKey: string;
}
/** What the server says to one PutRecords: a result for each entry, or an error for all. */
type Answer = (entries: readonly Entry[], call: number) => object | { readonly error: string };

const running: { server: Server; client: Client }[] = [];
afterEach(async () => {
  for (const { server, client } of running.splice(0)) {
    await client.close();
    server.close();
  }
});

const data = (text: string) => new TextEncoder().encode(text);
const textOf = (entry: Entry) => Buffer.from(entry.Data, 'base64').toString();
const placed = (entries: readonly Entry[]) =>
  entries.map((entry) => ({ ShardId: 'shardId-000000000000', SequenceNumber: `1${entry.PartitionKey.length}` }));

/** Copied, because the request is filled again. */
const columns = (result: BatchResult) => ({
  numbers: result.records.map((_, i) => result.placeOf(i)?.sequenceNumber),
  errors: result.records.map((_, i) => result.errorOf(i)),
  retried: result.retried,
});

async function producer(answer: Answer, options: Partial<ProducerOptions> = {}) {
  const calls: string[][] = [];
  let atOnce = 0;
  let atOnceMax = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      atOnceMax = Math.max(atOnceMax, ++atOnce);
      const { Records } = JSON.parse(Buffer.concat(chunks).toString()) as { Records: Entry[] };
      calls.push(Records.map(textOf));
      const result = answer(Records, calls.length);
      setImmediate(() => {
        atOnce--;
        if ('error' in result) response.writeHead(400).end(JSON.stringify({ __type: result.error, message: 'no' }));
        else response.end(JSON.stringify({ Records: result }));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: LOCAL_CREDENTIALS,
    clock: systemClock,
    random: seededRandom(1),
    timeoutMs: 5_000,
    attemptsMax: 1,
  });
  running.push({ server, client });
  const results: { numbers: (string | undefined)[]; errors: unknown[]; retried: number }[] = [];
  const made = new Producer({
    client,
    // Waits between attempts end at once; a linger never ends, so that only a flush sends what fills no request.
    clock: { ...systemClock, sleep: (ms) => (ms === 1e9 ? new Promise(() => undefined) : Promise.resolve()) },
    random: seededRandom(2),
    stream: { StreamName: 's' },
    lingerMs: 1e9,
    requestRecordsMax: 3,
    concurrency: 4,
    attemptsMax: 3,
    ordered: false,
    onResult: (result) => results.push(columns(result)),
    ...options,
  });
  return { made, calls, results, atOnceMax: () => atOnceMax };
}

describe('batches', () => {
  test('full requests go by themselves, a flush sends the rest, results come in columns', async () => {
    const { made, calls, results } = await producer(placed);
    for (let i = 0; i < 7; i++) await made.put({ partitionKey: `k${i}`, data: data(String(i)) });
    await made.flush();
    expect(calls.flat().sort()).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(results.map(({ numbers }) => numbers).sort()).toEqual([['12'], ['12', '12', '12'], ['12', '12', '12']]);
    expect(made.held).toBe(0);
  });

  test('a linger sends what fills no request', async () => {
    const { made, calls } = await producer(placed, { lingerMs: 1 });
    let resolve: () => void = () => undefined;
    const promise = new Promise<void>((done) => {
      resolve = done;
    });
    const waiting = await producer(placed, { lingerMs: 1, onResult: () => resolve() });
    void waiting.made.put({ partitionKey: 'k', data: data('alone') });
    await promise;
    expect(waiting.calls).toEqual([['alone']]);
    expect([made.held, calls]).toEqual([0, []]);
  });

  test('a request is bounded in bytes, but takes one record of any size', async () => {
    const { made, calls } = await producer(placed, { requestRecordsMax: 500 });
    for (const bytes of [3_000_000, 2_000_000, 500_000, 9_000_000]) {
      await made.put({ partitionKey: 'k', data: new Uint8Array(bytes) });
    }
    await made.flush();
    expect(calls.map((texts) => texts.map(({ length }) => length)).sort()).toEqual([
      [3_000_000, 2_000_000],
      [500_000],
      [9_000_000],
    ]);
  });
});

describe('failures', () => {
  test('only the records that failed are sent again, in order', async () => {
    const failSecond = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'slow down' };
    const { made, calls, results } = await producer((entries, call) =>
      placed(entries).map((result, i) => (call === 1 && i > 0 ? failSecond : result)),
    );
    for (const text of ['a', 'b', 'c']) await made.put({ partitionKey: text, data: data(text) });
    await made.flush();
    expect(calls).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
    expect(results[0]!.errors).toEqual([undefined, undefined, undefined]);
    expect(results[0]!.retried).toBe(2);
  });

  test('a record that fails at every attempt is given up with the reason, the others are written', async () => {
    const { made, calls, results } = await producer((entries) =>
      entries.map((entry) => (textOf(entry) === 'b' ? { ErrorCode: 'InternalFailure' } : placed([entry])[0]!)),
    );
    for (const text of ['a', 'b']) await made.put({ partitionKey: text, data: data(text) });
    await made.flush();
    expect(calls).toEqual([['a', 'b'], ['b'], ['b']]);
    expect(results[0]!.errors[1]).toEqual({ code: 'InternalFailure', message: '' });
    expect(results[0]!.numbers).toEqual(['11', undefined]);
  });

  test('a request refused as a whole fails the producer and leaves its records to the caller', async () => {
    const { made } = await producer(() => ({ error: 'ResourceNotFoundException' }));
    void made.put({ partitionKey: 'k', data: data('a') });
    await expect(made.flush()).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    expect(made.unsent()).toHaveLength(1);
    expect(() => made.put({ partitionKey: 'k', data: data('b') })).toThrow();
  });
});

describe('order and bounds', () => {
  test('ordered: one request at a time, records in the order put', async () => {
    const { made, calls, atOnceMax } = await producer(placed, { ordered: true });
    const texts = Array.from({ length: 30 }, (_, i) => String(i));
    for (const text of texts) await made.put({ partitionKey: 'k', data: data(text) });
    await made.flush();
    expect(calls.flat()).toEqual(texts);
    expect(atOnceMax()).toBe(1);
  });

  test('who puts too fast waits until there is room', async () => {
    const { made } = await producer(placed, { requestRecordsMax: 500 });
    const bytes = new Uint8Array(1_000_000);
    const first = Array.from({ length: 34 }, () => made.put({ partitionKey: 'k', data: bytes }));
    expect(first.slice(0, 33)).toEqual(Array(33).fill(undefined));
    expect(first[33]).toBeInstanceOf(Promise);
    await Promise.all([first[33], made.flush()]);
  });
});
