/** Streams that distribute by themselves: no shard is ever ahead of another by more than the largest record. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBatch } from '../../../src/model/record-batch.ts';
import { spreadBatch, spreadTally } from '../../../src/model/spread.ts';

const batchOf = (sizes: readonly number[]) =>
  encodeBatch(sizes.map((size) => ({ partitionKey: 'same', data: new Uint8Array(size) })));

test('records of one size go round, over the borders of batches', () => {
  const tally = spreadTally(3);
  const placed = [4, 1, 2].flatMap((count) => [...spreadBatch(tally, batchOf(new Array(count).fill(10)))]);
  expect(placed).toEqual([0, 1, 2, 0, 1, 2, 0]);
});

test('after a large record its shard waits until the others have got as much', () => {
  const placed = [...spreadBatch(spreadTally(2), batchOf([1_000, 300, 300, 300, 300]))];
  expect(placed).toEqual([0, 1, 1, 1, 1]);
});

test('shards differ by one record at the most', () => {
  const sizes = fc.array(fc.nat({ max: 5_000 }), { minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), sizes, (shards, lengths) => {
      const batch = batchOf(lengths);
      const tally = spreadTally(shards);
      const placed = spreadBatch(tally, batch);
      const bytes = new Array<number>(shards).fill(0);
      let largest = 0;
      for (const [i, shard] of placed.entries()) {
        const size = batch.starts[i + 1]! - batch.starts[i]!;
        bytes[shard]! += size;
        largest = Math.max(largest, size);
      }
      expect([...tally.bytes]).toEqual(bytes);
      expect(Math.max(...bytes) - Math.min(...bytes)).toBeLessThanOrEqual(largest);
    }),
  );
});
