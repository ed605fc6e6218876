/** Reshards at work: checks and texts, no hash key ever without a shard, order across the border, restarts in the middle. */
import { expect, test } from 'vitest';
import type { ReadPage } from '../../../src/model/delivery.ts';
import { encodeBatch } from '../../../src/model/record-batch.ts';
import { openMemoryStore } from '../../../src/store/memory-store.ts';
import type { AppendOutcome, Store } from '../../../src/store/store.ts';
import { coversAll } from '../model/cover.ts';
import { drain, fromHorizon, numbersOf, openWorld, putKeys, scope, type World } from './world.ts';

const account = scope.account;
const id = (index: number) => `shardId-${String(index).padStart(12, '0')}`;

async function worldWithStream(shardCount: number): Promise<World> {
  const world = await openWorld();
  await world.service.createStream(scope, { name: 's', shardCount });
  return world;
}

const openOf = (world: World) => world.service.listShards(scope, 's', { filter: { type: 'AT_LATEST' } });
const invalid = (message: string) => ({ code: 'InvalidArgumentException', message });

test('a parent ends with its children, which begin empty', async () => {
  const world = await worldWithStream(1);
  await putKeys(world, ['a', 'b']);
  await world.service.splitShard(scope, 's', {
    shardId: '0',
    startingHashKey: 170141183460469231731687303715884105728n,
  });
  await putKeys(world, ['a', 'b']);
  const parent = await drain(world, fromHorizon('0'));
  expect(parent.records.map((record) => record.data)).toEqual(['a', 'b']);
  expect(parent.last.nextIterator).toBeUndefined();
  expect(parent.last.children?.map((shard) => [shard.index, shard.parents])).toEqual([
    [1, [0]],
    [2, [0]],
  ]);
  const children = [await drain(world, fromHorizon('1')), await drain(world, fromHorizon('2'))];
  expect(children.map((child) => child.records.map((record) => record.data))).toEqual([['a'], ['b']]);
  const latestOfParent = BigInt(parent.records.at(-1)!.sequenceNumber);
  for (const { records } of children) expect(BigInt(records[0]!.sequenceNumber)).toBeGreaterThan(latestOfParent);
  expect((await drain(world, { shardId: '0', type: 'LATEST' })).last.children).toHaveLength(2);
});

test('the children come with the last record of the parent or behind it, never before', async () => {
  const world = await worldWithStream(1);
  await putKeys(world, ['a', 'b', 'c']);
  await world.service.splitShard(scope, 's', { shardId: '0', startingHashKey: 5n });
  let iterator: string | undefined = await world.service.getShardIterator(scope, 's', fromHorizon('0'));
  const pages: [number, boolean][] = [];
  while (iterator !== undefined) {
    const page: ReadPage = await world.service.getRecords(scope, { iterator, limit: 1 });
    iterator = page.nextIterator;
    expect(page.children === undefined).toBe(iterator !== undefined);
    pages.push([page.blocks.length, page.children !== undefined]);
  }
  expect(pages).toEqual([
    [1, false],
    [1, false],
    [1, true],
  ]);
});

test('the log of a closed shard is sealed', async () => {
  const world = await worldWithStream(1);
  const { key } = world.service.stream(scope, 's').shards[0]!;
  await world.service.splitShard(scope, 's', { shardId: '0', startingHashKey: 5n });
  const batch = encodeBatch([{ partitionKey: 'a', data: new Uint8Array() }]);
  const [outcome] = await world.store.append([{ shard: key, batch, picks: new Uint32Array(1) }]);
  expect(outcome).toMatchObject({ error: { kind: 'sealed' } });
});

test('a merge has one child that names both parents', async () => {
  const world = await worldWithStream(3);
  await world.service.mergeShards(scope, 's', { shardId: '0', adjacentShardId: '1' });
  for (const parent of ['0', '1']) {
    const { last } = await drain(world, fromHorizon(parent));
    expect(last.children?.map((shard) => [shard.index, shard.parents])).toEqual([[3, [0, 1]]]);
  }
});

