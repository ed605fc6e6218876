/** The consumer reads a real server whole: across splits and merges, in order per key, from any position. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../../src/client/client.ts';
import { ClientError } from '../../../src/client/client-error.ts';
import { Consumer, type ConsumerOptions } from '../../../src/client/consumer.ts';
import type { ShardBatch } from '../../../src/client/shard-reader.ts';
import { createStream } from '../../../src/operations/kinesis/create-stream.ts';
import { putRecords } from '../../../src/operations/kinesis/put-records.ts';
import { mergeShards, splitShard } from '../../../src/operations/kinesis/resharding.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import type { Daemon } from '../../../src/server/daemon.ts';
import { startWithClient } from './daemon-and-client.ts';

let daemon: Daemon;
let client: Client;
beforeAll(async () => {
  ({ daemon, client } = await startWithClient());
});
afterAll(async () => {
  await client.close();
  await daemon.close();
});

const id = (index: number) => `shardId-${String(index).padStart(12, '0')}`;
const keys = ['a', 'b', 'e', 'f', 'test', 'ü'];
let next = 0;

/** Writes `count` numbered records, key after key. */
async function put(stream: string, count: number): Promise<void> {
  const Records = Array.from({ length: count }, () => {
    const n = next++;
    return { PartitionKey: keys[n % keys.length]!, Data: new TextEncoder().encode(String(n)) };
  });
  await client.call(putRecords, { StreamName: stream, Records });
}

const split = (StreamName: string, shard: number, at: bigint) =>
  client.call(splitShard, { StreamName, ShardToSplit: id(shard), NewStartingHashKey: String(at) });

/** Two shards; 1 splits into 2 and 3, then 0 and 2 merge into 4; records between all of it. */
async function history(stream: string): Promise<void> {
  await client.call(createStream, { StreamName: stream, ShardCount: 2 });
  await put(stream, 30);
  await split(stream, 1, 3n * 2n ** 126n);
  await put(stream, 30);
  await client.call(mergeShards, { StreamName: stream, ShardToMerge: id(0), AdjacentShardToMerge: id(2) });
  await put(stream, 30);
}

const consumer = (stream: string, options: Partial<ConsumerOptions> = {}) =>
  new Consumer({
    client,
    clock: systemClock,
    stream: { StreamName: stream },
    from: { at: 'horizon' },
    follow: false,
    ...options,
  });

async function collect(reader: Consumer): Promise<ShardBatch[]> {
  const batches: ShardBatch[] = [];
  for await (const batch of reader.batches()) batches.push(batch);
  return batches;
}

const numbers = (batches: readonly ShardBatch[], key?: string) =>
  batches
    .flatMap((batch) => batch.records)
    .filter((record) => key === undefined || record.partitionKey === key)
    .map((record) => Number(new TextDecoder().decode(record.data)));

describe.each(['arrival', 'time'] as const)('a whole stream with splits and merges, by %s', (order) => {
  test('every record once, in order within each key', async () => {
    const stream = `whole-${order}`;
    const first = next;
    await history(stream);
    const batches = await collect(consumer(stream, { order }));
    const all = Array.from({ length: 90 }, (_, i) => first + i);
    expect(numbers(batches).sort((a, b) => a - b)).toEqual(all);
    for (const key of keys) {
      const came = numbers(batches, key);
      expect(came).toEqual([...came].sort((a, b) => a - b));
    }
    expect(new Set(batches.map((batch) => batch.shardId))).toEqual(new Set([0, 1, 2, 3, 4].map(id)));
  });
});

test.each(['arrival', 'time'] as const)('the end of a shard is told behind its last record, by %s', async (order) => {
  const stream = `ends-${order}`;
  await history(stream);
  const started: string[] = [];
  const batches = await collect(consumer(stream, { order, onShardStart: (shard) => started.push(shard) }));
  const ends = batches.filter((batch) => batch.followedBy !== undefined);
  expect(ends.map((end) => end.shardId).sort()).toEqual([0, 1, 2].map(id));
  expect(ends.flatMap((end) => end.followedBy).sort()).toEqual([2, 3, 4].map(id));
  for (const end of ends) {
    const later = batches.slice(batches.indexOf(end) + 1).map((batch) => batch.shardId);
    expect(later).not.toContain(end.shardId);
  }
  expect(started.sort()).toEqual([0, 1, 2, 3, 4].map(id));
});

test('by time, arrival never goes back over all shards', async () => {
  await history('by-time');
  const batches = await collect(consumer('by-time', { order: 'time' }));
  const arrivals = batches.flatMap((batch) => batch.records.map((record) => record.arrivalMs));
  expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
});

test('from a sequence number: its shard from there on, and what descends from it', async () => {
  await history('by-number');
  const whole = await collect(consumer('by-number'));
  const parent = whole.filter((batch) => batch.shardId === id(1)).flatMap((batch) => batch.records);
  const from = { at: 'afterNumber', sequenceNumber: parent[3]!.sequenceNumber } as const;
  const batches = await collect(consumer('by-number', { from }));
  expect(batches[0]!.records[0]!.sequenceNumber).toBe(parent[4]!.sequenceNumber);
  expect(new Set(batches.map((batch) => batch.shardId))).toEqual(new Set([1, 2, 3, 4].map(id)));
  const foreign = { at: 'number', sequenceNumber: '49590338271490256608559692538361571095921575989136588898' } as const;
  await expect(collect(consumer('by-number', { from: foreign }))).rejects.toMatchObject({
    code: 'SLUICE_NO_SUCH_SHARD',
  });
});

