/** Puts: where records go, the numbers they get, what is refused, and what a failing store is turned into. */
import { expect, test } from 'vitest';
import { encodeBatch } from '../../../src/model/record-batch.ts';
import { openMemoryStore } from '../../../src/store/memory-store.ts';
import { type Store, StoreError, type StoreErrorKind } from '../../../src/store/store.ts';
import { bytes, drain, fromHorizon, numbersOf, openWorld, putKeys, putRecords, scope, type World } from './world.ts';

async function worldWithStream(shardCount = 3): Promise<World> {
  const world = await openWorld();
  await world.service.createStream(scope, { name: 's', shardCount });
  return world;
}

test('a batch goes to its shards in the order of the request and is read back so', async () => {
  const world = await worldWithStream();
  const outcome = await putKeys(world, ['a', 'b', 'e', 'f', 'b']);
  expect(outcome.count).toBe(5);
  expect(outcome.encrypted).toBe(false);
  expect(outcome.runs.map((run) => [run.shard.index, [...run.picks]])).toEqual([
    [0, [0]],
    [1, [1, 3, 4]],
    [2, [2]],
  ]);
  const { records } = await drain(world, fromHorizon('1'));
  expect(records.map((record) => record.data)).toEqual(['b', 'f', 'b']);
  const numbers = numbersOf(outcome);
  expect(records.map((record) => record.sequenceNumber)).toEqual([numbers[1], numbers[3], numbers[4]]);
});

test('numbers rise strictly within a shard, whatever the clock does', async () => {
  const world = await worldWithStream(1);
  const numbers: bigint[] = [];
  for (const step of [0, 5_000, -20_000, 1]) {
    world.clock.set(world.clock.now() + step);
    numbers.push(...numbersOf(await putKeys(world, ['a', 'b', 'c'])).map(BigInt));
  }
  expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)));
  expect(new Set(numbers).size).toBe(12);
});

test('empty data is a record', async () => {
  const world = await worldWithStream(1);
  await putRecords(world, [{ partitionKey: 'a', data: bytes('') }]);
  expect((await drain(world, fromHorizon('0'))).records.map((record) => record.data)).toEqual(['']);
});

test('data and key together may be as large as the stream allows, and not a byte more', async () => {
  const world = await worldWithStream(1);
  const max = 1_048_576;
  const explicitHash = 5n;
  await putRecords(world, [{ partitionKey: 'ü', explicitHash, data: new Uint8Array(max - 2) }]);
  const refused = putRecords(world, [
    { partitionKey: 'a', data: bytes('x') },
    { partitionKey: 'ü', explicitHash, data: new Uint8Array(max - 1) },
  ]);
  await expect(refused).rejects.toMatchObject({
    code: 'ValidationException',
    message: expect.stringContaining('1048576'),
  });
  expect((await drain(world, fromHorizon('0'))).records).toHaveLength(1);
});

test('all records of a put together may have 10 MiB', async () => {
  const world = await openWorld();
  await world.service.createStream(scope, { name: 's', shardCount: 1, recordBytesMax: 10_485_760 });
  const record = (length: number) => ({ partitionKey: 'k', data: new Uint8Array(length) });
  await putRecords(world, [record(5_242_879), record(5_242_879)]);
  await expect(putRecords(world, [record(5_242_879), record(5_242_880)])).rejects.toMatchObject({
    code: 'InvalidArgumentException',
  });
});

test('a record without partition key is refused by name', async () => {
  const { service } = await worldWithStream(1);
  const batch = encodeBatch([{ data: bytes('x') }]);
  const refusal = (path: string) => ({
    code: 'ValidationException',
    message: `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`,
  });
  // One record of PutRecords still has its place in the list.
  await expect(service.put(scope, 's', batch)).rejects.toMatchObject(refusal('records.1.member.partitionKey'));
  await expect(service.put(scope, 's', batch, { isSingle: true })).rejects.toMatchObject(refusal('partitionKey'));
});

const body = `${'0'.repeat(9)}0${'0'.repeat(16)}00${'0'.repeat(9)}${'0'.repeat(8)}`;
const hexNumber = (hex: string) => BigInt(`0x${hex}`).toString();

