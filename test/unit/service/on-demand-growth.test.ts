/** On-demand streams under load, on a clock in hand: they grow by what their shards took since the last look. */
import { describe, expect, test } from 'vitest';
import type { ServiceSettings } from '../../../src/service/parts.ts';
import { openWorld, putRecords, scope, type World } from './world.ts';

const MIB = 1_048_576;

async function onDemand(settings: Partial<ServiceSettings> = {}): Promise<World> {
  const world = await openWorld({ settings: { onDemandScaling: true, ...settings } });
  await world.service.createStream(scope, { name: 's' });
  return world;
}

const put = (world: World, bytes: number, name = 's') =>
  putRecords(world, [{ partitionKey: 'k', explicitHash: 0n, data: new Uint8Array(bytes - 1) }], name);

const open = ({ service }: World, name = 's') =>
  service.listShards(scope, name).filter((shard) => shard.closedMs === undefined);

describe('a look', () => {
  test('splits the shard that took over half a MiB a second in the middle', async () => {
    const world = await onDemand();
    await put(world, MIB);
    await world.clock.advance(1_999);
    await world.service.growOnDemand();
    const [first, second] = open(world).filter(({ parents }) => parents.length > 0);
    expect(open(world)).toHaveLength(5);
    expect([first?.parents, second?.parents]).toEqual([[0], [0]]);
    expect([first?.range.start, second?.range.start]).toEqual([0n, 2n ** 125n]);
  });

  test('leaves a shard that took half a MiB a second or less, and counts anew', async () => {
    const world = await onDemand();
    for (let look = 0; look < 3; look++) {
      await put(world, MIB);
      await world.clock.advance(2_000);
      await world.service.growOnDemand();
    }
    expect(open(world)).toHaveLength(4);
  });

  test('goes on with the children: each look may double', async () => {
    const world = await onDemand();
    for (let look = 0; look < 3; look++) {
      await put(world, MIB);
      await world.clock.advance(1_000);
      await world.service.growOnDemand();
    }
    expect(open(world)).toHaveLength(7);
    await put(world, 10);
    expect(open(world).find(({ range }) => range.start === 0n)?.range.end).toBe(2n ** 123n - 1n);
  });

  test('leaves a stream alone that is on its way to something else', async () => {
    const world = await onDemand({ transitionMs: 10_000 });
    await world.clock.advance(10_000);
    await world.service.settings.changeRecordBytesMax(scope, 's', 2 * MIB);
    await put(world, MIB);
    await world.clock.advance(1_000);
    await world.service.growOnDemand();
    await world.clock.advance(10_000);
    expect(world.service.stream(scope, 's')).toMatchObject({ status: 'ACTIVE', recordBytesMax: 2 * MIB });
    expect(open(world)).toHaveLength(4);
  });

  test('never goes over the shards there may be, nor touches provisioned streams', async () => {
    const world = await onDemand({ shardsMax: 5 });
    await world.service.createStream(scope, { name: 'p', shardCount: 1 });
    await put(world, MIB);
    await put(world, MIB, 'p');
    await world.clock.advance(1_000);
    await world.service.growOnDemand();
    expect([open(world).length, open(world, 'p').length]).toEqual([4, 1]);
  });
});

test('a look happens by itself within a minute, and the stream is UPDATING while it grows', async () => {
  const world = await onDemand({ transitionMs: 10_000 });
  await world.clock.advance(10_000);
  for (let i = 0; i < 31; i++) await put(world, MIB);
  await world.clock.advance(50_000);
  expect(world.service.stream(scope, 's')).toMatchObject({ status: 'UPDATING' });
  await world.clock.advance(10_000);
  expect(world.service.stream(scope, 's')).toMatchObject({ status: 'ACTIVE' });
  expect(open(world)).toHaveLength(5);
});

test('without the setting nothing grows', async () => {
  const world = await onDemand({ onDemandScaling: false });
  await put(world, MIB);
  await world.clock.advance(60_000);
  await world.service.growOnDemand();
  expect(open(world)).toHaveLength(4);
});
