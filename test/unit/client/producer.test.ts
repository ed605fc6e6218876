/** The producer against a server that answers as the test says: batches, backpressure, retries of single records. */
import { afterEach, describe, expect, test } from 'vitest';
import { Producer, type ProducerOptions, RecordRefusedError } from '../../../src/client/producer.ts';
import type { BatchResult } from '../../../src/client/producer-batch.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { type Answer, answering, closeServers, hastyClock, placed, textOf } from './put-server.ts';

afterEach(closeServers);

const data = (text: string) => new TextEncoder().encode(text);

/** Copied, because the request is filled again. */
const columns = (result: BatchResult) => ({
  numbers: result.records.map((_, i) => result.placeOf(i)?.sequenceNumber),
  errors: result.records.map((_, i) => result.errorOf(i)),
  retried: result.retried,
});

async function producer(answer: Answer, options: Partial<ProducerOptions> = {}) {
  const { client, calls, atOnceMax } = await answering(answer);
  const results: ReturnType<typeof columns>[] = [];
  const made = new Producer({
    client,
    clock: hastyClock,
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
  return { made, calls, results, atOnceMax };
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

describe('one record of a key in a request', () => {
  const throttled = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'slow down' };

  test('a key keeps its order although records fail and are sent again', async () => {
    const { made, calls } = await producer(
      (entries, call) => placed(entries).map((result, i) => ((call + i) % 3 === 0 ? throttled : result)),
      { ordered: true, keyOncePerRequest: true, attemptsMax: 100, requestRecordsMax: 500 },
    );
    const written: string[] = [];
    const texts = Array.from({ length: 60 }, (_, i) => `${i % 4}:${i}`);
    for (const text of texts) await made.put({ partitionKey: text[0]!, data: data(text) });
    await made.flush();
    for (const [at, call] of calls.entries()) {
      expect(new Set(call.map((text) => text[0])).size).toBe(call.length);
      written.push(...call.filter((_, i) => (at + 1 + i) % 3 !== 0));
    }
    for (const key of '0123') {
      expect(written.filter((text) => text[0] === key)).toEqual(texts.filter((text) => text[0] === key));
    }
  });

  test('a single key does not wait for others between its records', async () => {
    const { made, calls } = await producer(placed, { ordered: true, keyOncePerRequest: true });
    for (const text of ['a', 'b', 'c']) await made.put({ partitionKey: 'k', data: data(text) });
    await made.flush();
    expect(calls).toEqual([['a'], ['b'], ['c']]);
  });

  test('the first record that is given up stops all, and what is left can be saved', async () => {
    const { made, calls } = await producer(
      (entries) => entries.map((entry) => (textOf(entry) === 'b' ? throttled : placed([entry])[0]!)),
      { ordered: true, keyOncePerRequest: true, failsAtFirst: true },
    );
    for (const text of ['a', 'b', 'c']) void made.put({ partitionKey: 'k', data: data(text) });
    await expect(made.flush()).rejects.toBeInstanceOf(RecordRefusedError);
    expect(calls).toEqual([['a'], ['b'], ['b'], ['b']]);
    expect(made.unsent().map((record) => Buffer.from(record.data).toString())).toEqual(['c']);
  });
});

describe('patience', () => {
  /** Time goes by only in waits. */
  const patientClock = () => {
    let now = 0;
    const sleep = (ms: number) => {
      if (ms === 1e9) return new Promise<void>(() => undefined);
      now += Math.max(1, ms);
      return Promise.resolve();
    };
    return { ...systemClock, sleep, monotonic: () => now };
  };

  test('a server that is away is asked again until it is back', async () => {
    const { made, calls } = await producer((entries, call) => (call < 12 ? 'hang up' : placed(entries)), {
      clock: patientClock(),
      attemptsMax: Number.POSITIVE_INFINITY,
      patienceMs: 60_000,
      delayMsMax: 2_000,
    });
    await made.put({ partitionKey: 'k', data: data('a') });
    await made.flush();
    expect(calls).toHaveLength(12);
  });

  test('one that stays away is given up when patience ends; what was written before is not counted as unsent', async () => {
    const clock = patientClock();
    const broken: unknown[] = [];
    const slow = { ErrorCode: 'InternalFailure', ErrorMessage: '' };
    const { made, calls } = await producer((entries, call) => (call === 1 ? [placed(entries)[0]!, slow] : 'hang up'), {
      clock,
      attemptsMax: Number.POSITIVE_INFINITY,
      patienceMs: 60_000,
      delayMsMax: 2_000,
      onBroken: (result) => broken.push(columns(result)),
    });
    for (const text of ['a', 'b']) await made.put({ partitionKey: 'k', data: data(text) });
    await expect(made.flush()).rejects.toMatchObject({ name: 'UnreachableError' });
    expect(clock.monotonic()).toBeGreaterThanOrEqual(60_000);
    expect(clock.monotonic()).toBeLessThan(63_000);
    expect(calls.slice(0, 2)).toEqual([['a', 'b'], ['b']]);
    expect(broken).toMatchObject([{ numbers: ['11', undefined] }]);
    expect(made.unsent().map((record) => Buffer.from(record.data).toString())).toEqual(['b']);
  });
});
