/** What frames tell of a service that was used: each figure follows from what a producer or reader did. */
import { describe, expect, test } from 'vitest';
import { balancePoint } from '../../../src/model/balance.ts';
import { GET_RECORDS_MAX, HASH_KEY_MAX } from '../../../src/model/limits.ts';
import { openMemoryStore } from '../../../src/store/memory-store.ts';
import { subscribed } from '../service/subscriber.ts';
import { bytes, fromHorizon, putKeys, putRecords, scope } from '../service/world.ts';
import { type CountedWorld, openCounted } from './metrics-world.ts';

const OK = { state: 'ok' } as const;

async function withStream(shardCount: number, options: Parameters<typeof openCounted>[0] = {}): Promise<CountedWorld> {
  const world = await openCounted(options);
  await world.service.createStream(scope, { name: 's', shardCount });
  return world;
}

const kindsOf = (world: CountedWorld) => Object.values(world.frame().events).map(({ kind }) => kind);

describe('puts', () => {
  test('are counted where their records went, keys and data alike', async () => {
    const world = await withStream(3);
    // The keys a, b and e go to the shards 0, 1 and 2; each record is 1 byte of key and 1 of data.
    await putKeys(world, ['a', 'b', 'a']);
    expect(world.shard(0)).toMatchObject({ recordsIn: 2, bytesIn: 4 });
    expect(world.shard(1)).toMatchObject({ recordsIn: 1, bytesIn: 2 });
    expect(world.shard(2)).toMatchObject({ recordsIn: 0, bytesIn: 0 });
    expect(world.stream()).toMatchObject({ recordsIn: 3, bytesIn: 6, openShards: 3, closedShards: 0 });
    expect(world.frame().daemon.commits.count).toBe(1);
  });

  test('that came too soon are counted as throttled, and the spell is told when it begins and ends', async () => {
    const world = await withStream(1, { settings: { strictLimits: true } });
    const keys = Array.from({ length: 500 }, () => 'a');
    for (let i = 0; i < 3; i++) await putKeys(world, keys);
    expect(world.shard(0)).toMatchObject({ recordsIn: 1_000, throttledRecords: 500 });
    expect(world.stream().throttledRecords).toBe(500);
    world.metrics.look(OK);
    expect(kindsOf(world).at(-1)).toBe('throttlingBegan');
    await world.clock.advance(10_000);
    world.metrics.look(OK);
    world.metrics.look(OK);
    expect(Object.values(world.frame().events).at(-1)).toMatchObject({
      kind: 'throttlingEnded',
      stream: 's',
      shards: [0],
    });
    expect(kindsOf(world).filter((kind) => kind.startsWith('throttling'))).toHaveLength(2);
  });

  test('that the store did not take are no records in', async () => {
    const store = (clock: CountedWorld['clock']) => openMemoryStore({ clock });
    const world = await withStream(1, { store });
    await world.store.close();
    await expect(putKeys(world, ['a'])).rejects.toMatchObject({ code: 'InternalFailure' });
    expect(world.stream()).toMatchObject({ recordsIn: 0, throttledRecords: 0 });
  });
});

test('what a shard holds, and since when, is told', async () => {
  const world = await withStream(1);
  expect(world.shard(0)).toMatchObject({ storedBytes: 0, storedRecords: 0, hotReads: 0, coldReads: 0 });
  expect(world.shard(0)).not.toHaveProperty('firstMs');
  const firstMs = world.clock.now();
  await putKeys(world, ['a', 'b']);
  await world.clock.advance(5_000);
  await putKeys(world, ['c']);
  const lastMs = firstMs + 5_000;
  // Each record takes 7 bytes of header, 1 of key and 1 of data.
  expect(world.shard(0)).toMatchObject({ storedBytes: 27, storedRecords: 3, firstMs, lastMs });
});