test.each<[string, (world: World) => Promise<unknown>, object]>([
  [
    'a split at 1',
    ({ service }) => service.splitShard(scope, 's', { shardId: '0', startingHashKey: 1n }),
    invalid(
      `NewStartingHashKey 1 used in SplitShard() on shard ${id(0)} in stream s under account ${account} is not both ` +
        "greater than one plus the shard's StartingHashKey 0 and less than the shard's EndingHashKey 170141183460469231731687303715884105727.",
    ),
  ],
  [
    'a merge of the upper with the lower',
    ({ service }) => service.mergeShards(scope, 's', { shardId: '1', adjacentShardId: '0' }),
    invalid(
      `Shards ${id(1)} and ${id(0)} in stream s under account ${account} are not an adjacent pair of shards eligible for merging`,
    ),
  ],
  [
    'a split of a shard that was never there',
    ({ service }) => service.splitShard(scope, 's', { shardId: 'shard-7', startingHashKey: 5n }),
    {
      code: 'ResourceNotFoundException',
      message: `Could not find shard ${id(7)} in stream s under account ${account}.`,
    },
  ],
  [
    'a merge with an unreadable id, before the stream is looked for',
    ({ service }) => service.mergeShards(scope, 'none', { shardId: '0', adjacentShardId: 'x' }),
    { code: 'ResourceNotFoundException', message: `Could not find shard x in stream none under account ${account}.` },
  ],
  [
    'more than double',
    ({ service }) => service.updateShardCount(scope, 's', 5),
    {
      code: 'LimitExceededException',
      message:
        'UpdateShardCount cannot scale up over double your current open shard count. Current open shard count: 2, Target shard count: 5',
    },
  ],
])('%s is refused', async (_, change, fault) => {
  await expect(change(await worldWithStream(2))).rejects.toMatchObject(fault);
});

test('less than half is refused, with five shards two are too few and three are not', async () => {
  const world = await worldWithStream(5);
  await expect(world.service.updateShardCount(scope, 's', 2)).rejects.toMatchObject({
    code: 'LimitExceededException',
    message:
      'UpdateShardCount cannot scale down below half your current open shard count. Current open shard count: 5, Target shard count: 2',
  });
  expect(await world.service.updateShardCount(scope, 's', 3)).toEqual({ before: 5 });
  expect(openOf(world)).toHaveLength(3);
});

test('a closed shard is neither split nor merged', async () => {
  const { service } = await worldWithStream(2);
  await service.splitShard(scope, 's', { shardId: '0', startingHashKey: 5n });
  const fault = invalid(
    `Shard ${id(0)} in stream s under account ${account} has already been merged or split, and thus is not eligible for merging or splitting.`,
  );
  await expect(service.splitShard(scope, 's', { shardId: '0', startingHashKey: 7n })).rejects.toMatchObject(fault);
  await expect(service.mergeShards(scope, 's', { shardId: '0', adjacentShardId: '1' })).rejects.toMatchObject(fault);
});

test('on demand there is no resharding by hand', async () => {
  const { service } = await openWorld();
  await service.createStream(scope, { name: 's' });
  const fault = {
    code: 'ValidationException',
    message: `Request is invalid. Stream s under account ${account} is in On-Demand mode.`,
  };
  await expect(service.splitShard(scope, 's', { shardId: '0', startingHashKey: 5n })).rejects.toMatchObject(fault);
  await expect(service.mergeShards(scope, 's', { shardId: '0', adjacentShardId: '1' })).rejects.toMatchObject(fault);
  await expect(service.updateShardCount(scope, 's', 8)).rejects.toMatchObject(fault);
});

