/** Opening after crashes and damage: torn tails are cut off, lost acknowledged records are loud, nothing is dealt twice. */
import { crc32 } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Offset } from '../../../src/model/shard-key.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { buildPlainBlock } from '../../../src/store/segmented/commit.ts';
import { BLOCK_KIND } from '../../../src/store/segmented/frame.ts';
import { appended, sliceOf } from '../../contract/store.ts';
import { A, B, FIRST_SEGMENT, OnSimDisk } from './on-sim-disk.ts';

let world: OnSimDisk;
beforeEach(() => {
  world = new OnSimDisk();
});

const size = () => world.disk.bytesOf(FIRST_SEGMENT).length;

describe('a torn last commit', () => {
  test('is cut off, whatever byte it is torn at, and all before it stays', async () => {
    await world.open();
    await world.store.create([A]);
    await world.append(A, 'kept');
    const start = size();
    await world.append(A, 'torn');
    const whole = world.disk.bytesOf(FIRST_SEGMENT);
    world.disk = world.disk.kill();
    for (let length = start; length < whole.length; length++) {
      world.disk.shorten(FIRST_SEGMENT, length);
      await world.open();
      expect(await world.read(A)).toEqual(['kept']);
      expect(size()).toBe(start);
      world.disk = world.disk.kill();
      world.disk.damage(FIRST_SEGMENT, start, whole.subarray(start));
    }
    await world.open();
    expect(await world.read(A)).toEqual(['kept', 'torn']);
  });
  test('with a hole in it, whichever byte is gone, is cut off too', async () => {
    await world.open();
    await world.store.create([A]);
    await world.append(A, 'kept');
    const start = size();
    await world.append(A, 'torn');
    const whole = world.disk.bytesOf(FIRST_SEGMENT);
    world.disk = world.disk.kill();
    for (let at = start; at < whole.length; at++) {
      if (whole[at] === 0) continue;
      world.disk.damage(FIRST_SEGMENT, at, Uint8Array.of(0));
      await world.open();
      expect(await world.read(A)).toEqual(['kept']);
      world.disk = world.disk.kill();
      world.disk.damage(FIRST_SEGMENT, start, whole.subarray(start));
    }
  });
  test('is not mistaken for one: a whole block of an earlier, taken back commit is cut off too', async () => {
    await world.open();
    await world.store.create([A]);
    await world.append(A, 'kept');
    world.disk = world.disk.kill();
    const position = size();
    const place = { segment: { id: 1, generation: 0 }, position, durable: { segment: 1, position }, nowMs: 0 };
    const stale = buildPlainBlock(BLOCK_KIND.SEAL, 0, { ...place, commit: 2 });
    world.disk.damage(FIRST_SEGMENT, position, stale);
    await world.open();
    expect(size()).toBe(position);
    world.disk = world.disk.kill();
    world.disk.damage(FIRST_SEGMENT, position, buildPlainBlock(BLOCK_KIND.SEAL, 0, { ...place, commit: 99 }));
    await world.open();
    expect(size()).toBe(position + stale.length);
  });
  test('says so in one line, a clean start says nothing', async () => {
    await world.open();
    await world.store.create([A]);
    await world.store.close();
    await world.open();
    expect(world.lines).toEqual([]);
    await world.append(A, 'x');
    world.disk = world.disk.kill();
    world.disk.shorten(FIRST_SEGMENT, size() - 1);
    await world.open();
    expect(world.lines).toEqual(['warn: cut off an unfinished commit']);
  });
});

