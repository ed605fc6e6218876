/** Out of file descriptors, a data folder that was deleted, a disk that does not say what is free, and a slow first commit. */
import { beforeEach, expect, test } from 'vitest';
import { gateOf } from '../server/gate.ts';
import { A, FIRST_SEGMENT, OnSimDisk } from './on-sim-disk.ts';

let world: OnSimDisk;
beforeEach(() => {
  world = new OnSimDisk();
});

/** Appends until the store says something else than that it took the record. Returns what it took and what it said. */
async function appendUntilRefused(): Promise<{ kept: string[]; said: string }> {
  const kept: string[] = [];
  for (let i = 0; i < 50; i++) {
    const text = `${i}`.padEnd(300, '.');
    const said = await world.append(A, text);
    if (said !== 'appended') return { kept, said };
    kept.push(text);
  }
  throw new Error('the store took everything');
}

test('out of file descriptors when a segment ends: refuses, reads on, and goes on once there are some', async () => {
  await world.open({ segmentBytesMax: 5_000 });
  await world.store.create([A]);
  world.disk.isOutOfFiles = true;
  const { kept, said } = await appendUntilRefused();
  expect([said, world.store.health()]).toEqual([
    'readOnly',
    { state: 'read-only', reason: expect.stringMatching(/^no more files can be opened: EMFILE/) },
  ]);
  expect(await world.read(A)).toEqual(kept);
  await world.clock.advance(20_000);
  expect(await world.append(A, 'too early'), 'there are none yet').toBe('readOnly');
  world.disk.isOutOfFiles = false;
  await world.clock.advance(5_000);
  expect(world.store.health()).toEqual({ state: 'ok' });
  expect(await world.append(A, 'after')).toBe('appended');
  world.disk = world.disk.cut();
  await world.open({ segmentBytesMax: 5_000 });
  expect(await world.read(A)).toEqual([...kept, 'after']);
});

test('out of file descriptors between the two handles on a new segment: the first is not left open', async () => {
  await world.open({ segmentBytesMax: 5_000 });
  await world.store.create([A]);
  let held = 0;
  let updates = 0;
  const open = world.disk.open.bind(world.disk);
  world.disk.open = async (path, mode) => {
    if (mode === 'update' && ++updates % 2 === 0) throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
    const file = await open(path, mode);
    held++;
    const close = async () => {
      held--;
      await file.close();
    };
    return { ...file, close };
  };
  const { kept, said } = await appendUntilRefused();
  expect([said, updates, held]).toEqual(['readOnly', 2, 0]);
  world.disk.open = open;
  await world.clock.advance(5_000);
  expect(await world.append(A, 'after')).toBe('appended');
  expect(await world.read(A)).toEqual([...kept, 'after']);
});

test('a read that finds no file descriptor fails alone: the next one finds everything', async () => {
  await world.open({ segmentBytesMax: 5_000, hotTailBytesMax: 0 });
  await world.store.create([A]);
  const texts = Array.from({ length: 30 }, (_, i) => `${i}`.padEnd(300, '.'));
  for (const text of texts) await world.append(A, text);
  await world.store.close();
  await world.open({ segmentBytesMax: 5_000, hotTailBytesMax: 0 });
  world.disk.isOutOfFiles = true;
  await expect(world.read(A)).rejects.toMatchObject({ code: 'EMFILE' });
  expect(world.store.health()).toEqual({ state: 'ok' });
  world.disk.isOutOfFiles = false;
  expect(await world.read(A)).toEqual(texts);
});

test('a store whose file was deleted fails at the next look, and acknowledges nothing more', async () => {
  await world.open();
  await world.store.create([A]);
  await world.append(A, 'before');
  world.disk.lose(FIRST_SEGMENT);
  await world.clock.advance(5_000);
  expect(world.store.health()).toMatchObject({ state: 'failed', reason: expect.stringContaining('deleted') });
  expect(await world.append(A, 'after')).toBe('failed');
});

test('a look that cannot be taken changes nothing: neither for who is deleted nor for what is free', async () => {
  await world.open({ freeBytesMin: 10_000 });
  await world.store.create([A]);
  const fail = () => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' }));
  world.disk.stat = fail;
  world.disk.freeBytes = fail;
  await world.clock.advance(20_000);
  expect(world.store.health()).toEqual({ state: 'ok' });
  expect(await world.append(A, 'taken')).toBe('appended');
});

test('a commit that is on disk before an earlier one is acknowledged after it', async () => {
  const gates: Promise<void>[] = [];
  const open = world.disk.open.bind(world.disk);
  world.disk.open = async (path, mode) => {
    const file = await open(path, mode);
    const sync = async () => {
      await gates.shift();
      await file.sync();
    };
    return { ...file, sync };
  };
  await world.open();
  await world.store.create([A]);
  await world.append(A, 'before');
  const gate = gateOf();
  gates.push(gate.promise);
  const told: string[] = [];
  const tell = (text: string) => world.append(A, text).then((said) => told.push(`${text} ${said}`));
  const one = tell('one');
  while (gates.length > 0) await world.clock.settle(1);
  const two = tell('two');
  await world.clock.settle();
  expect([told, await world.read(A)]).toEqual([[], ['before']]);
  gate.resolve();
  await Promise.all([one, two]);
  expect(told).toEqual(['one appended', 'two appended']);
  expect(await world.read(A)).toEqual(['before', 'one', 'two']);
});