test('open shards are counted against the limit, closed ones are not', async () => {
  const { service } = await openWorld({ settings: { shardsMax: 3 } });
  await service.createStream(scope, { name: 's', shardCount: 2 });
  await service.splitShard(scope, 's', { shardId: '0', startingHashKey: 5n });
  await expect(service.splitShard(scope, 's', { shardId: '1', startingHashKey: 5n })).rejects.toMatchObject({
    code: 'LimitExceededException',
    message: expect.stringContaining('Current shard count for the account: 3. Limit: 3. Number of additional shards'),
  });
  await service.mergeShards(scope, 's', { shardId: '2', adjacentShardId: '3' });
  await expect(service.updateShardCount(scope, 's', 4)).rejects.toMatchObject({ code: 'LimitExceededException' });
  await service.updateShardCount(scope, 's', 3);
});

test('the eleventh scaling within a day is refused, and allowed a day later', async () => {
  const { service, clock } = await worldWithStream(1);
  for (let i = 0; i < 10; i++) await service.updateShardCount(scope, 's', i % 2 ? 1 : 2);
  const eleventh = () => service.updateShardCount(scope, 's', 2);
  await expect(eleventh()).rejects.toMatchObject({
    code: 'LimitExceededException',
    message: expect.stringMatching(/^Rate exceeded/),
  });
  await clock.advance(86_400_000);
  await eleventh();
});

test('while UPDATING the old shards are shown, puts go on and another reshard is refused', async () => {
  const world = await openWorld({ settings: { transitionMs: 500 } });
  const { service, clock } = world;
  await service.createStream(scope, { name: 's', shardCount: 1 });
  await clock.advance(500);
  await service.splitShard(scope, 's', { shardId: '0', startingHashKey: 5n });
  expect(service.stream(scope, 's')).toMatchObject({ status: 'UPDATING', shards: [{ index: 0 }] });
  await putKeys(world, ['a']);
  await expect(service.updateShardCount(scope, 's', 2)).rejects.toMatchObject({
    code: 'ResourceInUseException',
    message: `Stream s under account ${account} not ACTIVE, instead in state UPDATING`,
  });
  await clock.advance(500);
  expect(service.stream(scope, 's').status).toBe('ACTIVE');
  expect(openOf(world)).toHaveLength(2);
  expect((await drain(world, fromHorizon('0'))).records).toHaveLength(1);
});

/** The memory store, whose appends take effect at once but answer only when told. */
function slowStore(store: Store): { store: Store; release: () => void } {
  const held: (() => void)[] = [];
  let holding = true;
  return {
    release: () => {
      holding = false;
      for (const go of held.splice(0)) go();
    },
    store: {
      create: (shards) => store.create(shards),
      open: (shard) => store.open(shard),
      trim: (horizons) => store.trim(horizons),
      retain: (live) => store.retain(live),
      drop: (shards) => store.drop(shards),
      health: () => store.health(),
      usage: () => store.usage(),
      figures: () => store.figures(),
      close: () => store.close(),
      append: async (slices): Promise<readonly AppendOutcome[]> => {
        if (holding) await new Promise<void>((resolve) => void held.push(resolve));
        return store.append(slices);
      },
    },
  };
}

test('a reshard waits for appends in flight, and puts that arrive meanwhile go to the children', async () => {
  let release = () => {};
  const world = await openWorld({
    store: (clock) => {
      const slow = slowStore(openMemoryStore({ clock }));
      release = slow.release;
      return slow.store;
    },
  });
  await world.service.createStream(scope, { name: 's', shardCount: 1 });
  const early = putKeys(world, ['early']);
  const split = world.service.splitShard(scope, 's', { shardId: '0', startingHashKey: 1n << 127n });
  await world.clock.settle();
  const late = putKeys(world, ['late']);
  await world.clock.settle();
  expect(world.service.listShards(scope, 's').map((shard) => shard.index)).toEqual([0]);
  release();
  await split;
  const parent = await drain(world, fromHorizon('0'));
  expect(parent.records.map((record) => record.data)).toEqual(['early']);
  expect((await early).runs[0]?.shard.index).toBe(0);
  expect((await late).runs[0]?.shard.index).toBeGreaterThan(0);
  expect(BigInt(numbersOf(await late)[0]!)).toBeGreaterThan(BigInt(numbersOf(await early)[0]!));
});