describe('damage to acknowledged records', () => {
  /** Three records, then a marker that says they are on disk; returns where the second one begins. */
  async function three(): Promise<number> {
    await world.open();
    await world.store.create([A, B]);
    await world.append(A, 'one');
    const second = size();
    await world.append(A, 'two');
    await world.append(B, 'three');
    await world.clock.advance(450);
    world.disk = world.disk.kill();
    return second;
  }

  test('keeps the store from opening, with file, position and what is lost, and a copy aside', async () => {
    const second = await three();
    world.disk.damage(FIRST_SEGMENT, second + 70, Uint8Array.of(0xff, 0xff));
    const opening = world.open();
    await expect(opening).rejects.toMatchObject({ kind: 'failed' });
    await expect(opening).rejects.toThrow(`${FIRST_SEGMENT} is damaged at byte ${second}`);
    const copies = await world.disk.list('/data/quarantine');
    expect(copies).toEqual([`0000000000000001.seg.0.${second}`]);
    expect(world.disk.bytesOf(`/data/quarantine/${copies[0]}`)).toEqual(world.disk.bytesOf(FIRST_SEGMENT));
    await expect(world.open()).rejects.toMatchObject({ kind: 'failed' });
  });
  test('in the very last commit is told from a torn tail once the lane was idle', async () => {
    await three();
    const bytes = Buffer.from(world.disk.bytesOf(FIRST_SEGMENT));
    world.disk.damage(FIRST_SEGMENT, bytes.indexOf('three'), Uint8Array.of(0));
    await expect(world.open()).rejects.toMatchObject({ kind: 'failed' });
  });
  test('can be accepted: the rest is served, goes on at new offsets, and opens without a word from then on', async () => {
    const second = await three();
    world.disk.damage(FIRST_SEGMENT, second + 70, Uint8Array.of(0xff, 0xff));
    await world.open({ acceptLoss: [1] });
    expect(await world.read(A)).toEqual(['one']);
    expect(await world.read(B)).toEqual(['three']);
    const { first } = appended((await world.store.append([sliceOf(A, 'new')]))[0]);
    expect(first).toBeGreaterThan(1);
    await world.store.close();
    await world.open();
    expect(await world.read(A)).toEqual(['one', 'new']);
  });
  test('in an ended segment shows when it is read, naming file and position', async () => {
    await world.open({ segmentBytesMax: 5_000, hotTailBytesMax: 0 });
    await world.store.create([A]);
    for (let i = 0; i < 8; i++) await world.append(A, `${i}`.padEnd(400, '.'));
    await world.clock.advance(11_000);
    await world.clock.settle(500);
    const position = Buffer.from(world.disk.bytesOf(FIRST_SEGMENT)).indexOf('key of 0') - 64 - 32 - 7;
    world.disk.damage(FIRST_SEGMENT, position + 110, Uint8Array.of(7));
    await expect(world.read(A)).rejects.toMatchObject({ kind: 'failed' });
    await expect(world.read(A)).rejects.toThrow(`${FIRST_SEGMENT} is damaged at byte ${position}`);
    expect((await world.read(A, 7)).map((text) => text[0])).toEqual(['7']);
  });
  test('in an ended segment without an index keeps the store from opening', async () => {
    await world.open({ segmentBytesMax: 5_000 });
    await world.store.create([A]);
    for (let i = 0; i < 8; i++) await world.append(A, `${i}`.padEnd(400, '.'));
    await world.store.close();
    for (const name of await world.names('.idx')) world.disk.lose(`/data/lane-0/${name}`);
    world.disk.damage(FIRST_SEGMENT, 4_300, Uint8Array.of(7));
    await expect(world.open()).rejects.toMatchObject({ kind: 'failed' });
    await world.open({ acceptLoss: [1] });
    expect((await world.read(A)).at(-1)?.[0]).toBe('7');
  });
});

describe('the index of an ended segment', () => {
  async function eight(): Promise<string[]> {
    await world.open({ segmentBytesMax: 5_000, hotTailBytesMax: 0 });
    await world.store.create([A]);
    const texts = Array.from({ length: 8 }, (_, i) => `${i}`.padEnd(400, '.'));
    for (const text of texts) await world.append(A, text);
    await world.clock.advance(11_000);
    await world.clock.settle(500);
    return texts;
  }
  test('is written beside each, and used', async () => {
    const texts = await eight();
    expect((await world.names('.idx')).length).toBe((await world.segments()).length - 1);
    await world.store.close();
    await world.open();
    expect(await world.read(A)).toEqual(texts);
  });
  test.each(['missing', 'damaged', 'of another segment', 'cut short'])('is made again when it is %s', async (how) => {
    const texts = await eight();
    await world.store.close();
    const [first, second] = (await world.names('.idx')).map((name) => `/data/lane-0/${name}`);
    if (how === 'missing') world.disk.lose(first!);
    if (how === 'damaged') world.disk.damage(first!, 70, Uint8Array.of(0xee));
    if (how === 'of another segment') world.disk.damage(first!, 0, world.disk.bytesOf(second!));
    if (how === 'cut short') world.disk.shorten(first!, 80);
    await world.open({ segmentBytesMax: 5_000 });
    expect(await world.read(A)).toEqual(texts);
    await world.clock.advance(11_000);
    await world.clock.settle(500);
    expect(await world.names('.idx')).toContain('0000000000000001.idx');
  });
});

describe('offsets after a crash', () => {
  test.each(['interval', 'os'] as const)(
    'mode %s: what a power cut took is not dealt again, however often it happens',
    async (durability) => {
      const dealt = new Set<number>();
      for (let life = 0; life < 6; life++) {
        await world.open({ durability });
        if (life === 0) await world.store.create([A]);
        for (let i = 0; i < 3; i++) {
          const { first } = appended((await world.store.append([sliceOf(A, `${life}.${i}`)]))[0]);
          expect(dealt.has(first)).toBe(false);
          dealt.add(first);
        }
        world.disk = world.disk.cut();
      }
    },
  );
  test('a clean stop in between keeps the jump', async () => {
    await world.open({ durability: 'os' });
    await world.store.create([A]);
    await world.append(A, 'x');
    world.disk = world.disk.cut();
    await world.open({ durability: 'os' });
    await world.store.close();
    await world.open({ durability: 'os' });
    const { first } = appended((await world.store.append([sliceOf(A, 'y')]))[0]);
    expect(first).toBeGreaterThanOrEqual(2 ** 32);
  });
  test('mode always and clean stops leave no gap', async () => {
    for (const [life, durability] of (['always', 'os', 'interval', 'always'] as const).entries()) {
      await world.open({ durability });
      if (life === 0) await world.store.create([A]);
      expect(appended((await world.store.append([sliceOf(A, `${life}`)]))[0]).first).toBe(life);
      if (durability === 'always') world.disk = world.disk.kill();
      else await world.store.close();
    }
  });
});