describe('heat', () => {
  const at = (share: number) => (HASH_KEY_MAX * BigInt(Math.round(share * 1_000_000))) / 1_000_000n;
  const record = (share: number, size: number) => ({
    ...{ partitionKey: 'k', explicitHash: at(share), data: new Uint8Array(size - 1) },
  });

  test('lies where the hash keys do', async () => {
    const world = await withStream(1);
    await putRecords(world, [record(0, 100), record(0.51, 200), record(1, 400)]);
    const heat = world.shard(0).heat!;
    expect([heat[0], heat[32], heat[63]]).toEqual([100, 200, 400]);
    expect(heat.reduce((sum, load) => sum + load)).toBe(700);
  });

  test('is measured within each shard, and shows where to split it', async () => {
    const world = await withStream(2);
    await putRecords(world, [record(0.6, 300), record(0.9, 300)]);
    const { heat, start, end } = world.shard(1);
    expect(world.shard(0).heat).toBeUndefined();
    const point = balancePoint({ start: BigInt(start), end: BigInt(end) }, heat!)!;
    expect(point > at(0.6) && point < at(0.9)).toBe(true);
  });

  test('comes from a sample of large puts, which does not keep step with their records', async () => {
    const world = await withStream(1);
    const records = Array.from({ length: 500 }, (_, i) => record(i % 8 === 3 ? 1 : 0, 100));
    for (let put = 0; put < 200; put++) await putRecords(world, records);
    const heat = world.shard(0).heat!;
    const [low, high] = [heat[0]!, heat[63]!];
    const total = 200 * 500 * 100;
    expect(Math.abs((low + high) / total - 1)).toBeLessThan(0.01);
    expect(Math.abs(high / total - 1 / 8)).toBeLessThan(0.03);
    expect(world.shard(0)).toMatchObject({ recordsIn: 100_000, bytesIn: total });
  });

  test('of a put of 64 records is exact', async () => {
    const world = await withStream(1);
    await putRecords(
      world,
      Array.from({ length: 64 }, (_, i) => record(i / 63.5, 100 + i)),
    );
    expect(world.shard(0).heat).toEqual(Array.from({ length: 64 }, (_, i) => 100 + i));
  });

  test('halves in ten seconds and is gone in the end', async () => {
    const world = await withStream(1);
    await putRecords(world, [record(0, 1_000)]);
    await world.clock.advance(10_000);
    expect(world.shard(0).heat![0]).toBe(500);
    await world.clock.advance(600_000);
    expect(world.shard(0).heat).toBeUndefined();
    expect(world.shard(0).bytesIn).toBe(1_000);
  });

  test('tells the hottest keys with the shard that took them', async () => {
    const world = await withStream(3);
    await putRecords(world, [
      { partitionKey: 'b', data: bytes('x'.repeat(299)) },
      { partitionKey: 'a', data: bytes('x'.repeat(99)) },
      { partitionKey: 'b', data: bytes('x'.repeat(299)) },
    ]);
    expect(world.stream().keys).toEqual([
      { key: 'b', shard: 1, bytes: 600, errorBytes: 0 },
      { key: 'a', shard: 0, bytes: 100, errorBytes: 0 },
    ]);
  });
});

