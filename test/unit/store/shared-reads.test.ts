/** Readers behind the hot tail who ask for the same blocks at the same time. */
import { expect, test } from 'vitest';
import { sliceOf } from '../../contract/store.ts';
import { A, B, OnSimDisk } from './on-sim-disk.ts';

/** A store whose records, 20 times so many in each log, have all left memory, and how many bytes have been read of it since. */
async function cold(records = 1) {
  const world = new OnSimDisk();
  let bytes = 0;
  const open = world.disk.open.bind(world.disk);
  world.disk.open = async (path, mode) => {
    const file = await open(path, mode);
    const read = async (into: Uint8Array, position: number) => {
      const count = await file.read(into, position);
      bytes += count;
      return count;
    };
    return { ...file, read };
  };
  await world.open({ hotTailBytesMax: 0 });
  await world.store.create([A, B]);
  for (let i = 0; i < 20; i++) {
    const texts = Array<string>(records).fill(`${i}`.repeat(5_000));
    await Promise.all([A, B].map((shard) => world.store.append([sliceOf(shard, ...texts)])));
  }
  bytes = 0;
  return { world, bytes: () => bytes };
}

test('four who read at one place read the disk once, whichever shard they read', async () => {
  const alone = await cold();
  const [ofA, ofB] = [await alone.world.read(A), await alone.world.read(B)];
  expect(ofA).toHaveLength(20);
  const together = await cold();
  const read = await Promise.all([A, A, B, B].map((shard) => together.world.read(shard)));
  expect(read).toEqual([ofA, ofA, ofB, ofB]);
  expect(together.bytes()).toBe(alone.bytes() / 2);
});

test('of blocks that are long enough for an index entry each, no byte is read twice', async () => {
  const { world, bytes } = await cold(20);
  const { bytes: stored } = world.store.usage();
  expect(await world.read(A)).toHaveLength(400);
  expect(stored).toBeGreaterThan(20 * 2 * 131_072);
  expect(bytes()).toBeLessThan(stored);
});

test('a read that fails fails for all who share it, and is made again for who asks later', async () => {
  const { world } = await cold();
  const [segment] = await world.segments();
  const open = world.disk.open.bind(world.disk);
  let failures = 1;
  world.disk.open = async (path, mode) => {
    const file = await open(path, mode);
    const read = (into: Uint8Array, position: number) =>
      failures-- > 0 ? Promise.reject(new Error('EIO')) : file.read(into, position);
    return { ...file, read };
  };
  expect(segment).toBeDefined();
  const both = await Promise.allSettled([world.read(A), world.read(A)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await world.read(A)).toHaveLength(20);
});
