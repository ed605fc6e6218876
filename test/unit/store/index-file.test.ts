/** The file beside a sealed segment that tells where each shard's records lie in it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeIndex, encodeIndex } from '../../../src/store/segmented/index-file.ts';
import { SegmentTable } from '../../../src/store/segmented/segment-table.ts';
import { ShardIndex } from '../../../src/store/segmented/shard-index.ts';

const OWNER = { id: 7, generation: 1, uuid: '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9', bytes: 2 ** 33 + 5 };
const number = fc.maxSafeNat();
const entry = fc.record({ first: number, arrivalMs: number, position: fc.integer({ min: 0, max: 2 ** 32 - 1 }) });
const row = fc.record({
  ...{ shard: fc.integer({ min: 1, max: 2 ** 32 - 1 }), first: number, next: number, bytes: number },
  entries: fc.array(entry, { maxLength: 9 }),
});

test('rows and entries come back as they were, behind those of earlier segments', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), (rows) => {
      const packed = decodeIndex(encodeIndex(OWNER, rows), OWNER)!;
      const table = new SegmentTable();
      table.load(packed);
      const index = new ShardIndex();
      index.put({ first: 0, arrivalMs: 0, segment: 6, position: 0 });
      for (const { entries } of packed) index.putAll(entries, OWNER.id);
      expect(rows.map((_, i) => table.row(i))).toEqual(rows.map(({ entries, ...cells }) => cells));
      expect(table.count).toBe(rows.length);
      const expected = rows.flatMap(({ entries }) => entries.map((at) => ({ ...at, segment: OWNER.id })));
      expect(index.ofSegment(OWNER.id)).toEqual(expected);
      expect(index.count).toBe(expected.length + 1);
    }),
  );
});

test('an index of another file, a shorter one and one with a changed byte are none', () => {
  const entries = [{ first: 1, arrivalMs: 2, position: 3 }];
  const bytes = encodeIndex(OWNER, [{ shard: 1, first: 1, next: 2, bytes: 3, entries }]);
  expect(decodeIndex(bytes, { ...OWNER, generation: 2 })).toBeUndefined();
  expect(decodeIndex(bytes.subarray(0, -1), OWNER)).toBeUndefined();
  for (let i = 0; i < bytes.length; i++) {
    const changed = bytes.map((byte, at) => (at === i ? byte ^ 1 : byte));
    expect(decodeIndex(changed, OWNER), `byte ${i}`).toBeUndefined();
  }
});
