/** AWS's limits of a shard on a service with strictLimits: what is refused, in which words, and until when. */
import { expect, test } from 'vitest';
import { Fault } from '../../../src/model/fault.ts';
import { GET_RECORDS_MAX } from '../../../src/model/limits.ts';
import { bytes, drain, fromHorizon, openWorld, putKeys, putRecords, scope, type World } from './world.ts';

const MIB = 1_048_576;

async function strictWorld(shardCount = 1): Promise<World> {
  const world = await openWorld({ settings: { strictLimits: true } });
  await world.service.createStream(scope, { name: 's', shardCount });
  return world;
}

const later = (world: World, ms: number) => world.clock.set(world.clock.now() + ms);
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'passes',
    (error: unknown) => (error instanceof Fault ? `${error.code}: ${error.message}` : String(error)),
  );

test('of a batch over 1 MiB the rest fails record by record, and passes a second later', async () => {
  const world = await strictWorld();
  const record = { partitionKey: 'k', data: new Uint8Array(MIB / 2) };
  const outcome = await putRecords(world, [record, record, record, record]);
  expect(outcome.count).toBe(4);
  expect(outcome.runs.map(({ picks, result }) => [[...picks], 'code' in result ? result : 'stored'])).toEqual([
    [[0, 1], 'stored'],
    [
      [2, 3],
      {
        code: 'ProvisionedThroughputExceededException',
        message: 'Rate exceeded for shard shardId-000000000000 in stream s under account 000000000000.',
      },
    ],
  ]);
  later(world, 1_100);
  const again = await putRecords(world, [record, record]);
  expect(again.runs).toHaveLength(1);
  const iterator = await world.service.getShardIterator(scope, 's', fromHorizon('0'));
  const page = await world.service.getRecords(scope, { iterator, limit: GET_RECORDS_MAX });
  expect(page.blocks.reduce((count, block) => count + block.count, 0)).toBe(4);
});

test('a shard that is full does not keep the others from taking theirs', async () => {
  const world = await strictWorld(3);
  // The keys a, b and e go to the shards 0, 1 and 2.
  const keys = Array.from({ length: 400 }, () => 'a');
  for (let i = 0; i < 3; i++) await putKeys(world, keys);
  const outcome = await putKeys(world, ['a', 'b', 'e', 'a']);
  const failed = outcome.runs.flatMap(({ picks, result }) => ('code' in result ? [...picks] : []));
  expect(failed).toEqual([0, 3]);
});

test('nothing at all is stored when every record comes too soon', async () => {
  const world = await strictWorld();
  for (let i = 0; i < 2; i++)
    await putKeys(
      world,
      Array.from({ length: 500 }, () => 'a'),
    );
  const outcome = await putKeys(world, ['a', 'a']);
  expect(outcome.runs.map(({ picks }) => [...picks])).toEqual([[0, 1]]);
  expect('code' in outcome.runs[0]!.result).toBe(true);
  expect((await drain(world, fromHorizon('0'))).records).toHaveLength(1_000);
});

test('a shard gives five iterators and five reads a second', async () => {
  const world = await strictWorld();
  await putKeys(world, ['a']);
  const text = 'ProvisionedThroughputExceededException: Rate exceeded for Shard - 000000000000/s/shardId-000000000000';
  const iterators: string[] = [];
  for (let i = 0; i < 5; i++) iterators.push(await world.service.getShardIterator(scope, 's', fromHorizon('0')));
  expect(await refusal(world.service.getShardIterator(scope, 's', fromHorizon('0')))).toBe(text);
  const read = () => refusal(world.service.getRecords(scope, { iterator: iterators[0]!, limit: GET_RECORDS_MAX }));
  for (let i = 0; i < 5; i++) expect(await read()).toBe('passes');
  expect(await read()).toBe(text);
  later(world, 200);
  expect(await read()).toBe('passes');
  expect(await read()).toBe(text);
});

test('an answer of 10 MiB blocks the shard for five seconds', async () => {
  const world = await strictWorld();
  for (let i = 0; i < 12; i++) {
    await putRecords(world, [{ partitionKey: 'k', data: bytes('x'.repeat(MIB - 100)) }]);
    later(world, 1_100);
  }
  const iterator = await world.service.getShardIterator(scope, 's', fromHorizon('0'));
  const page = await world.service.getRecords(scope, { iterator, limit: GET_RECORDS_MAX });
  expect(page.blocks.reduce((count, block) => count + block.count, 0)).toBeGreaterThanOrEqual(10);
  const read = () => refusal(world.service.getRecords(scope, { iterator: page.nextIterator!, limit: GET_RECORDS_MAX }));
  later(world, 4_900);
  expect(await read()).toContain('Rate exceeded');
  later(world, 200);
  expect(await read()).toBe('passes');
});

test('without strictLimits none of this holds', async () => {
  const world = await openWorld();
  await world.service.createStream(scope, { name: 's', shardCount: 1 });
  for (let i = 0; i < 5; i++) {
    const outcome = await putKeys(
      world,
      Array.from({ length: 500 }, () => 'a'),
    );
    expect(outcome.runs.some(({ result }) => 'code' in result)).toBe(false);
  }
});
