/** Failing disks: no false acknowledgement, no second sync after a failed one, and a full disk is not the end. */
import { beforeEach, describe, expect, test } from 'vitest';
import { sliceOf } from '../../contract/store.ts';
import { SimDisk } from '../../simulation/sim-disk.ts';
import { A, B, FIRST_SEGMENT, inAWord, OnSimDisk } from './on-sim-disk.ts';

let world: OnSimDisk;
beforeEach(async () => {
  world = new OnSimDisk();
});

describe('a failed sync or write', () => {
  test.each(['sync', 'write'] as const)('%s: fails the store at once and for good', async (call) => {
    await world.open();
    await world.store.create([A]);
    await world.append(A, 'before');
    world.disk.failAt(1, 'EIO', call);
    const answers = await Promise.all(Array.from({ length: 5 }, (_, i) => world.append(A, `${i}`)));
    expect(answers).toEqual(['unknown', 'unknown', 'unknown', 'unknown', 'unknown']);
    expect(world.store.health()).toMatchObject({ state: 'failed' });
    const { calls } = world.disk;
    expect(await world.append(A, 'after')).toBe('failed');
    await world.clock.advance(60_000);
    expect(world.disk.calls).toBe(calls);
    expect(await world.read(A)).toEqual(['before']);
    await world.store.close();
    expect(world.disk.calls).toBe(calls);
  });
  test('two commits under way: neither is acknowledged when the first fails to sync', async () => {
    await world.open();
    await world.store.create([A]);
    await world.append(A, 'before');
    world.disk.failAt(1, 'EIO', 'sync');
    const one = world.store.append([sliceOf(A, 'one')]);
    await world.clock.settle(1);
    const two = world.store.append([sliceOf(A, 'two')]);
    expect([inAWord((await one)[0]!), inAWord((await two)[0]!)]).toEqual(['unknown', 'unknown']);
    expect(await world.read(A)).toEqual(['before']);
  });
  test('at the mark of a clean stop: what is written behind it later survives a power cut', async () => {
    // For some of them the mark lies across the border of two sectors.
    for (let length = 0; length < 512; length += 40) {
      const before = 'b'.repeat(length);
      world = new OnSimDisk();
      await world.open();
      await world.store.create([A]);
      await world.append(A, before);
      world.disk.failAt(1, 'EIO', 'sync');
      await world.store.close();
      world.disk = world.disk.kill();
      await world.open();
      expect(await world.append(A, 'after')).toBe('appended');
      world.disk = world.disk.cut();
      await world.open();
      expect(await world.read(A)).toEqual([before, 'after']);
    }
  });
  test('mode interval: no segment is ended while its last sync fails', async () => {
    for (let turns = 28; turns < 36; turns++) {
      world = new OnSimDisk();
      await world.open({ durability: 'interval', segmentBytesMax: 5_000 });
      await world.store.create([A]);
      await world.append(A, 'x');
      world.disk.failAt(1, 'EIO', 'sync');
      const moved = world.clock.advance(60);
      await world.clock.settle(turns);
      await world.append(A, 'y'.repeat(6_000));
      await moved;
      expect([turns, await world.segments()]).toEqual([turns, ['0000000000000001.seg']]);
      await world.store.close();
    }
  });
  test('mode interval: a failed background sync fails the store', async () => {
    await world.open({ durability: 'interval' });
    await world.store.create([A]);
    await world.append(A, 'x');
    world.disk.failAt(1, 'EIO', 'sync');
    await world.clock.advance(60);
    expect(world.store.health()).toMatchObject({ state: 'failed' });
  });
});