test('under puts all the time every record is stored once, in order, and the open shards always cover everything', async () => {
  const world = await worldWithStream(2);
  const { service } = world;
  const keys = ['a', 'b', 'e', 'f', 'test', 'ü'];
  const sent = new Map(keys.map((key): [string, string[]] => [key, []]));
  let running = true;
  const producers = keys.map(async (key) => {
    while (running) {
      sent.get(key)!.push(...numbersOf(await putKeys(world, [key])));
      expect(coversAll(openOf(world).map((shard) => shard.range))).toBe(true);
    }
  });
  // The memory store answers in microtasks, so producers and reshards take turns without a macrotask.
  for (const target of [4, 3, 6, 5, 3, 2, 1]) await service.updateShardCount(scope, 's', target);
  await service.splitShard(scope, 's', { shardId: openOf(world)[0]!.index.toString(), startingHashKey: 12345n });
  running = false;
  await Promise.all(producers);
  const seen = new Map(keys.map((key): [string, string[]] => [key, []]));
  for (const shard of service.listShards(scope, 's')) {
    const { records } = await drain(world, fromHorizon(id(shard.index)));
    for (const record of records) seen.get(record.data)!.push(record.sequenceNumber);
  }
  for (const key of keys) {
    expect(sent.get(key)!.length).toBeGreaterThan(8);
    expect(sent.get(key)).toEqual([...sent.get(key)!].sort());
    expect(seen.get(key)!.sort()).toEqual(sent.get(key));
  }
});

test.each(['CREATING', 'UPDATING', 'DELETING'])('a restart in the middle of %s completes it', async (status) => {
  const settings = { transitionMs: 500 };
  const before = await openWorld({ settings });
  const { clock, journal } = before;
  const kept = { clock, journal, settings, store: () => before.store };
  await before.service.createStream(scope, { name: 's', shardCount: 1 });
  if (status !== 'CREATING') await clock.advance(500);
  if (status === 'UPDATING') await before.service.splitShard(scope, 's', { shardId: '0', startingHashKey: 5n });
  if (status === 'DELETING') await before.service.deleteStream(scope, 's', { enforceConsumerDeletion: false });
  await before.service.close();
  await clock.advance(400);
  const after = await openWorld(kept);
  expect(after.service.stream(scope, 's').status).toBe(status);
  await clock.advance(100);
  expect(after.service.streams(scope).map((stream) => stream.status)).toEqual(status === 'DELETING' ? [] : ['ACTIVE']);
  if (status === 'DELETING') return;
  expect(openOf(after)).toHaveLength(status === 'UPDATING' ? 2 : 1);
  expect((await putKeys(after, ['a'])).runs[0]?.result).toHaveProperty('first');
});

test('a change that cannot be carried out is told, tried again, and completed when it can', async () => {
  let full = false;
  const failures: unknown[] = [];
  const world = await openWorld({
    events: { transitionFailed: (stream, error) => failures.push([stream.status, (error as Error).message]) },
    store: (clock) => {
      const { store, release } = slowStore(openMemoryStore({ clock }));
      release();
      return { ...store, create: (shards) => (full ? Promise.reject(new Error('no room')) : store.create(shards)) };
    },
  });
  await world.service.createStream(scope, { name: 's', shardCount: 1 });
  full = true;
  const split = world.service.splitShard(scope, 's', { shardId: '0', startingHashKey: 5n });
  await expect(split).rejects.toMatchObject({ code: 'InternalFailure' });
  expect(failures).toEqual([['UPDATING', 'no room']]);
  await putKeys(world, ['a']);
  full = false;
  await world.clock.advance(1_000);
  expect(world.service.stream(scope, 's').status).toBe('ACTIVE');
  expect(openOf(world)).toHaveLength(2);
});