describe('reads', () => {
  const reader = { address: '127.0.0.1', agent: 'kcl/3' };

  test('are counted with their records, and how far behind they were', async () => {
    const world = await withStream(1);
    await putKeys(world, ['a', 'b']);
    await world.clock.advance(4_000);
    const iterator = await world.service.getShardIterator(scope, 's', fromHorizon('0'));
    const first = await world.service.getRecords(scope, { iterator, limit: 1, reader });
    await world.service.getRecords(scope, { iterator: first.nextIterator!, limit: GET_RECORDS_MAX, reader });
    // The first record read was 4 s old, and another stood behind it.
    expect(world.shard(0)).toMatchObject({ reads: 2, recordsOut: 2, bytesOut: 4, lagMs: 4_000 });
    expect(world.stream().readers).toEqual({
      1: { ...reader, reads: 2, recordsOut: 2, bytesOut: 4, lagMs: 4_000, lastReadMs: world.clock.now() },
    });
    await world.clock.advance(10_000);
    expect(world.shard(0).lagMs).toBeUndefined();
    await world.clock.advance(60_000);
    expect(world.stream().readers).toEqual({});
  });

  test('of readers without end are bounded', async () => {
    const world = await withStream(1);
    const iterator = await world.service.getShardIterator(scope, 's', fromHorizon('0'));
    for (let i = 0; i < 100; i++) {
      await world.service.getRecords(scope, { iterator, limit: 1, reader: { address: '::1', agent: `agent ${i}` } });
    }
    const readers = Object.values(world.stream().readers);
    expect(readers).toHaveLength(32);
    expect(readers.at(-1)!.agent).toBe('agent 99');
  });

  test('that came too soon are throttled reads', async () => {
    const world = await withStream(1, { settings: { strictLimits: true } });
    const iterator = await world.service.getShardIterator(scope, 's', fromHorizon('0'));
    for (let i = 0; i < 7; i++) {
      await world.service.getRecords(scope, { iterator, limit: 1 }).catch(() => undefined);
    }
    expect(world.shard(0)).toMatchObject({ reads: 5, throttledReads: 2 });
    expect(kindsOf(world).at(-1)).toBe('throttlingBegan');
  });

  test('by push count for their consumer, whose coming and going is told once', async () => {
    const world = await withStream(1);
    const leaving = new AbortController();
    await subscribed(world, { signal: leaving.signal });
    await putKeys(world, ['a', 'b']);
    await world.clock.settle();
    const [id, consumer] = Object.entries(world.stream().consumers)[0]!;
    expect(id).toMatch(/^c:\d{10}$/);
    expect(consumer).toMatchObject({
      name: 'c',
      status: 'ACTIVE',
      subscriptions: 1,
      recordsOut: 2,
      bytesOut: 4,
      lagMs: 0,
    });
    expect(world.frame().daemon.subscriptions).toBe(1);
    expect(world.shard(0)).toMatchObject({ reads: 0, recordsOut: 2 });
    leaving.abort();
    await world.clock.advance(60_000);
    world.metrics.look(OK);
    expect(Object.values(world.stream().consumers)[0]).toMatchObject({ subscriptions: 0 });
    expect(kindsOf(world).slice(-3)).toEqual(['consumerRegistered', 'subscriptionStarted', 'subscriptionEnded']);
  });
});

describe('what happens', () => {
  test('to a stream is told with the shards it is about', async () => {
    const world = await withStream(1);
    await world.service.splitShard(scope, 's', { shardId: '0', startingHashKey: 2n ** 127n });
    await world.service.mergeShards(scope, 's', { shardId: '1', adjacentShardId: '2' });
    await world.service.increaseRetention(scope, 's', 48);
    await world.service.deleteStream(scope, 's', { enforceConsumerDeletion: false });
    expect(Object.values(world.frame().events).map(({ atMs: _, ...told }) => told)).toEqual([
      { kind: 'daemonStarted' },
      { kind: 'streamActive', stream: 's', opened: [0] },
      { kind: 'shardSplit', stream: 's', shards: [0], opened: [1, 2] },
      { kind: 'shardsMerged', stream: 's', shards: [1, 2], opened: [3] },
      { kind: 'retentionChanged', stream: 's', detail: '48 h' },
      { kind: 'streamDeleted', stream: 's' },
    ]);
    expect(world.frame().streams).toEqual({});
  });

  test('is kept to the newest hundred', async () => {
    const world = await withStream(1);
    for (let i = 0; i < 150; i++) world.metrics.look({ state: i % 2 === 0 ? 'failed' : 'ok', reason: 'EIO' });
    const numbers = Object.keys(world.frame().events).map(Number);
    expect(numbers).toHaveLength(100);
    expect(numbers.at(-1)! - numbers[0]!).toBe(99);
    expect(Object.values(world.frame().events).at(-2)).toMatchObject({ kind: 'healthChanged', detail: 'failed: EIO' });
  });

  test('to shards shows: closed ones stay with their parents and children until their records are gone', async () => {
    const world = await withStream(1);
    await putKeys(world, ['a']);
    await world.service.splitShard(scope, 's', { shardId: '0', startingHashKey: 2n ** 127n });
    expect(world.stream()).toMatchObject({ openShards: 2, closedShards: 1 });
    expect(world.shard(0)).toMatchObject({ state: 'closed', recordsIn: 1, parents: [] });
    expect(world.shard(2)).toMatchObject({
      state: 'open',
      parents: [0],
      start: String(2n ** 127n),
      end: String(HASH_KEY_MAX),
    });
    await world.clock.advance(25 * 3_600_000);
    await world.service.sweepRetention();
    expect(Object.keys(world.stream().shards)).toEqual(['1', '2']);
    // The stream's own counters do not fall when a shard leaves.
    expect(world.stream().recordsIn).toBe(1);
  });
});
