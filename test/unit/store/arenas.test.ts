/** Which memory of commits is used again. */
import { describe, expect, test } from 'vitest';
import type { Offset } from '../../../src/model/shard-key.ts';
import { Arenas } from '../../../src/store/segmented/arenas.ts';
import { sliceOf, textsOf } from '../../contract/store.ts';
import { A, B, OnSimDisk } from './on-sim-disk.ts';

const LONG = 100_000;

describe('arenas', () => {
  test('what nobody was lent serves again, at its exact length', () => {
    const arenas = new Arenas();
    const first = arenas.take(LONG);
    arenas.release(first);
    const second = arenas.take(LONG - 5_000);
    expect(second.buffer).toBe(first.buffer);
    expect([second.byteOffset, second.length]).toEqual([0, LONG - 5_000]);
    expect(arenas.take(LONG).buffer).not.toBe(first.buffer);
  });

  test('what a reader was lent never serves again', () => {
    const arenas = new Arenas();
    const lent = arenas.take(LONG);
    arenas.lend(lent);
    arenas.release(lent);
    expect(arenas.take(LONG).buffer).not.toBe(lent.buffer);
  });

  test('memory is not given where it is too short, or much too long', () => {
    const arenas = new Arenas();
    const first = arenas.take(LONG);
    arenas.release(first);
    for (const bytes of [LONG * 1.1, LONG / 2]) expect(arenas.take(bytes).buffer).not.toBe(first.buffer);
    expect(arenas.take(LONG).buffer).toBe(first.buffer);
  });

  test.each([
    [3, 524_288],
    [1, 1_048_576],
    [1, 4_194_304],
  ])('the newest %i of %i bytes wait to serve again: up to 1.5 MiB, and one however long', (kept, bytes) => {
    const arenas = new Arenas();
    const taken = Array.from({ length: 10 }, () => arenas.take(bytes));
    for (const arena of taken) arenas.release(arena);
    const again = Array.from({ length: 10 }, () => arenas.take(bytes).buffer);
    expect(again.slice(0, kept)).toEqual(taken.slice(-kept).map(({ buffer }) => buffer));
    expect(new Set([...taken.map(({ buffer }) => buffer), ...again]).size).toBe(20 - kept);
  });
});

test.each([0, 200_000])(
  'records that a reader holds stay as they are while others follow, with a tail of %i bytes',
  async (hotTailBytesMax) => {
    const world = new OnSimDisk();
    await world.open({ hotTailBytesMax });
    await world.store.create([A, B]);
    const log = await world.store.open(A);
    const limit = { records: 1_000, bytes: 10_000_000 };
    const held: { text: string; blocks: Awaited<ReturnType<typeof log.read>> }[] = [];
    let from = 0;
    for (let i = 0; i < 12; i++) {
      const text = String.fromCharCode(0x61 + i).repeat(40_000);
      // Every other commit goes unread while it is in memory, so that there is memory to use again.
      await world.store.append([sliceOf(A, text), sliceOf(B, text)]);
      const { next } = await log.range();
      if (i % 2 === 0) held.push({ text, blocks: await log.read(from as Offset, limit) });
      from = next;
    }
    for (const { text, blocks } of held) expect(textsOf(blocks)).toEqual([text]);
    expect(await world.read(B)).toHaveLength(12);
  },
);
