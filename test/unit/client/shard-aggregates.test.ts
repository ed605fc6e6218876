/** Many records in few, by shard. */
import { expect, test } from 'vitest';
import type { OutgoingRecord } from '../../../src/client/put-target.ts';
import { aggregatingByShard } from '../../../src/client/shard-aggregates.ts';
import { hashHex, ShardMap } from '../../../src/client/shard-map.ts';
import { deaggregate } from '../../../src/wire/kpl.ts';

const half = '7'.padEnd(32, 'f');
const shards = new ShardMap([
  { shardId: 'a', start: '0'.repeat(32), end: half },
  { shardId: 'b', start: '8'.padEnd(32, '0'), end: 'f'.repeat(32) },
]);
const records = Array.from({ length: 200 }, (_, i) => ({ partitionKey: `key-${i}`, data: Buffer.alloc(1_000, i) }));

test('what a shard gets goes in few records, all of its own range, and every record has its outcome', async () => {
  let sent: readonly OutgoingRecord[] = [];
  const failure = { code: 'ProvisionedThroughputExceededException', message: '' };
  const target = {
    put: async (given: readonly OutgoingRecord[]) => {
      sent = given;
      return given.map((_, i) => (i === 0 ? failure : undefined));
    },
  };
  const errors = await aggregatingByShard(target, shards).put(records);
  const carried = sent.map(({ data, partitionKey = '' }) => {
    const inside = deaggregate(data)!;
    const isLow = hashHex(partitionKey, undefined) <= half;
    expect(inside.every((one) => hashHex(one.partitionKey, undefined) <= half === isLow)).toBe(true);
    expect(data.length).toBeLessThanOrEqual(51_200);
    return inside;
  });
  // 200 kB in aggregates of 51,200 bytes: two or three a shard.
  expect(sent.length).toBeLessThan(7);
  const keys = carried.flat().map(({ partitionKey }) => partitionKey);
  expect(keys.sort()).toEqual(records.map(({ partitionKey }) => partitionKey).sort());
  const refused = records.filter((_, i) => errors[i] !== undefined).map(({ partitionKey }) => partitionKey);
  expect(refused).toEqual(carried[0]!.map(({ partitionKey }) => partitionKey));
});