describe('a full disk', () => {
  test.each(['ENOSPC', 'short'] as const)(
    '%s: takes the write back, refuses appends, reads on, and recovers by itself',
    async (code) => {
      await world.open();
      await world.store.create([A]);
      await world.append(A, 'before');
      const size = world.store.usage().bytes;
      world.disk.failAt(1, code, 'write');
      const answers = await Promise.all([world.append(A, 'lost'), world.append(A, 'lost too')]);
      expect(answers).toEqual(['readOnly', 'readOnly']);
      expect(world.store.health()).toMatchObject({ state: 'read-only' });
      expect(await world.append(A, 'refused')).toBe('readOnly');
      expect(world.disk.bytesOf('/data/lane-0/0000000000000001.seg').length).toBe(size);
      expect(await world.read(A)).toEqual(['before']);
      await world.clock.advance(5_000);
      expect(world.store.health()).toEqual({ state: 'ok' });
      expect(await world.append(A, 'after')).toBe('appended');
      world.disk = world.disk.cut();
      await world.open();
      expect(await world.read(A)).toEqual(['before', 'after']);
    },
  );
  test('a commit behind the one that found the disk full is taken back with it', async () => {
    await world.open();
    await world.store.create([A]);
    await world.append(A, 'before');
    world.disk.failAt(1, 'short', 'write');
    const one = world.store.append([sliceOf(A, 'one')]);
    await world.clock.settle(1);
    const two = world.store.append([sliceOf(A, 'two')]);
    expect([inAWord((await one)[0]!), inAWord((await two)[0]!)]).toEqual(['readOnly', 'readOnly']);
    await world.clock.advance(5_000);
    await world.append(A, 'after');
    await world.store.close();
    await world.open();
    expect(await world.read(A)).toEqual(['before', 'after']);
  });
  test.each([
    ['ENOSPC', 'EIO'],
    ['EIO', 'ENOSPC'],
  ] as const)(
    'found by one of two commits under way, while the other fails: both are answered (%s, %s)',
    async (...codes) => {
      let failed = 0;
      for (let seed = 1; seed <= 20; seed++) {
        world = new OnSimDisk();
        world.disk = new SimDisk({ seed });
        await world.open();
        await world.store.create([A]);
        await world.append(A, 'before');
        for (const [i, code] of codes.entries()) world.disk.failAt(i + 1, code, 'write');
        const answers: string[] = [];
        const append = async (text: string) => void answers.push(await world.append(A, text));
        void append('one');
        await world.clock.settle(1);
        void append('two');
        await world.clock.settle();
        const word = world.store.health().state === 'failed' ? 'unknown' : 'readOnly';
        expect([seed, ...answers]).toEqual([seed, word, word]);
        if (word === 'unknown') failed++;
        expect(await world.read(A)).toEqual(['before']);
      }
      expect(failed).toBeGreaterThan(0);
    },
  );
  test('at the making of a segment: no commit is lost', async () => {
    await world.open({ segmentBytesMax: 5_000 });
    await world.store.create([A]);
    const texts = Array.from({ length: 12 }, (_, i) => `${i}`.padEnd(300, '.'));
    const kept: string[] = [];
    world.disk.failAt(1, 'ENOSPC', 'open');
    for (const text of texts) {
      if ((await world.append(A, text)) === 'appended') kept.push(text);
      else await world.clock.advance(5_000);
    }
    expect(kept.length).toBeLessThan(texts.length);
    expect(await world.read(A)).toEqual(kept);
    world.disk = world.disk.cut();
    await world.open();
    expect(await world.read(A)).toEqual(kept);
  });
  test('nothing is written behind the seal of a segment while the next cannot be made', async () => {
    await world.open({ segmentBytesMax: 5_000, durability: 'interval' });
    await world.store.create([A]);
    world.disk.failAt(1, 'ENOSPC', 'open');
    for (let i = 0; i < 12 && world.store.health().state === 'ok'; i++) await world.append(A, `${i}`.padEnd(300, '.'));
    expect(world.store.health()).toMatchObject({ state: 'read-only' });
    const ended = world.disk.bytesOf(FIRST_SEGMENT);
    await world.clock.advance(5_000);
    const kept = await world.read(A);
    expect(await world.append(A, 'after')).toBe('appended');
    expect(world.disk.bytesOf(FIRST_SEGMENT)).toEqual(ended);
    world.disk = world.disk.kill();
    for (const name of await world.names('.idx')) world.disk.lose(`/data/lane-0/${name}`);
    await world.open();
    expect(await world.read(A)).toEqual([...kept, 'after']);
  });
  test('appends are refused before it is full, and taken again when there is room', async () => {
    await world.open({ freeBytesMin: 10_000 });
    await world.store.create([A]);
    world.disk.capacityBytes = 15_000;
    await world.clock.advance(5_000);
    expect(world.store.health()).toMatchObject({ state: 'ok' });
    await world.append(A, 'x'.repeat(5_000));
    await world.clock.advance(5_000);
    expect(world.store.health()).toMatchObject({ state: 'read-only' });
    expect(await world.append(A, 'refused')).toBe('readOnly');
    await expect(world.store.create([2 as never])).rejects.toMatchObject({ kind: 'readOnly' });
    world.disk.capacityBytes = 1_000_000;
    await world.clock.advance(5_000);
    expect(await world.append(A, 'taken')).toBe('appended');
  });
});

test('appends are refused once the store holds as much as it may, and taken again when space came back', async () => {
  await world.open({ bytesMax: 12_000, segmentBytesMax: 6_000 });
  await world.store.create([A, B]);
  for (let i = 0; i < 10; i++) await world.append(A, 'x'.repeat(900));
  await world.clock.advance(5_000);
  expect(world.store.health()).toMatchObject({ state: 'read-only' });
  expect(await world.append(B, 'refused')).toBe('readOnly');
  await world.store.drop([A]);
  await world.clock.advance(20_000);
  expect(await world.append(B, 'taken')).toBe('appended');
});

test('more waiting than the budget is refused as overloaded, and nothing of it is written', async () => {
  await world.open({ waitingBytesMax: 10_000 });
  await world.store.create([A]);
  const answers = await Promise.all(Array.from({ length: 6 }, () => world.append(A, 'x'.repeat(1_500))));
  expect(answers).toEqual(['appended', 'appended', 'appended', 'overloaded', 'overloaded', 'overloaded']);
  expect(await world.read(A)).toHaveLength(3);
  expect(await world.append(A, 'x'.repeat(50_000))).toBe('appended');
});

test('any one failing call is never followed by a false acknowledgement, and the store opens again', async () => {
  for (const code of ['EIO', 'ENOSPC', 'short'] as const) {
    for (let n = 1; n < 60; n++) {
      world = new OnSimDisk();
      await world.open({ segmentBytesMax: 5_000 });
      await world.store.create([A]);
      world.disk.failAt(n, code);
      const kept: string[] = [];
      for (let i = 0; i < 14; i++) {
        const text = `${i}`.padEnd(150, '.');
        const answer = await world.append(A, text);
        if (answer === 'appended') kept.push(text);
        if (answer === 'readOnly') await world.clock.advance(5_000);
      }
      world.disk = world.disk.cut();
      await world.open({ segmentBytesMax: 5_000 });
      const found = await world.read(A);
      expect(found.filter((text) => kept.includes(text))).toEqual(kept);
    }
  }
});
