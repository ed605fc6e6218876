/** Retention: bounds and texts, records that vanish to the millisecond, and the space that comes back. */
import { expect, test } from 'vitest';
import { HOUR_MS } from '../../../src/model/time.ts';
import { drain, fromHorizon, openWorld, putKeys, recordsOf, scope, type World } from './world.ts';

async function worldWithStream(): Promise<World> {
  const world = await openWorld();
  await world.service.createStream(scope, { name: 's', shardCount: 1 });
  return world;
}

const read = async (world: World, shardId = '0') =>
  (await drain(world, fromHorizon(shardId))).records.map((record) => record.data);
const invalid = (message: string) => ({ code: 'InvalidArgumentException', message });

test.each<[string, 'increaseRetention' | 'decreaseRetention', number, object]>([
  [
    'too short',
    'decreaseRetention',
    23,
    invalid('Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.'),
  ],
  [
    'too long',
    'increaseRetention',
    8761,
    invalid('Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.'),
  ],
  [
    'an increase to less',
    'increaseRetention',
    47,
    invalid(
      'Requested retention period (47 hours) for stream s can not be shorter than existing retention period (48 hours). Use DecreaseRetentionPeriod API.',
    ),
  ],
  [
    'a decrease to more',
    'decreaseRetention',
    49,
    invalid(
      'Requested retention period (49 hours) for stream s can not be longer than existing retention period (48 hours). Use IncreaseRetentionPeriod API.',
    ),
  ],
  ['none at all', 'decreaseRetention', 0, { code: 'ValidationException' }],
])('%s is refused', async (_, change, hours, fault) => {
  const { service } = await worldWithStream();
  await service.increaseRetention(scope, 's', 48);
  await expect(service[change](scope, 's', hours)).rejects.toMatchObject(fault);
});

test('the value in force is accepted both ways', async () => {
  const { service } = await worldWithStream();
  await service.increaseRetention(scope, 's', 24);
  await service.decreaseRetention(scope, 's', 24);
  expect(service.stream(scope, 's').retentionHours).toBe(24);
});

test('a record is readable while arrival and retention together lie after now, and not a millisecond longer', async () => {
  const world = await worldWithStream();
  await putKeys(world, ['a']);
  await world.clock.advance(10);
  await putKeys(world, ['b']);
  world.clock.set(world.clock.now() + 24 * HOUR_MS - 11);
  expect(await read(world)).toEqual(['a', 'b']);
  world.clock.set(world.clock.now() + 1);
  expect(await read(world)).toEqual(['b']);
});

test('an iterator that points to what has expired goes on at the oldest readable record', async () => {
  const world = await worldWithStream();
  await putKeys(world, ['a']);
  world.clock.set(world.clock.now() + 24 * HOUR_MS - 1_000);
  await putKeys(world, ['b']);
  const iterator = await world.service.getShardIterator(scope, 's', fromHorizon('0'));
  world.clock.set(world.clock.now() + 2_000);
  const page = await world.service.getRecords(scope, { iterator, limit: 1 });
  expect(recordsOf(page).map((record) => record.data)).toEqual(['b']);
  expect(page.lagMs).toBe(0);
});

test('a shorter retention hides records at once, and a longer one brings none back', async () => {
  const world = await worldWithStream();
  await world.service.increaseRetention(scope, 's', 48);
  await putKeys(world, ['a']);
  await world.clock.advance(30 * HOUR_MS);
  await putKeys(world, ['b']);
  expect(await read(world)).toEqual(['a', 'b']);
  await world.service.decreaseRetention(scope, 's', 24);
  expect(await read(world)).toEqual(['b']);
  await world.service.increaseRetention(scope, 's', 48);
  expect(await read(world)).toEqual(['b']);
});

test('a longer retention brings back nothing that had expired by then', async () => {
  const world = await worldWithStream();
  await putKeys(world, ['a']);
  world.clock.set(world.clock.now() + 25 * HOUR_MS);
  await world.service.increaseRetention(scope, 's', 8_760);
  expect(await read(world)).toEqual([]);
});

test('a closed shard vanishes with its last record, and its log is dropped', async () => {
  const world = await worldWithStream();
  const { service, store } = world;
  await putKeys(world, ['a']);
  const { key } = service.stream(scope, 's').shards[0]!;
  await service.splitShard(scope, 's', { shardId: '0', startingHashKey: 5n });
  await world.clock.advance(24 * HOUR_MS - 1);
  expect(await read(world)).toEqual(['a']);
  await world.clock.advance(1);
  expect(service.listShards(scope, 's').map((shard) => shard.index)).toEqual([1, 2]);
  expect(service.stream(scope, 's').shards.map((shard) => shard.index)).toEqual([1, 2]);
  await expect(service.getShardIterator(scope, 's', fromHorizon('0'))).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
  });
  await service.sweepRetention();
  await expect(store.open(key)).rejects.toMatchObject({ kind: 'noSuchShard' });
  expect(service.stream(scope, 's').shards.map((shard) => shard.parents)).toEqual([[0], [0]]);
  await putKeys(world, ['b']);
});

test('expired records give their space back within a minute, and the horizon is in the journal before', async () => {
  const world = await worldWithStream();
  await putKeys(world, ['a', 'b', 'c']);
  const { bytes } = world.store.usage();
  await world.clock.advance(24 * HOUR_MS + 60_000);
  await world.clock.settle();
  expect(world.store.usage().bytes).toBeLessThan(bytes);
  const [stream] = world.journal.catalog.streams.values();
  expect(stream?.shards[0]?.horizonMs).toBeGreaterThan(stream!.createdMs);
});

test('an idle sweep writes nothing to the journal', async () => {
  const world = await worldWithStream();
  await putKeys(world, ['a']);
  const before = world.journal.catalog;
  await world.service.sweepRetention();
  expect(world.journal.catalog).toBe(before);
});

test('under a cap records go with the next sweep, whatever their stream asks for, and stay gone', async () => {
  const world = await openWorld({ settings: { retentionCapMs: 90_000 } });
  await world.service.createStream(scope, { name: 's', shardCount: 1 });
  await putKeys(world, ['a']);
  await world.clock.advance(60_000);
  await putKeys(world, ['b']);
  await world.clock.advance(29_999);
  await world.service.sweepRetention();
  expect(await read(world)).toEqual(['a', 'b']);
  await world.clock.advance(1);
  await world.service.sweepRetention();
  expect(await read(world)).toEqual(['b']);
  expect(world.service.stream(scope, 's').retentionHours).toBe(24);
});

test('a cap longer than the retention of a stream changes nothing', async () => {
  const world = await openWorld({ settings: { retentionCapMs: 48 * HOUR_MS } });
  await world.service.createStream(scope, { name: 's', shardCount: 1 });
  await putKeys(world, ['a']);
  await world.clock.advance(24 * HOUR_MS);
  await world.service.sweepRetention();
  expect(await read(world)).toEqual([]);
});
