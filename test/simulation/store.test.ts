/** Seeded worlds of the segmented store. One that fails is run again with SEED=<n> npx vitest run --project simulation test/simulation/store.test.ts */
import { expect, test } from 'vitest';
import { type Ending, StoreWorld } from './store-world.ts';

/** `npm run test:sim` lives through more. */
const WORLDS = process.env['SLUICE_SIM_CUTS'] === undefined ? 30 : 120;
const LIVES = 6;
const { SEED } = process.env;
const seeds = SEED === undefined ? Array.from({ length: WORLDS }, (_, i) => i * 10) : [Number(SEED)];

async function live(seed: number): Promise<StoreWorld> {
  const world = new StoreWorld(seed);
  await world.open();
  for (let life = 0; life < LIVES; life++) {
    const acts = 5 + Math.floor(world.random.fraction() * 40);
    for (let i = 0; i < acts; i++) await world.act();
    await world.clock.settle(Math.floor(world.random.fraction() * 15));
    const dice = world.random.fraction();
    const ending: Ending = dice < 0.6 ? 'power cut' : dice < 0.8 ? 'kill' : 'clean stop';
    await world.end(ending);
  }
  await world.store.close();
  return world;
}

test.each(seeds)('what was acknowledged survives %i', async (seed) => {
  await live(seed);
});

test('the same seed makes the same world', async () => {
  const [one, two] = [await live(4_711), await live(4_711)];
  const contents = (world: StoreWorld, name: string) => Buffer.from(world.disk.bytesOf(`/data/lane-0/${name}`));
  const names = await one.disk.list('/data/lane-0');
  expect(await two.disk.list('/data/lane-0')).toEqual(names);
  for (const name of names) expect(contents(two, name).equals(contents(one, name))).toBe(true);
});
