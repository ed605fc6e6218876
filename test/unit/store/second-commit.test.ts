/** When a commit begins beside another that is on its way to the disk. */
import { expect, test } from 'vitest';
import { gateOf } from '../server/gate.ts';
import { A, OnSimDisk } from './on-sim-disk.ts';

/** A store whose next sync waits for the gate, with an append in it; `before` was appended earlier. */
async function held(before = 'before') {
  const world = new OnSimDisk();
  const gate = gateOf();
  let isHeld = false;
  let writes = 0;
  const open = world.disk.open.bind(world.disk);
  world.disk.open = async (path, mode) => {
    const file = await open(path, mode);
    return {
      ...file,
      async write(bytes, position) {
        writes += 1;
        return file.write(bytes, position);
      },
      async sync() {
        if (isHeld) await gate.promise;
        await file.sync();
      },
    };
  };
  await world.open({ secondCommitBytesMin: undefined });
  await world.store.create([A]);
  await world.append(A, before);
  isHeld = true;
  writes = 0;
  const first = world.append(A, 'first');
  await world.clock.settle();
  return { world, gate, first, writes: () => writes };
}

test('what is little gathers while a commit is under way, and is one commit then', async () => {
  // What has gone into a commit waits no more.
  const { world, gate, first, writes } = await held('much'.repeat(50_000));
  const others = Array.from({ length: 10 }, (_, i) => world.append(A, `${i}`));
  await world.clock.settle();
  expect(writes()).toBe(1);
  gate.resolve();
  expect(await Promise.all([first, ...others])).toEqual(Array.from({ length: 11 }, () => 'appended'));
  expect(writes()).toBe(2);
});

test('what is much does not wait for a commit under way, but for a second one', async () => {
  const { world, gate, first, writes } = await held();
  const others = ['a', 'b'].map((letter) => world.append(A, letter.repeat(10_000)));
  await world.clock.settle();
  expect(writes(), 'some 40,000 bytes wait, keys and data').toBe(1);
  others.push(world.append(A, 'd'.repeat(10_000)));
  await world.clock.settle();
  expect(writes()).toBe(2);
  others.push(world.append(A, 'e'.repeat(100_000)));
  await world.clock.settle();
  expect(writes(), 'two are under way').toBe(2);
  gate.resolve();
  expect(await Promise.all([first, ...others])).toEqual(Array.from({ length: 5 }, () => 'appended'));
  expect(writes()).toBe(3);
});
