/** What stays in memory of the newest blocks. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { encodeBatch, recordAt } from '../../../src/model/record-batch.ts';
import type { ShardKey } from '../../../src/model/shard-key.ts';
import { pickedBytes } from '../../../src/store/copy-picks.ts';
import { buildCommit, type Commit, type Part } from '../../../src/store/segmented/commit.ts';
import { HotTail, HotView } from '../../../src/store/segmented/hot-tail.ts';
import { ShardState } from '../../../src/store/segmented/shard-state.ts';

const BYTES = 100_000;
const PLACE = {
  segment: { id: 1, generation: 0 },
  position: 4_096,
  commit: 1,
  durable: { segment: 1, position: 0 },
};

/** A commit at a time of one record of so many bytes in each of the shards. */
function commitTo(shards: readonly ShardState[], nowMs: number, bytes = BYTES): Commit {
  const batch = encodeBatch(shards.map(({ key }) => ({ partitionKey: `${key}`, data: new Uint8Array(bytes) })));
  const parts = shards.map((shard, i): Part => {
    const slice = { shard: shard.key, batch, picks: Uint32Array.of(i) };
    return { shard, slice, bytes: pickedBytes(slice), first: 0, arrivalMs: 0, gone: false };
  });
  return buildCommit([{ parts, bytes: 0, settle: () => undefined }], { ...PLACE, nowMs });
}

/** Adds blocks of one run each, which readers look at; returns where their bytes are, as long as anybody holds them. */
function fill(tail: HotTail, shard: ShardState, count: number): WeakRef<Uint8Array>[] {
  return Array.from({ length: count }, (_, i) => {
    const { runs } = commitTo([shard], i);
    shard.hot.push(tail.next, 0);
    tail.lend(runs!.arena);
    tail.add([shard], runs!);
    return new WeakRef(runs!.arena);
  });
}

test('only the newest blocks that fit are there to read, and nothing holds the others', async () => {
  const shard = new ShardState(1 as ShardKey);
  const tail = new HotTail(BYTES * 3.5);
  const hot = new HotView(tail, shard.hot);
  const arenas = fill(tail, shard, 10);
  expect([hot.count, hot.first]).toEqual([3, 7]);
  // What a WeakRef points to lives until the end of the turn it was made in.
  await new Promise((resolve) => setImmediate(resolve));
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  expect(arenas.map((arena) => arena.deref() !== undefined)).toEqual([...Array(7).fill(false), true, true, true]);
  expect(hot.run(0).first).toBe(7);
});

test('each shard finds its own runs by offset and by time, also when most have left memory', () => {
  const shards = [1, 2, 3].map((key) => new ShardState(key as ShardKey));
  const tail = new HotTail(100 * 500);
  const commits = 1_000;
  for (let n = 0; n < commits; n++) {
    // The first shard is in all commits, the second in every other, the third in every third.
    const touched = shards.filter(({ key }) => n % key === 0);
    const { runs } = commitTo(touched, 1_000 + n, 10);
    for (const [i, { hot }] of touched.entries()) hot.push(tail.next, i);
    tail.add(touched, runs!);
  }
  const every = new HotView(tail, shards[0]!.hot);
  expect(every.count).toBeGreaterThan(50);
  expect(every.count).toBeLessThan(500);
  const oldest = every.firstArrivalMs;
  for (const shard of shards) {
    const { key } = shard;
    const hot = new HotView(tail, shard.hot);
    // Record m of a shard came with commit m * key.
    const first = Math.ceil((oldest - 1_000) / key);
    expect([hot.first, hot.first + hot.count]).toEqual([first, Math.ceil(commits / key)]);
    const found: unknown[] = [];
    const expected: unknown[] = [];
    for (let m = first; m < first + hot.count; m++) {
      const arrivalMs = 1_000 + m * key;
      const run = hot.run(hot.at(m));
      found.push([run.first, run.next, run.count, run.arrivalMs, hot.since(arrivalMs), recordAt(run, 0).partitionKey]);
      expected.push([m, m + 1, 1, arrivalMs, m - first, `${key}`]);
    }
    expect(found).toEqual(expected);
    expect(hot.at(first + hot.count)).toBe(hot.count);
    expect(hot.since(1_000 + commits)).toBe(hot.count);
  }
});
