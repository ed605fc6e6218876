/** Iterators and reads: every position, its texts, lag, and the life of an iterator. */
import { expect, test } from 'vitest';
import { closingSequenceNumber, startingSequenceNumber } from '../../../src/model/sequence-number.ts';
import type { IteratorRequest } from '../../../src/service/reading.ts';
import { openMemoryStore } from '../../../src/store/memory-store.ts';
import { StoreError } from '../../../src/store/store.ts';
import { drain, fromHorizon, numbersOf, openWorld, putKeys, recordsOf, scope, type World } from './world.ts';

const account = scope.account;
const SHARD = 'shardId-000000000000';

async function worldWithRecords(
  keys: readonly string[] = [],
): Promise<World & { readonly numbers: readonly string[] }> {
  const world = await openWorld();
  await world.service.createStream(scope, { name: 's', shardCount: 1 });
  const numbers: string[] = [];
  for (const key of keys) {
    numbers.push(...numbersOf(await putKeys(world, [key])));
    await world.clock.advance(1_000);
  }
  return { ...world, numbers };
}

const read = async (world: World, request: IteratorRequest) =>
  (await drain(world, request)).records.map((record) => record.data);

test('a sequence number means the record itself or the one behind it', async () => {
  const world = await worldWithRecords(['a', 'b', 'c']);
  const [, second] = world.numbers;
  expect(await read(world, { shardId: SHARD, type: 'AT_SEQUENCE_NUMBER', sequenceNumber: second })).toEqual(['b', 'c']);
  expect(await read(world, { shardId: SHARD, type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: second })).toEqual(['c']);
});

test("the shard's starting number means its beginning, with or without records, and its closing number its end", async () => {
  const world = await worldWithRecords([]);
  const [shard] = world.service.stream(scope, 's').shards;
  const starting = startingSequenceNumber(shard!);
  for (const type of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'] as const) {
    expect(await read(world, { shardId: SHARD, type, sequenceNumber: starting })).toEqual([]);
  }
  const iterator = await world.service.getShardIterator(scope, 's', {
    shardId: SHARD,
    type: 'AFTER_SEQUENCE_NUMBER',
    sequenceNumber: starting,
  });
  await putKeys(world, ['a']);
  expect(recordsOf(await world.service.getRecords(scope, { iterator, limit: 10 }))).toHaveLength(1);
  await world.service.splitShard(scope, 's', { shardId: SHARD, startingHashKey: 5n });
  const sequenceNumber = closingSequenceNumber(shard!, world.clock.now());
  const { last } = await drain(world, { shardId: SHARD, type: 'AT_SEQUENCE_NUMBER', sequenceNumber });
  expect(last.children).toHaveLength(2);
});

test('LATEST means behind what was there at the call, again and again', async () => {
  const world = await worldWithRecords(['a']);
  const iterator = await world.service.getShardIterator(scope, 's', { shardId: SHARD, type: 'LATEST' });
  await putKeys(world, ['b']);
  for (let i = 0; i < 2; i++) {
    const page = await world.service.getRecords(scope, { iterator, limit: 10 });
    expect(recordsOf(page).map((record) => record.data)).toEqual(['b']);
  }
});

test('a time means the first record that arrived then or later, to the millisecond', async () => {
  const world = await worldWithRecords(['a', 'b', 'c']);
  const [, b] = (await drain(world, fromHorizon(SHARD))).records;
  const at = (timestampMs: number) => read(world, { shardId: SHARD, type: 'AT_TIMESTAMP', timestampMs });
  expect(await at(b!.arrivalMs)).toEqual(['b', 'c']);
  expect(await at(b!.arrivalMs + 1)).toEqual(['c']);
  expect(await at(0)).toEqual(['a', 'b', 'c']);
  expect(await at(world.clock.now())).toEqual([]);
});

const invalid = (text: string) => ({ code: 'InvalidArgumentException', message: text });
const needs = (type: string, given: string) =>
  invalid(
    'Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or ' +
      `(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${type} and ${given} StartingSequenceNumber.`,
  );
const used = (number: string, rest: string) =>
  invalid(
    `StartingSequenceNumber ${number} used in GetShardIterator on shard ${SHARD} in stream s under account ${account} is invalid${rest}`,
  );
const lowEnd = BigInt(`0x2${'0'.repeat(37)}800000002`).toString();
const foreign = startingSequenceNumber({ creationSeconds: 1_600_000_000, index: 0 });

