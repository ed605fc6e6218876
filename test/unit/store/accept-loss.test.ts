/** Giving up what is damaged: only in the segments that are named, saying what goes, keeping all that is whole. */
import { beforeEach, expect, test } from 'vitest';
import { sliceOf } from '../../contract/store.ts';
import { A, B, FIRST_SEGMENT, OnSimDisk } from './on-sim-disk.ts';

const SECOND_SEGMENT = '/data/lane-0/0000000000000002.seg';
const JUNK = Uint8Array.from({ length: 64 }, (_, i) => 255 - i);
let world: OnSimDisk;

/** Three segments of three records, the last of two. */
beforeEach(async () => {
  world = new OnSimDisk();
  await world.open({ segmentBytesMax: 5_800 });
  await world.store.create([A, B]);
  for (let i = 0; i < 8; i++) await world.append(A, `${i}`.padEnd(180, '.'));
  await world.store.close();
});

const letters = async () => (await world.read(A)).map((text) => text[0]).join('');
const reopen = (...acceptLoss: number[]) => world.open({ segmentBytesMax: 5_800, acceptLoss });

async function namesOfAll(): Promise<string> {
  await reopen();
  const all = await letters();
  await world.store.close();
  return all;
}

test('a damaged header costs no record: the blocks behind it say what they belong to', async () => {
  expect(await world.segments()).toHaveLength(3);
  for (const [id, path] of [FIRST_SEGMENT, SECOND_SEGMENT, '/data/lane-0/0000000000000003.seg'].entries()) {
    world.disk.damage(path, 0, JUNK);
    await expect(reopen()).rejects.toThrow(`${path} is damaged at byte 0, in its header: no records are lost.`);
    await expect(reopen()).rejects.toMatchObject({ name: 'DamagedSegmentError', segment: id + 1 });
    await reopen(id + 1);
    expect(await letters()).toBe('01234567');
    await world.store.close();
    expect(await namesOfAll()).toBe('01234567');
  }
});

test('a segment of a later generation is known without its header, too', async () => {
  for (const byte of [10, 20]) {
    world.disk.damage(FIRST_SEGMENT, byte, JUNK);
    await reopen(1);
    await world.store.close();
  }
  world.disk.damage(FIRST_SEGMENT, 30, JUNK);
  await reopen(1);
  expect(await letters()).toBe('01234567');
});

test('a segment of which nothing is whole is given up, and the others are served', async () => {
  const size = world.disk.bytesOf(SECOND_SEGMENT).length;
  for (let at = 0; at < size; at += 64) world.disk.damage(SECOND_SEGMENT, at, JUNK);
  await expect(reopen()).rejects.toThrow('which records are lost cannot be told');
  await reopen(2);
  const left = await letters();
  expect('01234567').toContain(left[0]);
  expect(left).toMatch(/^0.*7$/);
  expect(left.length).toBeLessThan(8);
  await world.store.close();
  expect(await namesOfAll()).toBe(left);
});

test('the newest segment can be given up whole: no offset is dealt again', async () => {
  const newest = '/data/lane-0/0000000000000003.seg';
  const size = world.disk.bytesOf(newest).length;
  for (let at = 0; at < size; at += 64) world.disk.damage(newest, at, JUNK);
  await reopen(3);
  const outcome = (await world.store.append([sliceOf(A, 'new')]))[0]!;
  expect('error' in outcome ? outcome.error : outcome.first).toBeGreaterThan(8);
  await world.store.close();
  await reopen();
  expect(await letters()).toMatch(/^0.*n$/);
});

test('a loss in another segment than the named one keeps the store from opening', async () => {
  for (const name of await world.names('.idx')) world.disk.lose(`/data/lane-0/${name}`);
  world.disk.damage(FIRST_SEGMENT, 4_500, JUNK);
  await expect(reopen(2, 3)).rejects.toMatchObject({ segment: 1 });
});

test('a named segment is looked at byte by byte even where its index fits, and what is lost is told', async () => {
  const at = Buffer.from(world.disk.bytesOf(FIRST_SEGMENT)).indexOf('key of 1');
  world.disk.damage(FIRST_SEGMENT, at, JUNK);
  const lines: unknown[] = [];
  const logger = { log: (...line: unknown[]) => void lines.push(line) };
  await world.open({ segmentBytesMax: 5_800, acceptLoss: [1], logger });
  expect(await letters()).toBe('0234567');
  expect(JSON.stringify(lines)).toContain('lost are log 1: offsets 1 to 1');
});
