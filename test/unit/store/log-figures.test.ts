/** What engines know of a log without asking the disk. */
import { expect, test } from 'vitest';
import type { Offset } from '../../../src/model/shard-key.ts';
import { openMemoryStore } from '../../../src/store/memory-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { appended, sliceOf } from '../../contract/store.ts';
import { SimClock } from '../../simulation/sim-clock.ts';
import { A, B, OnSimDisk } from './on-sim-disk.ts';

interface Opened {
  readonly store: Store;
  readonly clock: SimClock;
}

async function inMemory(): Promise<Opened> {
  const clock = new SimClock();
  return { store: openMemoryStore({ clock, gap: (n) => n * 1_000 }), clock };
}

async function onDisk(): Promise<Opened> {
  const world = new OnSimDisk();
  return { store: await world.open(), clock: world.clock };
}

test.each([
  ['memory', inMemory],
  ['segmented', onDisk],
])('the %s engine tells records, bytes and arrivals of each log, also after a trim', async (_, open) => {
  const { store, clock } = await open();
  await store.create([A, B]);
  const firstMs = clock.now();
  await store.append([sliceOf(A, 'x'.repeat(1_000), 'y')]);
  await clock.advance(60_000);
  const [later] = await store.append([sliceOf(A, 'z'.repeat(500))]);
  const figures = store.figures();
  expect(figures.get(A)).toMatchObject({ records: 3, firstMs, lastMs: firstMs + 60_000 });
  expect(figures.get(A)!.bytes).toBeGreaterThan(1_501);
  expect(figures.get(B)).toEqual({ bytes: 0, records: 0, hotReads: 0, coldReads: 0 });
  await store.trim([{ shard: A, before: appended(later).first }]);
  expect(store.figures().get(A)).toMatchObject({ records: 1, lastMs: firstMs + 60_000 });
  expect(store.figures().get(A)!.bytes).toBeLessThan(figures.get(A)!.bytes);
  await store.drop([A]);
  expect([...store.figures().keys()]).toEqual([B]);
});

test('reads from memory and from the disk are told apart', async () => {
  const world = new OnSimDisk();
  await world.open({ hotTailBytesMax: 3_000 });
  await world.store.create([A]);
  for (let i = 0; i < 4; i++) await world.append(A, 'x'.repeat(1_000));
  await world.read(A);
  const log = await world.store.open(A);
  const { next } = await log.range();
  await log.read((next - 1) as Offset, { records: 1, bytes: 1 });
  await log.read(next, { records: 1, bytes: 1 });
  expect(world.store.figures().get(A)).toMatchObject({ hotReads: 2, coldReads: 1 });
});

test('records are not counted where an unclean restart left a hole of 2^32 offsets', async () => {
  const world = new OnSimDisk();
  await world.open({ durability: 'interval' });
  await world.store.create([A]);
  await world.append(A, 'before');
  // By then it is on disk.
  await world.clock.advance(100);
  world.disk = world.disk.cut();
  await world.open({ durability: 'interval' });
  await world.append(A, 'after');
  expect(await world.read(A)).toEqual(['before', 'after']);
  expect(await world.next(A)).toBeGreaterThan(2 ** 32);
  expect(world.store.figures().get(A)!.records).toBeUndefined();
});
