/** The sketch of heavy keys: what it must find, and what it may get wrong by how much. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBatch, type RecordInput } from '../../../src/model/record-batch.ts';
import { KeySketch } from '../../../src/server/metrics-keys.ts';

const record = (partitionKey: string, size = 100): RecordInput => ({
  partitionKey,
  data: new Uint8Array(size - new TextEncoder().encode(partitionKey).length),
});

function take(sketch: KeySketch, records: readonly RecordInput[], shard = 0): void {
  const batch = encodeBatch(records);
  sketch.take(
    batch,
    Uint32Array.from(records, (_, i) => i),
    shard,
  );
}

test('few keys are counted exactly', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'ü'), { minLength: 1 }), (keys) => {
      const sketch = new KeySketch(0);
      for (const key of keys) take(sketch, [record(key)]);
      const exact = new Map<string, number>();
      for (const key of keys) exact.set(key, (exact.get(key) ?? 0) + 100);
      const found = sketch.hottest();
      expect(new Map(found.map(({ key, bytes }) => [key, bytes]))).toEqual(exact);
      expect(found.every(({ errorBytes }) => errorBytes === 0)).toBe(true);
      expect(found.map(({ bytes }) => bytes)).toEqual([...exact.values()].sort((a, b) => b - a));
    }),
  );
});

test('a heavy key is found among thousands of light ones, and its share is right within the error told', () => {
  const sketch = new KeySketch(0);
  for (let i = 0; i < 10_000; i++) take(sketch, [record(i >= 5_000 && i % 2 === 0 ? 'hot' : `light ${i}`)]);
  const [hot] = sketch.hottest();
  expect(hot?.key).toBe('hot');
  // It came late, in the place of another key whose weight it took over.
  expect(hot!.bytes).toBeGreaterThan(250_000);
  expect(hot!.bytes - hot!.errorBytes).toBeLessThanOrEqual(250_000);
  expect(hot!.errorBytes).toBeLessThanOrEqual(1_000_000 / 40);
});

test('of large puts a sample is taken that does not keep step with the keys', () => {
  const sketch = new KeySketch(0);
  // Every eighth record is hot, at a place where a fixed stride would never or always look.
  const records = Array.from({ length: 500 }, (_, i) => record(i % 8 === 3 ? 'hot' : `light ${i}`));
  for (let i = 0; i < 400; i++) take(sketch, records);
  const hot = sketch.hottest().find(({ key }) => key === 'hot')!;
  const total = 400 * 500 * 100;
  expect(hot.bytes / total).toBeGreaterThan(0.09);
  expect((hot.bytes - hot.errorBytes) / total).toBeLessThan(0.16);
});

test('weights fade by half in ten seconds', () => {
  const sketch = new KeySketch(0);
  take(sketch, [record('a', 1_000)], 5);
  sketch.fade(10_000);
  expect(sketch.hottest()).toEqual([{ key: 'a', shard: 5, bytes: 500, errorBytes: 0 }]);
  sketch.fade(300_000);
  expect(sketch.hottest()).toEqual([]);
});

test('long keys are told shortened, and apart', () => {
  const sketch = new KeySketch(0);
  take(sketch, [record(`${'x'.repeat(255)}1`, 300), record(`${'x'.repeat(255)}2`, 400)]);
  expect(sketch.hottest().map(({ key, bytes }) => [key.length, bytes])).toEqual([
    [128, 400],
    [128, 300],
  ]);
});

test('records without a key are no key', () => {
  const sketch = new KeySketch(0);
  take(sketch, [{ data: new Uint8Array(9) }]);
  expect(sketch.hottest()).toEqual([]);
});