describe('what recovery reads is on disk before it is served', () => {
  test('also the names of files: a kill between making a segment and making its name durable, then a power cut', async () => {
    for (let n = 1; ; n++) {
      world = new OnSimDisk();
      await world.open({ segmentBytesMax: 5_000 });
      await world.store.create([A]);
      await world.append(A, '0'.padEnd(300, '.'));
      let left = n;
      let killed: typeof world.disk | undefined;
      world.disk.onChange = () => {
        if (--left === 0) killed ??= world.disk.afterKill(seededRandom(n));
      };
      for (let i = 1; i < 4; i++) await world.append(A, `${i}`.padEnd(300, '.'));
      if (killed === undefined) return expect(n).toBeGreaterThan(10);
      world.disk = killed;
      await world.open({ segmentBytesMax: 5_000 });
      expect(await world.append(A, 'acknowledged')).toBe('appended');
      const cuts = [1, 2, 3, 4].map((seed) => world.disk.afterCut(seededRandom(seed)));
      const kept = await world.read(A);
      for (const disk of cuts) {
        const after = new OnSimDisk();
        after.disk = disk;
        await after.open({ segmentBytesMax: 5_000 });
        expect(await after.read(A)).toEqual(kept);
      }
    }
  });
  test('bytes that a failed sync left in the page cache only survive a later power cut', async () => {
    await world.open();
    await world.store.create([A]);
    world.disk.failAt(1, 'EIO', 'sync');
    expect(await world.append(A, 'unknown')).toBe('unknown');
    world.disk = world.disk.kill();
    await world.open();
    expect(await world.read(A)).toEqual(['unknown']);
    world.disk = world.disk.cut();
    await world.open();
    expect(await world.read(A)).toEqual(['unknown']);
  });
});

describe('a store that is not whole', () => {
  const refused = async (text: string) => {
    await expect(world.open()).rejects.toMatchObject({ kind: 'failed' });
    await expect(world.open()).rejects.toThrow(text);
  };
  beforeEach(async () => {
    await world.open();
    await world.store.create([A]);
    await world.store.close();
  });
  test('store.json without its lane is refused', async () => {
    const elsewhere = new OnSimDisk();
    await elsewhere.disk.makeDirectory('/data');
    const file = await elsewhere.disk.open('/data/store.json', 'create');
    await file.write(world.disk.bytesOf('/data/store.json'), 0);
    await expect(elsewhere.open()).rejects.toThrow('/data/lane-0 is missing');
  });
  test('a lane without its store.json is refused', async () => {
    world.disk.lose('/data/store.json');
    await refused('store.json is missing');
  });
  test('a segment of another store is refused', async () => {
    const text = new TextDecoder().decode(world.disk.bytesOf('/data/store.json'));
    const uuid = /"uuid":"([^"]+)"/.exec(text)![1]!;
    const other = text.replace(
      uuid,
      uuid.replace(/^./, (c) => (c === '0' ? '1' : '0')),
    );
    world.disk.damage('/data/store.json', 0, new TextEncoder().encode(other));
    await refused('belongs to another store');
  });
  test('an unknown major format is refused with words', async () => {
    world.disk.damage(FIRST_SEGMENT, 8, Uint8Array.of(2, 0));
    await refused('use a newer one');
  });
  test('a newer minor format is refused with words: opening would write', async () => {
    const header = world.disk.bytesOf(FIRST_SEGMENT).slice(0, 4_096);
    header[10] = 2;
    new DataView(header.buffer).setUint32(4_092, crc32(header.subarray(0, 4_092)), true);
    world.disk.damage(FIRST_SEGMENT, 0, header);
    const before = world.disk.bytesOf(FIRST_SEGMENT);
    await refused('written in format 1.2');
    expect(world.disk.bytesOf(FIRST_SEGMENT)).toEqual(before);
  });
  test('a damaged segment header is refused', async () => {
    world.disk.damage(FIRST_SEGMENT, 1_000, Uint8Array.of(1));
    await refused('is damaged at byte 0, in its header');
  });
  test('unfinished files are removed', async () => {
    await world.disk.open('/data/lane-0/0000000000000009.seg.tmp', 'create');
    await world.open();
    expect(await world.disk.list('/data/lane-0')).toEqual(['0000000000000001.seg']);
  });
});

test('a new shard and a seal survive a power cut in every mode', async () => {
  await world.open({ durability: 'os' });
  await world.store.create([A, B]);
  await (await world.store.open(B)).seal();
  world.disk = world.disk.cut();
  await world.open({ durability: 'os' });
  expect([await world.append(A, 'x'), await world.append(B, 'x')]).toEqual(['appended', 'sealed']);
  expect(await world.next(B)).toBeGreaterThanOrEqual(0 as Offset);
});