test('from a position in single shards: parents, children and shards without one go on where they should', async () => {
  await history('resumed');
  const whole = await collect(consumer('resumed', { order: 'time' }));
  const taken = whole.flatMap(({ shardId, records }) => records.map((record) => ({ shardId, record }))).slice(0, 47);
  const positions = new Map(
    taken.map(({ shardId, record }) => {
      return [shardId, { at: 'afterNumber', sequenceNumber: record.sequenceNumber } as const];
    }),
  );
  expect(positions.size).toBeGreaterThanOrEqual(3);
  const rest = await collect(consumer('resumed', { positions }));
  const text = (record: { data: Uint8Array }) => Number(new TextDecoder().decode(record.data));
  const both = [...taken.map(({ record }) => text(record)), ...numbers(rest)];
  expect(both.sort((a, b) => a - b)).toEqual(numbers(whole).sort((a, b) => a - b));
});

test('from a time, and until one', async () => {
  await history('between');
  const whole = (await collect(consumer('between'))).flatMap((batch) => batch.records);
  const times = whole.map((record) => record.arrivalMs).sort((a, b) => a - b);
  const [ms, untilMs] = [times[30]!, times.at(-1)!];
  const came = (await collect(consumer('between', { from: { at: 'time', ms }, untilMs }))).flatMap(
    (batch) => batch.records,
  );
  expect(came.length).toBe(times.filter((time) => time >= ms && time < untilMs).length);
});

test('latest and following: what is put afterwards comes, through a split; leaving the loop ends reading', async () => {
  await client.call(createStream, { StreamName: 'live', ShardCount: 2 });
  await put('live', 12);
  const first = next;
  const came: ShardBatch[] = [];
  const ended: string[] = [];
  const reader = consumer('live', {
    from: { at: 'latest' },
    follow: true,
    onShardEnd: (shard, then) => ended.push(shard, ...then),
    clock: { ...systemClock, sleep: restAndWrite },
  });
  let rests = 0;
  // Both readers rest at the tip by then.
  async function restAndWrite(ms: number, signal?: AbortSignal): Promise<void> {
    if (++rests === 6) {
      await put('live', 12);
      await split('live', 0, 2n ** 126n);
      await put('live', 12);
    }
    await systemClock.sleep(Math.min(ms, 20), signal);
  }
  for await (const batch of reader.batches()) {
    came.push(batch);
    if (numbers(came).length === 24) break;
  }
  expect(numbers(came).sort((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, i) => first + i));
  expect(ended).toEqual([id(0), id(2), id(3)]);
});

test('an iterator that expires is replaced behind the last record read', async () => {
  await client.call(createStream, { StreamName: 'slow', ShardCount: 1 });
  await put('slow', 6);
  const came: ShardBatch[] = [];
  for await (const batch of consumer('slow', { follow: true }).batches()) {
    came.push(batch);
    if (numbers(came).length === 12) break;
    await put('slow', 6);
    const moved = await fetch(`${daemon.url}/_sluice/clock`, {
      method: 'POST',
      body: JSON.stringify({ advanceMs: 300_001 }),
    });
    expect(moved.status).toBe(200);
  }
  expect(numbers(came)).toEqual(Array.from({ length: 12 }, (_, i) => next - 12 + i));
});

test('throttles, expired iterators and failures of the server are outlived, and told', async () => {
  await client.call(createStream, { StreamName: 'failing', ShardCount: 1 });
  await put('failing', 12);
  let failures = ['GetShardIterator', 'GetRecords', 'GetRecords'];
  const flaky = Object.assign(Object.create(client), {
    call: async (...args: Parameters<Client['call']>) => fail(args[0].name) ?? client.call(...args),
    send: async (...args: Parameters<Client['send']>) => fail(args[0]) ?? client.send(...args),
  }) as Client;
  function fail(operation: string): undefined {
    if (failures[0] !== operation) return undefined;
    failures = failures.slice(1);
    throw new ClientError(failures.length === 1 ? 'InternalFailure' : 'ProvisionedThroughputExceededException', '', {
      status: failures.length === 1 ? 500 : 400,
    });
  }
  const troubles: string[] = [];
  const options = {
    client: flaky,
    follow: true,
    clock: { ...systemClock, sleep: async () => undefined },
    onTrouble: (error: Error) => troubles.push((error as ClientError).code),
  };
  for await (const batch of consumer('failing', options).batches()) {
    expect(batch.records).toHaveLength(12);
    break;
  }
  expect(troubles).toEqual([
    'ProvisionedThroughputExceededException',
    'InternalFailure',
    'ProvisionedThroughputExceededException',
  ]);
});

test('a signal ends reading with its reason', async () => {
  await client.call(createStream, { StreamName: 'stopped', ShardCount: 1 });
  const stop = new AbortController();
  const reading = collect(consumer('stopped', { follow: true, signal: stop.signal }));
  stop.abort(new Error('enough'));
  await expect(reading).rejects.toThrow('enough');
});

test('a stream that is not there is told', async () => {
  await expect(collect(consumer('nowhere'))).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
});

test('many shards are no leak to warn of', async () => {
  await client.call(createStream, { StreamName: 'wide', ShardCount: 20 });
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  await collect(consumer('wide'));
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});
