/** Routing: known keys of a known stream, both borders of every shard, and the plain definition with BigInt. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evenRanges } from '../../../src/model/hash-range.ts';
import { encodeBatch, type RecordInput } from '../../../src/model/record-batch.ts';
import { dealBatch, routeBatch, routerOf } from '../../../src/model/router.ts';
import type { Shard } from '../../../src/model/shard.ts';
import type { ShardKey } from '../../../src/model/shard-key.ts';

const TOP = (1n << 128n) - 1n;
const data = new Uint8Array();

function shardsOf(count: number): Shard[] {
  return evenRanges(count).map((range, index) => {
    return { key: (index + 1) as ShardKey, index, creationSeconds: 1, range, parents: [], openedMs: 0, horizonMs: 0 };
  });
}

const routed = (shards: readonly Shard[], records: readonly RecordInput[]) => {
  const router = routerOf(shards);
  return Array.from(routeBatch(router, encodeBatch(records)).shardOf, (position) => router.shards[position]!.index);
};

test('the keys a, b, e and f go to shards 0, 1, 2 and 1 of three', () => {
  const records = ['a', 'b', 'e', 'f'].map((partitionKey) => ({ partitionKey, data }));
  expect(routed(shardsOf(3), records)).toEqual([0, 1, 2, 1]);
});

test('an explicit hash key outranks the partition key, and both ends of a range belong to it', () => {
  const shards = shardsOf(7);
  for (const { range, index } of shards) {
    const records = [range.start, range.end].map((explicitHash) => ({ partitionKey: 'a', explicitHash, data }));
    expect(routed(shards, records)).toEqual([index, index]);
  }
});

test('closed shards take nothing', () => {
  const [low, high] = shardsOf(2) as [Shard, Shard];
  const whole = { ...low, index: 2, range: { start: 0n, end: TOP } };
  expect(routed([{ ...low, closedMs: 1 }, { ...high, closedMs: 1 }, whole], [{ partitionKey: 'a', data }])).toEqual([
    2,
  ]);
});

test('in ranges of any sizes each first and last hash key and any other goes where the definition says', () => {
  const hash = fc.bigInt(1n, TOP);
  const bounds = fc.uniqueArray(fc.oneof(hash, fc.bigInt(1n, 1_000n)), { maxLength: 40 });
  const property = fc.property(bounds, fc.array(hash, { maxLength: 20 }), (given, others) => {
    const starts = [0n, ...given.sort((a, b) => (a < b ? -1 : 1))];
    const ranges = starts.map((start, i) => ({ start, end: i + 1 < starts.length ? starts[i + 1]! - 1n : TOP }));
    const shards = shardsOf(ranges.length).map((shard, i) => ({ ...shard, range: ranges[i]! }));
    const keys = [...ranges.flatMap(({ start, end }) => [start, end]), ...others];
    const expected = keys.map((key) => ranges.findIndex(({ start, end }) => start <= key && key <= end));
    const records = keys.map((explicitHash) => ({ partitionKey: 'a', explicitHash, data }));
    expect(routed(shards, records)).toEqual(expected);
  });
  fc.assert(property);
});

test('any batch goes where the definition with 128-bit numbers sends it', () => {
  const record = fc.record({
    partitionKey: fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }),
    explicitHash: fc.option(fc.bigInt(0n, TOP), { nil: undefined }),
  });
  const property = fc.property(
    fc.integer({ min: 1, max: 100 }),
    fc.array(record, { minLength: 1 }),
    (count, records) => {
      const shards = shardsOf(count);
      const expected = records.map(({ partitionKey, explicitHash }) => {
        const hash = explicitHash ?? BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`);
        return shards.find((shard) => shard.range.start <= hash && hash <= shard.range.end)!.index;
      });
      expect(
        routed(
          shards,
          records.map((each) => ({ ...each, data })),
        ),
      ).toEqual(expected);
    },
  );
  fc.assert(property);
});

test('dealing keeps the order of the request within each shard and loses no record', () => {
  const property = fc.property(fc.array(fc.nat(9)), (shards) => {
    const { order, bounds } = dealBatch(Uint32Array.from(shards), 10);
    for (let shard = 0; shard < 10; shard++) {
      const expected = [...shards.keys()].filter((i) => shards[i] === shard);
      expect([...order.subarray(bounds[shard], bounds[shard + 1])]).toEqual(expected);
    }
  });
  fc.assert(property);
});
