/**
 * The whole service on a disk that fails at a random call and then loses power, start after start: what was confirmed
 * is there once and in order, and the open shards hold every hash key.
 */
import { expect, test } from 'vitest';
import { HOUR_MS } from '../../src/model/time.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { type Random, seededRandom } from '../../src/runtime/random.ts';
import { openJournal } from '../../src/service/disk-journal.ts';
import { openSegmentedStore } from '../../src/store/segmented/segmented-store.ts';
import { coversAll } from '../unit/model/cover.ts';
import { drain, fromHorizon, numbersOf, openWorld, putKeys, scope, type World } from '../unit/service/world.ts';
import { SimClock } from './sim-clock.ts';
import { SimDisk } from './sim-disk.ts';

const KEYS = ['a', 'b', 'e', 'f', 'test'];

async function start(disk: SimDisk, clock: SimClock): Promise<World> {
  const place = { disk, logger: silentLogger };
  const journal = await openJournal({ ...place, directory: '/data/meta', logBytesMax: 4_000 });
  const store = await openSegmentedStore({
    ...{ ...place, clock, random: seededRandom(2), directory: '/data', durability: 'always' },
  });
  return openWorld({ clock, journal, store: () => store });
}

/** Puts and reshards until something fails. Adds the numbers of confirmed records by key. */
async function work(world: World, random: Random, confirmed: ReadonlyMap<string, string[]>): Promise<void> {
  const { service, clock } = world;
  const producers = KEYS.map(async (key) => {
    for (let i = 0; i < 15; i++) {
      const outcome = await putKeys(world, [key]);
      if ('code' in outcome.runs[0]!.result) return;
      confirmed.get(key)!.push(...numbersOf(outcome));
    }
  });
  const reshards = (async () => {
    for (let i = 0; i < 4; i++) {
      clock.set(clock.now() + Math.floor(random.fraction() * 3_000));
      const open = service.listShards(scope, 's', { filter: { type: 'AT_LATEST' } }).length;
      await service.updateShardCount(scope, 's', 1 + Math.floor(random.fraction() * open * 2));
    }
  })();
  await Promise.allSettled([...producers, reshards]);
}

async function numbersByKey(world: World): Promise<Map<string, string[]>> {
  const seen = new Map(KEYS.map((key): [string, string[]] => [key, []]));
  for (const shard of world.service.listShards(scope, 's')) {
    const { records } = await drain(world, fromHorizon(String(shard.index)));
    for (const { data, sequenceNumber } of records) seen.get(data)!.push(sequenceNumber);
  }
  return seen;
}

test('what was confirmed survives any failure and power cut, in puts and in reshards', async () => {
  for (let seed = 1; seed <= 25; seed++) {
    const random = seededRandom(seed);
    const clock = new SimClock();
    const confirmed = new Map(KEYS.map((key): [string, string[]] => [key, []]));
    let disk = new SimDisk({ seed });
    const first = await start(disk, clock);
    await first.service.createStream(scope, { name: 's', shardCount: 2 });
    await first.service.increaseRetention(scope, 's', 240);
    disk = disk.cut();
    for (let life = 0; life < 3; life++) {
      const world = await start(disk, clock);
      // The calls of UpdateShardCount are counted by the day.
      clock.set(clock.now() + 24 * HOUR_MS);
      disk.failAt(1 + Math.floor(random.fraction() * 150), 'EIO');
      await work(world, random, confirmed);
      disk = disk.cut();
      const after = await start(disk, clock);
      const open = after.service.listShards(scope, 's', { filter: { type: 'AT_LATEST' } });
      expect(coversAll(open.map((shard) => shard.range)), `seed ${seed}`).toBe(true);
      expect(after.service.stream(scope, 's').status, `seed ${seed}`).toBe('ACTIVE');
      const seen = await numbersByKey(after);
      for (const [key, numbers] of confirmed) {
        const found = seen.get(key)!;
        expect(new Set(found).size, `seed ${seed}`).toBe(found.length);
        // What was never confirmed may be there too.
        expect(found.filter((number) => numbers.includes(number)).sort(), `seed ${seed}`).toEqual(numbers);
      }
      disk = disk.cut();
    }
  }
});
