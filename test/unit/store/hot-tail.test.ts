/** What stays in memory of the newest blocks. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { encodeBatch, type RecordBlock } from '../../../src/model/record-batch.ts';
import type { Offset } from '../../../src/model/shard-key.ts';
import { Arenas } from '../../../src/store/segmented/arenas.ts';
import { HotRuns, HotTail } from '../../../src/store/segmented/hot-tail.ts';

const BYTES = 100_000;

function run(first: number): RecordBlock {
  const batch = encodeBatch([{ partitionKey: 'a', data: new Uint8Array(BYTES) }]);
  return { ...batch, first: first as Offset, next: (first + 1) as Offset, arrivalMs: 0 };
}

/** Adds blocks of one run each, which readers look at; returns where their bytes are, as long as anybody holds them. */
function fill(runs: HotRuns, count: number): WeakRef<Uint8Array>[] {
  const arenas = new Arenas();
  const tail = new HotTail(BYTES * 3.5, arenas);
  return Array.from({ length: count }, (_, i) => {
    const records = run(i);
    runs.push(records);
    arenas.lend(records.arena);
    tail.add([runs], records.arena);
    return new WeakRef(records.arena);
  });
}

test('only the newest blocks that fit are there to read, and nothing holds the others', async () => {
  const runs = new HotRuns();
  const arenas = fill(runs, 10);
  expect([runs.count, runs.first]).toEqual([3, 7]);
  // What a WeakRef points to lives until the end of the turn it was made in.
  await new Promise((resolve) => setImmediate(resolve));
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  expect(arenas.map((arena) => arena.deref() !== undefined)).toEqual([...Array(7).fill(false), true, true, true]);
  expect(runs.run(0).first).toBe(7);
});
