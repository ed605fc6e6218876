/** Data folders written by formats 1.0 and 1.1 stay readable, record for record, with their indexes and without. */
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeBatch, recordAt } from '../../../src/model/record-batch.ts';
import type { Offset, ShardKey } from '../../../src/model/shard-key.ts';
import { silentLogger } from '../../../src/runtime/logger.ts';
import { nodeDisk } from '../../../src/runtime/node-disk.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { openSegmentedStore } from '../../../src/store/segmented/segmented-store.ts';
import { offsetsOf, sliceOf } from '../../contract/store.ts';
import { COMMITS, KEY, START_MS } from '../../golden/contents.ts';
import { SimClock } from '../../simulation/sim-clock.ts';
import { inAWord } from './on-sim-disk.ts';

const golden = (format: string) => join(import.meta.dirname, `../../golden/store-${format}`);
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-golden-'));
});
afterEach(() => rm(directory, { recursive: true }));

const open = () =>
  openSegmentedStore({
    disk: nodeDisk,
    clock: new SimClock(START_MS),
    random: seededRandom(2),
    logger: silentLogger,
    directory,
    durability: 'always',
    freeBytesMin: 0,
    keys: [KEY],
  });

test.each([
  ['1.0', 'with'],
  ['1.0', 'without'],
  ['1.1', 'with'],
  ['1.1', 'without'],
])('every record of format %s is there, %s the index', async (format, index) => {
  await cp(golden(format), directory, { recursive: true });
  const lane = join(directory, 'lane-0');
  const indexes = (await readdir(lane)).filter((name) => name.endsWith('.idx'));
  expect(indexes.length).toBeGreaterThan(0);
  const written = await Promise.all(indexes.map((name) => readFile(join(lane, name))));
  if (index === 'without') for (const name of indexes) await rm(join(lane, name));
  const store = await open();
  for (const shard of [1, 2, 3] as ShardKey[]) {
    const expected = COMMITS.flatMap((commit, i) =>
      commit.flatMap(([key, first, records]) =>
        key === shard
          ? records.map((record, n) => ({ offset: first + n, arrivalMs: START_MS + (i + 1) * 1_000, record }))
          : [],
      ),
    );
    const blocks = await (await store.open(shard)).read(0 as Offset, { records: 100, bytes: 10_000 });
    expect(offsetsOf(blocks)).toEqual(expected.map(({ offset }) => offset));
    const found = blocks.flatMap((block) =>
      Array.from({ length: block.count }, (_, i) => ({ arrivalMs: block.arrivalMs, record: recordAt(block, i) })),
    );
    const plain = encodeBatch(expected.map(({ record }) => record));
    expect(found).toEqual(expected.map(({ arrivalMs }, i) => ({ arrivalMs, record: recordAt(plain, i) })));
  }
  const outcomes = await store.append([1, 2, 3].map((shard) => sliceOf(shard as ShardKey, 'new')));
  expect(outcomes.map(inAWord)).toEqual(['appended', 'sealed', 'appended']);
  expect(outcomes[0]).toMatchObject({ first: 4 });
  await store.close();
  // Made again just as they were, but for their minor.
  expect(await Promise.all(indexes.map((name) => readFile(join(lane, name))))).toEqual(written.map(asOfMinor1));
});

function asOfMinor1(index: Uint8Array): Buffer {
  const bytes = Buffer.from(index);
  bytes.writeUInt16LE(1, 10);
  bytes.writeUInt32LE(0, 56);
  bytes.writeUInt32LE(crc32(bytes), 56);
  return bytes;
}

test('the bytes are where docs/format.md says', async () => {
  const bytes = await readFile(join(golden('1.0'), 'lane-0/0000000000000001.seg'));
  expect(bytes.toString('latin1', 0, 8)).toBe('SLUICSEG');
  expect([bytes.readUInt16LE(8), bytes.readUInt16LE(10), bytes.readUInt32LE(12)]).toEqual([1, 0, 1]);
  expect([bytes.readBigUInt64LE(16), bytes.readBigUInt64LE(48)]).toEqual([1n, BigInt(START_MS)]);
  expect(bytes.toString('latin1', 4_096, 4_100)).toBe('SLB1');
  expect([bytes.readUInt32LE(4_104), bytes[4_108]]).toEqual([64, 2]);
  // The second block creates the three shards.
  const create = 4_096 + 64;
  expect([bytes.readUInt32LE(create + 8), bytes[create + 12], bytes.readUInt32LE(create + 44)]).toEqual([160, 1, 3]);
  // The third holds the first record: one run of shard 1, offset 0.
  const first = create + 160;
  expect([bytes[first + 12], bytes.readUInt32LE(first + 44), bytes.readUInt32LE(first + 64)]).toEqual([1, 1, 1]);
  expect([bytes.readUInt32LE(first + 72), bytes.readUInt32LE(first + 76)]).toEqual([1, 96]);
  expect([bytes.readBigUInt64LE(first + 80), bytes.readBigUInt64LE(first + 88)]).toEqual([
    0n,
    BigInt(START_MS + 1_000),
  ]);
  expect(bytes.toString('hex', first + 96, first + 96 + 15)).toBe('0500000300000066697273740102' + '03');
});
