/** The contract on the segmented engine: on the simulated and the real disk, in all durabilities, also with tiny segments and without a hot tail. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Disk } from '../../src/runtime/disk.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { nodeDisk } from '../../src/runtime/node-disk.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import { openSegmentedStore, type SegmentedStoreOptions } from '../../src/store/segmented/segmented-store.ts';
import { SimClock } from '../simulation/sim-clock.ts';
import { SimDisk } from '../simulation/sim-disk.ts';
import { describeStore, type StoreWorld } from './store.ts';

type Variation = Partial<SegmentedStoreOptions> & Pick<SegmentedStoreOptions, 'durability'>;

async function segmentedWorld(disk: Disk, directory: string, variation: Variation): Promise<StoreWorld> {
  const clock = new SimClock();
  const options = {
    disk,
    clock,
    directory,
    random: seededRandom(1),
    logger: silentLogger,
    freeBytesMin: 0,
    ...variation,
  };
  return {
    store: await openSegmentedStore(options),
    durability: variation.durability === 'always' ? 'disk' : 'pageCache',
    setTime: (ms) => clock.set(ms),
    reopen: () => openSegmentedStore(options),
    dispose: async () => undefined,
  };
}

const onSimDisk = (variation: Variation) => () => segmentedWorld(new SimDisk({ seed: 1 }), '/data', variation);

const onRealDisk = (variation: Variation) => async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-store-'));
  const world = await segmentedWorld(nodeDisk, join(directory, 'data'), variation);
  return { ...world, dispose: () => rm(directory, { recursive: true }) };
};

describeStore('segmented, simulated disk', onSimDisk({ durability: 'always' }));
describeStore(
  'segmented, a segment for every few commits',
  onSimDisk({ durability: 'always', segmentBytesMax: 6_000 }),
);
describeStore('segmented, no hot tail', onSimDisk({ durability: 'always', hotTailBytesMax: 0 }));
const keys = [new Uint8Array(32).fill(3)];
describeStore('segmented, with a key', onSimDisk({ durability: 'always', keys, hotTailBytesMax: 0 }));
describeStore(
  'segmented, with a key and a segment for every few commits',
  onSimDisk({ durability: 'always', keys, segmentBytesMax: 6_000, hotTailBytesMax: 0 }),
);
describeStore('segmented, real disk, always', onRealDisk({ durability: 'always' }));
describeStore('segmented, real disk, interval', onRealDisk({ durability: 'interval', hotTailBytesMax: 0 }));
describeStore('segmented, real disk, os', onRealDisk({ durability: 'os', segmentBytesMax: 6_000 }));