test.each<[string, Omit<IteratorRequest, 'shardId'>, object]>([
  ['AT_ without a number', { type: 'AT_SEQUENCE_NUMBER' }, needs('AT_SEQUENCE_NUMBER', 'no')],
  ['AFTER_ without a number', { type: 'AFTER_SEQUENCE_NUMBER' }, needs('AFTER_SEQUENCE_NUMBER', 'no')],
  ['TRIM_HORIZON with a number', { type: 'TRIM_HORIZON', sequenceNumber: '5' }, needs('TRIM_HORIZON', 'also a')],
  ['LATEST with a number', { type: 'LATEST', sequenceNumber: '5' }, needs('LATEST', 'also a')],
  ['a number that is none', { type: 'AT_SEQUENCE_NUMBER', sequenceNumber: '9'.repeat(60) }, used('9'.repeat(60), '.')],
  [
    'the number of another shard',
    { type: 'AT_SEQUENCE_NUMBER', sequenceNumber: '5' },
    invalid(
      `Invalid StartingSequenceNumber. It encodes shardId-000000000005, while it was used in a call to a shard with ${SHARD}`,
    ),
  ],
  [
    'a number with a negative shard',
    { type: 'AT_SEQUENCE_NUMBER', sequenceNumber: lowEnd },
    invalid(
      `Invalid StartingSequenceNumber. It encodes shardId--02147483648, while it was used in a call to a shard with ${SHARD}`,
    ),
  ],
  ['an ancient number', { type: 'AT_SEQUENCE_NUMBER', sequenceNumber: '0' }, used('0', '.')],
  [
    'a number of another incarnation',
    { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: foreign },
    used(foreign, ' because it did not come from this stream.'),
  ],
  [
    'AT_TIMESTAMP without a time',
    { type: 'AT_TIMESTAMP' },
    invalid(
      'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
    ),
  ],
  [
    'a time to come',
    { type: 'AT_TIMESTAMP', timestampMs: 1_700_000_000_001 },
    invalid(
      'The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. ' +
        'timestampInMillis: 1700000000001, currentTimestampInMillis: 1700000000000',
    ),
  ],
])('%s is refused', async (_, request, fault) => {
  const { service } = await worldWithRecords();
  await expect(service.getShardIterator(scope, 's', { shardId: SHARD, ...request })).rejects.toMatchObject(fault);
});

test.each(['shard-0', 'foo-0', '0', '-00000000000', SHARD])('the shard id %j names shard 0', async (shardId) => {
  const world = await worldWithRecords(['a']);
  expect(await read(world, fromHorizon(shardId))).toEqual(['a']);
});

test.each(['x', 'shard-', 'a-b-0', '2147483648', ''])(
  'the shard id %j names none, whether or not the stream exists',
  async (shardId) => {
    const { service } = await worldWithRecords();
    for (const name of ['s', 'none']) {
      await expect(service.getShardIterator(scope, name, fromHorizon(shardId))).rejects.toMatchObject({
        code: 'ResourceNotFoundException',
        message: `Could not find shard ${shardId} in stream ${name} under account ${account}.`,
      });
    }
  },
);

test.each([
  ['s', '7', 'shardId-000000000007'],
  ['none', '0', SHARD],
])('in stream %s shard %s does not exist', async (name, shardId, printed) => {
  const { service } = await worldWithRecords();
  await expect(service.getShardIterator(scope, name, fromHorizon(shardId))).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
    message: `Shard ${printed} in stream ${name} under account ${account} does not exist`,
  });
});

test('an iterator lives 300 seconds from its issue, and says so when it is over', async () => {
  const world = await openWorld();
  world.clock.set(Date.UTC(2015, 0, 22, 1, 22, 2));
  await world.service.createStream(scope, { name: 's', shardCount: 1 });
  const iterator = await world.service.getShardIterator(scope, 's', fromHorizon(SHARD));
  await world.clock.advance(300_000);
  const { nextIterator } = await world.service.getRecords(scope, { iterator, limit: 1 });
  await world.clock.advance(1_000);
  await expect(world.service.getRecords(scope, { iterator, limit: 1 })).rejects.toMatchObject({
    code: 'ExpiredIteratorException',
    message:
      'Iterator expired. The iterator was created at time Thu Jan 22 01:22:02 UTC 2015 while right now it is Thu Jan 22 ' +
      '01:27:03 UTC 2015 which is further in the future than the tolerated delay of 300000 milliseconds.',
  });
  await world.service.getRecords(scope, { iterator: nextIterator!, limit: 1 });
});