test('a number for ordering is checked, and the new number is greater', async () => {
  const { service, clock } = await worldWithStream(1);
  const batch = encodeBatch([{ partitionKey: 'a', data: bytes('a') }]);
  const put = (orderingNumber: string) => service.put(scope, 's', batch, { orderingNumber });
  const given = hexNumber(`2${body}2`);
  const [number] = numbersOf(await put(given));
  expect(BigInt(number!)).toBeGreaterThan(BigInt(given));
  const [next] = numbersOf(await put(number!));
  expect(BigInt(next!)).toBeGreaterThan(BigInt(number!));
  const future = Math.floor(clock.now() / 1000 + 5);
  const later = `2${'0'.repeat(28)}${future.toString(16).padStart(9, '0')}${'0'.repeat(8)}2`;
  for (const wrong of [
    ...['3', '4'].map((tail) => hexNumber(`2${body}${tail}`)),
    hexNumber(`3${body}2`),
    '0',
    hexNumber(later),
  ]) {
    await expect(put(wrong)).rejects.toMatchObject({
      code: 'InvalidArgumentException',
      message: `ExclusiveMinimumSequenceNumber ${wrong} used in PutRecord on stream s under account 000000000000 is invalid.`,
    });
  }
});

test('a dry run checks everything and stores nothing', async () => {
  const world = await worldWithStream(1);
  const put = (batch: ReturnType<typeof encodeBatch>) => world.service.put(scope, 's', batch, { dryRun: true });
  await expect(put(encodeBatch([{ partitionKey: 'a', data: bytes('a') }]))).rejects.toMatchObject({
    code: 'DryRunOperationException',
    message: 'The request was rejected because the DryRun parameter was specified.',
  });
  await expect(put(encodeBatch([{ data: bytes('a') }]))).rejects.toMatchObject({ code: 'ValidationException' });
  expect((await drain(world, fromHorizon('0'))).records).toEqual([]);
});

/** The memory store, refusing what one shard is given. */
function refusing(store: Store, kind: StoreErrorKind, key: number): Store {
  return {
    ...delegate(store),
    append: async (slices) => {
      const taken = await store.append(slices.filter((slice) => slice.shard !== key));
      const rest = [...taken];
      return slices.map((slice) => (slice.shard === key ? { error: new StoreError(kind, 'told to') } : rest.shift()!));
    },
  };
}

function delegate(store: Store): Store {
  return {
    create: (shards) => store.create(shards),
    append: (slices) => store.append(slices),
    open: (shard) => store.open(shard),
    trim: (horizons) => store.trim(horizons),
    retain: (live) => store.retain(live),
    drop: (shards) => store.drop(shards),
    health: () => store.health(),
    usage: () => store.usage(),
    figures: () => store.figures(),
    close: () => store.close(),
  };
}

test.each<[StoreErrorKind, string, string]>([
  ['unknown', 'InternalFailure', 'Internal Service Failure'],
  ['failed', 'InternalFailure', 'Internal Service Failure'],
  ['readOnly', 'InternalFailure', 'No records are taken: told to'],
  [
    'overloaded',
    'ProvisionedThroughputExceededException',
    'Rate exceeded for shard shardId-000000000001 in stream s under account 000000000000.',
  ],
])('a store that says %s to one shard fails its records as %s and no others', async (kind, code, message) => {
  const failed: string[] = [];
  const world = await openWorld({
    store: (clock) => refusing(openMemoryStore({ clock }), kind, 2),
    events: { storeFailed: (_, error) => failed.push(error.message) },
  });
  await world.service.createStream(scope, { name: 's', shardCount: 3 });
  const { runs } = await putKeys(world, ['a', 'b', 'e']);
  expect(runs.map((run) => ('code' in run.result ? run.result : 'stored'))).toEqual([
    'stored',
    { code, message },
    'stored',
  ]);
  expect(failed).toEqual(['told to']);
});

test('a closed store is an InternalFailure', async () => {
  const world = await worldWithStream(1);
  await world.store.close();
  await expect(putKeys(world, ['a'])).rejects.toMatchObject({ code: 'InternalFailure', status: 500 });
});

test('what happened is told once a put', async () => {
  const told: unknown[] = [];
  const world = await openWorld({
    events: { recordsPut: ({ name }, { batch, runs, hashWords }) => told.push([name, batch.count, runs, hashWords]) },
  });
  await world.service.createStream(scope, { name: 's', shardCount: 2 });
  const { runs } = await putKeys(world, ['a', 'b', 'c']);
  // The beginnings of md5('a'), md5('b') and md5('c').
  expect(told).toEqual([['s', 3, runs, Uint32Array.of(0x0cc175b9, 0x92eb5ffe, 0x4a8a08f0)]]);
});
