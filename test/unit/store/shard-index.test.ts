/** The index of a shard: few entries, and from them every record is found. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { INDEX_OWN_BYTES, INDEX_REACH_BYTES } from '../../../src/model/limits.ts';
import type { Offset } from '../../../src/model/shard-key.ts';
import { nodeDisk } from '../../../src/runtime/node-disk.ts';
import { ShardIndex } from '../../../src/store/segmented/shard-index.ts';
import { sliceOf, textsOf } from '../../contract/store.ts';
import { A, B, OnSimDisk } from './on-sim-disk.ts';

const MEBIBYTE = 1_048_576;

test('whatever the runs, the window of an offset reaches the block of its run', () => {
  const run = fc.record({
    bytes: fc.integer({ min: 33, max: 2 * INDEX_OWN_BYTES }),
    gap: fc.integer({ min: 0, max: INDEX_REACH_BYTES }),
    rolls: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 60 }), (runs) => {
      const index = new ShardIndex();
      let [segment, position] = [1, 128];
      const placed = runs.map(({ bytes, gap, rolls }, first) => {
        if (rolls) [segment, position] = [segment + 1, 128];
        const at = { first, arrivalMs: first, segment, position, bytes };
        index.add(at);
        position += bytes + gap;
        return at;
      });
      for (const { first, segment: of, position: at } of placed) {
        const window = index.window(index.at(first));
        expect(window.segment).toBe(of);
        expect(window.position).toBeLessThanOrEqual(at);
        expect(window.until).toBeGreaterThan(at);
      }
    }),
  );
});

test('a shard with little in each block has an entry for 16 MiB, one that fills the blocks for 32 KiB of its own', () => {
  const thin = new ShardIndex();
  const full = new ShardIndex();
  for (let i = 0; i < 64; i++) {
    const run = { first: i, arrivalMs: 0, segment: 1, position: i * MEBIBYTE };
    thin.add({ ...run, bytes: 500 });
    full.add({ ...run, bytes: MEBIBYTE });
  }
  expect([thin.count, full.count]).toEqual([4, 64]);
});

test('what is read of a shard does not hold the records of its neighbours in memory', async () => {
  const world = new OnSimDisk();
  const store = await world.open({ hotTailBytesMax: 0 });
  await store.create([A, B]);
  for (let i = 0; i < 3; i++) await store.append([sliceOf(A, 'a'.repeat(100_000)), sliceOf(B, `b${i}`)]);
  const blocks = await (await store.open(B)).read(0 as Offset, { records: 10, bytes: 1_000 });
  expect(textsOf(blocks)).toEqual(['b0', 'b1', 'b2']);
  for (const { arena } of blocks) expect(arena.buffer.byteLength).toBeLessThan(1_000);
});

test('a read that has found something ends after 64 MiB of the log, the next one goes on', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-index-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const world = new OnSimDisk();
  const store = await world.open({ disk: nodeDisk, directory, durability: 'os', hotTailBytesMax: 0 });
  await store.create([A, B]);
  const other = sliceOf(A, 'a'.repeat(2 * MEBIBYTE));
  for (let i = 0; i < 20; i++) await store.append([other, sliceOf(B, `b${i}`)]);
  const first = await world.read(B);
  // The text stands in data and key: 64 MiB end in the sixteenth block.
  expect(first.length).toBe(16);
  expect([...first, ...(await world.read(B, 16))]).toEqual(Array.from({ length: 20 }, (_, i) => `b${i}`));
  await store.close();
});