test('what is no iterator is refused, and so is one of another stream', async () => {
  const { service } = await worldWithRecords();
  const iterator = await service.getShardIterator(scope, 's', fromHorizon(SHARD));
  await expect(service.getRecords(scope, { iterator: 'garbage', limit: 1 })).rejects.toMatchObject(
    invalid('Invalid ShardIterator.'),
  );
  await expect(service.getRecords(scope, { iterator, limit: 1, streamName: 't' })).rejects.toMatchObject({
    code: 'InvalidArgumentException',
  });
  await service.getRecords(scope, { iterator, limit: 1, streamName: 's' });
});

test('each answer has another iterator, also when nothing was read', async () => {
  const { service } = await worldWithRecords();
  const iterator = await service.getShardIterator(scope, 's', fromHorizon(SHARD));
  const first = await service.getRecords(scope, { iterator, limit: 1 });
  const second = await service.getRecords(scope, { iterator, limit: 1 });
  expect(new Set([iterator, first.nextIterator, second.nextIterator]).size).toBe(3);
});

test('lag is the age of the last record given, and 0 at the tip however old that is', async () => {
  const world = await worldWithRecords(['a', 'b', 'c']);
  let iterator = await world.service.getShardIterator(scope, 's', fromHorizon(SHARD));
  const lags: number[] = [];
  for (let i = 0; i < 4; i++) {
    const page = await world.service.getRecords(scope, { iterator, limit: 1 });
    lags.push(page.lagMs);
    iterator = page.nextIterator!;
  }
  // a arrived 3 s ago and b 2 s ago.
  expect(lags).toEqual([3_000, 2_000, 0, 0]);
});

test('a page holds no more records than asked for and goes on where it ended', async () => {
  const world = await openWorld();
  await world.service.createStream(scope, { name: 's', shardCount: 1 });
  const keys = Array.from({ length: 25 }, (_, i) => `k${i}`);
  await putKeys(world, keys);
  let iterator = await world.service.getShardIterator(scope, 's', fromHorizon(SHARD));
  const pages: string[][] = [];
  while (pages.flat().length < 25) {
    const page = await world.service.getRecords(scope, { iterator, limit: 10 });
    pages.push(recordsOf(page).map((record) => record.data));
    iterator = page.nextIterator!;
  }
  expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
  expect(pages.flat()).toEqual(keys);
});

test('a dry run checks and gives nothing', async () => {
  const { service } = await worldWithRecords(['a']);
  const iterator = await service.getShardIterator(scope, 's', fromHorizon(SHARD));
  const dry = { code: 'DryRunOperationException' };
  await expect(service.getRecords(scope, { iterator, limit: 1, dryRun: true })).rejects.toMatchObject(dry);
  await expect(service.getRecords(scope, { iterator: 'x', limit: 1, dryRun: true })).rejects.toMatchObject(
    invalid('Invalid ShardIterator.'),
  );
  const latest = { shardId: SHARD, type: 'LATEST', dryRun: true } as const;
  await expect(service.getShardIterator(scope, 's', latest)).rejects.toMatchObject(dry);
  await expect(service.getShardIterator(scope, 's', { ...latest, sequenceNumber: '5' })).rejects.toMatchObject(
    needs('LATEST', 'also a'),
  );
});

test('a read that a deletion overtakes says that the shard is gone, one that damage stops is an InternalFailure', async () => {
  const failures: string[] = [];
  for (const [kind, code] of [
    ['noSuchShard', 'ResourceNotFoundException'],
    ['failed', 'InternalFailure'],
  ] as const) {
    const world = await openWorld({
      events: { storeFailed: (_, error) => failures.push(error.message) },
      store: (clock) => {
        const store = openMemoryStore({ clock });
        store.open = () => Promise.reject(new StoreError(kind, kind));
        return store;
      },
    });
    await world.service.createStream(scope, { name: 's', shardCount: 1 });
    await expect(world.service.getShardIterator(scope, 's', fromHorizon(SHARD))).rejects.toMatchObject({ code });
  }
  expect(failures).toEqual(['failed']);
});
