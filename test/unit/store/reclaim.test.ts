/** Space comes back while neighbours live, in simulated time, and readers do not notice. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Offset } from '../../../src/model/shard-key.ts';
import { appended, sliceOf } from '../../contract/store.ts';
import { A, B, OnSimDisk } from './on-sim-disk.ts';

const KIB = 1_024;
const MINUTE_MS = 60_000;

let world: OnSimDisk;
beforeEach(() => {
  world = new OnSimDisk();
});

/** Lets a simulated minute pass with time for the work it sets going. */
async function aMinute(): Promise<void> {
  for (let ms = 0; ms < MINUTE_MS; ms += 10_000) {
    await world.clock.advance(10_000);
    await world.clock.settle(2_000);
  }
}

/** Records of A and B side by side, in several segments; B has few bytes. Returns what B holds. */
async function neighbours(): Promise<string[]> {
  await world.open({ segmentBytesMax: 100 * KIB, hotTailBytesMax: 0 });
  await world.store.create([A, B]);
  const kept: string[] = [];
  for (let i = 0; i < 60; i++) {
    kept.push(`kept ${i}`);
    await world.store.append([sliceOf(A, 'x'.repeat(10 * KIB)), sliceOf(B, `kept ${i}`)]);
  }
  return kept;
}

describe("a log's bytes come back within a minute while its neighbour lives", () => {
  test('when it is dropped', async () => {
    const kept = await neighbours();
    expect(world.store.usage().bytes).toBeGreaterThan(600 * KIB);
    await world.store.drop([A]);
    await aMinute();
    expect(world.store.usage().bytes).toBeLessThan(80 * KIB);
    expect(await world.read(B)).toEqual(kept);
    world.disk = world.disk.cut();
    await world.open();
    await world.store.retain([B]);
    expect(await world.read(B)).toEqual(kept);
    expect(await world.append(B, 'goes on')).toBe('appended');
  });
  test('when it is trimmed, and it goes on at its next offset', async () => {
    const kept = await neighbours();
    const next = await world.next(A);
    await world.store.trim([{ shard: A, before: next as Offset }]);
    await aMinute();
    expect(world.store.usage().bytes).toBeLessThan(80 * KIB);
    expect(await world.read(A)).toEqual([]);
    expect(await world.read(B)).toEqual(kept);
    world.disk = world.disk.cut();
    await world.open();
    expect(await world.next(A)).toBe(next);
    expect(appended((await world.store.append([sliceOf(A, 'new')]))[0]).first).toBe(next);
  });
  test('when it was dropped before a restart and retain says so again', async () => {
    const kept = await neighbours();
    await world.store.close();
    await world.open();
    await world.store.retain([B]);
    await aMinute();
    expect(world.store.usage().bytes).toBeLessThan(80 * KIB);
    expect(await world.read(B)).toEqual(kept);
  });
});

test('segments without a live record are removed, with their index', async () => {
  await neighbours();
  await aMinute();
  const before = (await world.segments()).length;
  expect(before).toBeGreaterThan(4);
  await world.store.trim([
    { shard: A, before: (await world.next(A)) as Offset },
    { shard: B, before: (await world.next(B)) as Offset },
  ]);
  await aMinute();
  expect(await world.segments()).toHaveLength(1);
  expect(await world.names('.idx')).toHaveLength(0);
});

test('a trim in the middle keeps every record from it on', async () => {
  await neighbours();
  await world.store.trim([{ shard: A, before: 50 as Offset }]);
  await aMinute();
  expect(world.store.usage().bytes).toBeLessThan(330 * KIB);
  expect(await world.read(A, 50)).toHaveLength(10);
});

test('a reader under way while its segment is written again reads on undisturbed', async () => {
  const kept = await neighbours();
  await world.store.drop([A]);
  const log = await world.store.open(B);
  let reading = true;
  const seen = (async () => {
    while (reading) {
      const texts: string[] = [];
      for (let from = 0; ; ) {
        const blocks = await log.read(from as Offset, { records: 4, bytes: KIB });
        if (blocks.length === 0) break;
        texts.push(
          ...blocks.flatMap((block) => Array.from({ length: block.count }, (_, i) => `kept ${block.first + i}`)),
        );
        from = blocks.at(-1)!.next;
      }
      expect(texts).toEqual(kept);
    }
  })();
  await aMinute();
  reading = false;
  await seen;
  expect(world.store.usage().bytes).toBeLessThan(80 * KIB);
});

test('an active segment ends after an hour, an empty one does not', async () => {
  await world.open();
  await world.store.create([A]);
  await world.clock.advance(2 * 60 * MINUTE_MS);
  expect(await world.segments()).toHaveLength(1);
  await world.append(A, 'x');
  await world.clock.advance(MINUTE_MS);
  await world.clock.settle(500);
  expect(await world.segments()).toHaveLength(2);
});

test('a damaged segment is never written again, and told', async () => {
  await neighbours();
  await world.clock.advance(10_000);
  await world.clock.settle(1_000);
  const path = '/data/lane-0/0000000000000001.seg';
  world.disk.damage(path, 50 * KIB, Uint8Array.of(1, 2, 3));
  const before = world.disk.bytesOf(path);
  await world.store.drop([A]);
  await aMinute();
  expect(world.disk.bytesOf(path)).toEqual(before);
  expect(world.lines).toContain('error: a segment could not be freed or indexed');
});

test('a full disk delays the return of space, no more', async () => {
  const kept = await neighbours();
  await world.clock.settle(2_000);
  await world.store.drop([A]);
  for (const n of [1, 2, 3, 5, 8]) world.disk.failAt(n, 'ENOSPC', 'open');
  await aMinute();
  await aMinute();
  expect(world.store.usage().bytes).toBeLessThan(80 * KIB);
  expect(await world.read(B)).toEqual(kept);
});
