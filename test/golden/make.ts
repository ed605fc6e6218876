/**
 * Writes a small data folder that every later version has to read. Run once for each format, and never again for it:
 *
 *   npx esbuild test/golden/make.ts --bundle --platform=node --format=esm --outfile=make.mjs
 *   node make.mjs test/golden/store-1.1 [key in hex]
 *
 * contents.ts lists what it holds; test/unit/store/golden.test.ts reads it back.
 */
import { resolve } from 'node:path';
import { encodeBatch } from '../../src/model/record-batch.ts';
import type { ShardKey } from '../../src/model/shard-key.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { nodeDisk } from '../../src/runtime/node-disk.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import { openSegmentedStore } from '../../src/store/segmented/segmented-store.ts';
import { SimClock } from '../simulation/sim-clock.ts';
import { COMMITS, START_MS } from './contents.ts';

const directory = resolve(process.argv[2]!);
const key = process.argv[3];
const clock = new SimClock(START_MS);
const store = await openSegmentedStore({
  disk: nodeDisk,
  clock,
  random: seededRandom(1),
  logger: silentLogger,
  directory,
  durability: 'always',
  segmentBytesMax: 4_900,
  freeBytesMin: 0,
  keys: key === undefined ? undefined : [Buffer.from(key, 'hex')],
});
await store.create([1, 2, 3] as ShardKey[]);
for (const commit of COMMITS) {
  clock.set(clock.now() + 1_000);
  await store.append(
    commit.map(([shard, , records]) => ({
      shard: shard as ShardKey,
      batch: encodeBatch(records),
      picks: Uint32Array.from(records, (_, i) => i),
    })),
  );
}
await (await store.open(2 as ShardKey)).seal();
await clock.advance(10_000);
while (!(await nodeDisk.list(`${directory}/lane-0`)).includes('0000000000000001.idx')) await clock.settle();
await store.close();
