/**
 * Damage to a small data folder on a disk in memory, one byte at a time, in every file: what opens afterwards serves exactly what was
 * acknowledged; otherwise it refuses, at the start or when the damaged records are read, and leaves the files alone.
 */
import { expect, test } from 'vitest';
import { encodeCatalog } from '../../src/model/catalog-json.ts';
import { Fault } from '../../src/model/fault.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import { SluiceError } from '../../src/runtime/sluice-error.ts';
import { openJournal } from '../../src/service/disk-journal.ts';
import { openSegmentedStore } from '../../src/store/segmented/segmented-store.ts';
import { StoreError } from '../../src/store/store.ts';
import { SimClock } from '../simulation/sim-clock.ts';
import { SimDisk } from '../simulation/sim-disk.ts';
import { drain, fromHorizon, openWorld, putRecords, scope, type World } from '../unit/service/world.ts';
import { isLong, printedRandom, report } from './fault-run.ts';

const SHORT_FLIPS = 150;
const FOLDER = '/data';

interface Opened extends World {
  close(): Promise<void>;
}

async function open(disk: SimDisk): Promise<Opened> {
  const clock = new SimClock();
  const place = { disk, logger: silentLogger };
  const journal = await openJournal({ ...place, directory: `${FOLDER}/meta`, logBytesMax: 3_000 });
  try {
    const store = await openSegmentedStore({
      ...{ ...place, clock, random: seededRandom(2), directory: FOLDER, durability: 'always' },
      ...{ segmentBytesMax: 6_000, freeBytesMin: 0 },
    });
    try {
      const world = await openWorld({ clock, journal, store: () => store });
      const close = async () => {
        await world.service.close();
        await store.close();
        await journal.close();
      };
      return { ...world, close };
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/** Segments that ended and one that did not, a snapshot of the journal, a reshard, settings: stopped in order. */
async function fill(disk: SimDisk): Promise<string> {
  const world = await open(disk);
  const { service } = world;
  await service.createStream(scope, { name: 's', shardCount: 2 });
  await service.createStream(scope, { name: 'other', shardCount: 1 });
  const put = async (from: number) => {
    for (let n = from; n < from + 20; n++) {
      const data = new TextEncoder().encode(`${n}:${'x'.repeat(100)}`);
      await putRecords(world, [{ partitionKey: `key-${n}`, data }], n % 5 === 0 ? 'other' : 's');
    }
  };
  await put(100);
  await service.increaseRetention(scope, 's', 48);
  await service.updateShardCount(scope, 's', 3);
  await put(200);
  for (let n = 0; n < 6; n++) await service.increaseRetention(scope, 'other', 30 + n);
  await put(300);
  await service.increaseRetention(scope, 's', 72);
  const contents = await contentsOf(world);
  await world.close();
  return contents;
}

/** Everything a client can be told, as text. Of the catalog all but what counts the starts. */
async function contentsOf(world: World): Promise<string> {
  const lines = [encodeCatalog({ ...world.journal.catalog, epoch: 0 })];
  for (const name of ['s', 'other']) {
    for (const shard of world.service.listShards(scope, name)) {
      const { records } = await drain(world, fromHorizon(String(shard.index)), name);
      for (const record of records) lines.push(JSON.stringify([name, shard.index, record]));
    }
  }
  return lines.join('\n');
}

type Files = ReadonlyMap<string, Uint8Array>;

async function filesOf(disk: SimDisk, directory = FOLDER): Promise<Files> {
  const files = new Map<string, Uint8Array>();
  for (const name of await disk.list(directory)) {
    const path = `${directory}/${name}`;
    if ((await disk.stat(path))!.isDirectory) for (const file of await filesOf(disk, path)) files.set(...file);
    else files.set(path, disk.bytesOf(path));
  }
  return files;
}

type Outcome = 'served' | 'refused at the start' | 'refused when read';

function isRefusal(error: unknown): boolean {
  const atReading = error instanceof Fault && error.code === 'InternalFailure';
  return error instanceof StoreError || error instanceof SluiceError || atReading;
}

const isSame = (a: Uint8Array, b: Uint8Array | undefined) => b !== undefined && Buffer.compare(a, b) === 0;

/** Throws when what happens is neither. */
async function look(disk: SimDisk, acknowledged: string): Promise<Outcome> {
  const before = await filesOf(disk);
  let world: Opened;
  try {
    world = await open(disk);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const after = await filesOf(disk);
    for (const [path, bytes] of before) if (!isSame(bytes, after.get(path))) throw new Error(`${path} was changed`);
    return 'refused at the start';
  }
  try {
    const contents = await contentsOf(world);
    if (contents !== acknowledged) throw new Error('it serves something else than what was acknowledged');
    return 'served';
  } catch (error) {
    if (isRefusal(error)) return 'refused when read';
    throw error;
  } finally {
    await world.close();
  }
}

test('a data folder with one wrong byte serves exactly what was acknowledged, or refuses', async () => {
  const random = printedRandom('each byte of a small store');
  const disk = new SimDisk({ seed: 1 });
  disk.isQuick = true;
  const acknowledged = await fill(disk);
  const copyOf = () => {
    const copy = disk.afterKill(seededRandom(1));
    copy.isQuick = true;
    return copy;
  };
  const sound = await filesOf(disk);
  expect(await look(copyOf(), acknowledged)).toBe('served');
  const all = [...sound].reduce((sum, [, bytes]) => sum + bytes.length, 0);
  const stride = isLong ? 1 : Math.ceil(all / SHORT_FLIPS);
  const counts: Record<Outcome, number> = { served: 0, 'refused at the start': 0, 'refused when read': 0 };
  const wrong: string[] = [];
  for (const [path, bytes] of sound) {
    for (let at = Math.floor(random.fraction() * stride); at < bytes.length; at += stride) {
      const damaged = bytes[at]! ^ (1 + Math.floor(random.fraction() * 255));
      const copy = copyOf();
      copy.damage(path, at, Uint8Array.of(damaged));
      try {
        counts[await look(copy, acknowledged)]++;
      } catch (error) {
        wrong.push(`${path} byte ${at} (${bytes[at]} to ${damaged}): ${String(error).slice(0, 200)}`);
      }
    }
  }
  report(`each byte: ${all} bytes in ${sound.size} files, every ${stride}: ${JSON.stringify(counts)}`);
  expect(wrong).toEqual([]);
}, 7_200_000);
