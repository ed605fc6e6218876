/** Blocks on their own: what goes in comes out, any damage shows, and no bytes crash the reader. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBatch, type RecordInput, recordAt } from '../../../src/model/record-batch.ts';
import type { ShardKey } from '../../../src/model/shard-key.ts';
import { pickedBytes } from '../../../src/store/copy-picks.ts';
import { buildCommit, type Part } from '../../../src/store/segmented/commit.ts';
import { bytesOfRun, recordsOfRun } from '../../../src/store/segmented/committed-runs.ts';
import {
  BLOCK_HEADER_BYTES,
  BLOCK_KIND,
  blockSeed,
  findRun,
  finishBlock,
  isWhole,
  readBlockHeader,
  readRunHeader,
  runRecords,
  viewOf,
} from '../../../src/store/segmented/frame.ts';
import { ShardState } from '../../../src/store/segmented/shard-state.ts';
import { StoreError } from '../../../src/store/store.ts';

const SEGMENT = { id: 3, generation: 1 };
const PLACE = { segment: SEGMENT, position: 4_096, commit: 9, durable: { segment: 3, position: 4_096 }, nowMs: 1_000 };

const record: fc.Arbitrary<RecordInput> = fc.record({
  partitionKey: fc.option(fc.string(), { nil: undefined }),
  explicitHash: fc.option(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), { nil: undefined }),
  data: fc.uint8Array({ maxLength: 60 }),
  encrypted: fc.boolean(),
});
const slices = fc.array(
  fc.record({ shard: fc.integer({ min: 1, max: 6 }), records: fc.array(record, { minLength: 1, maxLength: 5 }) }),
  { minLength: 1, maxLength: 8 },
);

function commitOf(input: readonly { shard: number; records: readonly RecordInput[] }[]) {
  const states = new Map<number, ShardState>();
  const parts = input.map(({ shard, records }): Part => {
    const state = states.get(shard) ?? new ShardState(shard as ShardKey);
    states.set(shard, state);
    const slice = { shard: state.key, batch: encodeBatch(records), picks: Uint32Array.from(records, (_, i) => i) };
    return { shard: state, slice, bytes: pickedBytes(slice), first: 0, arrivalMs: 0, gone: false };
  });
  return buildCommit([{ parts, bytes: 0, settle: () => undefined }], PLACE);
}

test('a block gives back the records of each shard, in order', () => {
  fc.assert(
    fc.property(slices, (input) => {
      const { block } = commitOf(input);
      const header = readBlockHeader(block, 0)!;
      expect(header).toMatchObject({ length: block.length, kind: BLOCK_KIND.DATA, commit: 9, arrivalMs: 1_000 });
      expect(isWhole(block, blockSeed(SEGMENT, 4_096))).toBe(true);
      expect(header.runs).toBe(new Set(input.map(({ shard }) => shard)).size);
      for (let shard = 1; shard <= 6; shard++) {
        const expected = input.filter((slice) => slice.shard === shard).flatMap(({ records }) => records);
        const i = findRun(viewOf(block), shard as ShardKey);
        expect(i >= 0).toBe(expected.length > 0);
        if (i < 0) continue;
        const run = runRecords(block, i);
        expect([run.first, run.next, run.count, run.arrivalMs]).toEqual([0, expected.length, expected.length, 1_000]);
        const plain = encodeBatch(expected);
        for (let n = 0; n < expected.length; n++) expect(recordAt(run, n)).toEqual(recordAt(plain, n));
      }
    }),
  );
});

test('what the writer keeps in memory is what a reader of the bytes sees', () => {
  fc.assert(
    fc.property(slices, (input) => {
      const { block, shards, runs } = commitOf(input);
      for (const [i, { key }] of shards.entries()) {
        expect(findRun(viewOf(block), key)).toBe(i);
        expect(recordsOfRun(runs!, i)).toEqual(runRecords(block, i));
        const [from, to] = [i, i + 1].map((run) =>
          run < shards.length ? readRunHeader(viewOf(block), run).start : block.length,
        );
        expect(bytesOfRun(runs!, i)).toBe(32 + to! - from!);
      }
    }),
  );
});

test('a flipped bit anywhere shows', () => {
  const { block } = commitOf([{ shard: 1, records: [{ partitionKey: 'k', data: Uint8Array.of(1, 2, 3) }] }]);
  for (let bit = 0; bit < block.length * 8; bit++) {
    const damaged = block.slice();
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    const header = readBlockHeader(damaged, 0);
    const passes =
      header !== undefined && header.length === block.length && isWhole(damaged, blockSeed(SEGMENT, 4_096));
    expect(passes).toBe(false);
  }
});

test('a block fails at any other position, in any other segment or generation', () => {
  const { block } = commitOf([{ shard: 1, records: [{ data: Uint8Array.of(1) }] }]);
  for (let position = 0; position < 20_000; position++) {
    expect(isWhole(block, blockSeed(SEGMENT, position))).toBe(position === 4_096);
  }
  expect(isWhole(block, blockSeed({ id: 4, generation: 1 }, 4_096))).toBe(false);
  expect(isWhole(block, blockSeed({ id: 3, generation: 2 }, 4_096))).toBe(false);
});

test('random bytes never crash the reader, even with a checksum that fits', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 200, maxLength: 400 }), fc.integer({ min: 0, max: 4 }), (bytes, runs) => {
      expect(() => readBlockHeader(bytes, bytes.length - 70)).not.toThrow();
      const block = bytes.slice();
      finishBlock(block, { ...PLACE, kind: 1, flags: 0, runs, arrivalMs: 0 }, 1);
      expect(isWhole(block, 1)).toBe(true);
      for (let i = 0; i < runs; i++) {
        findRun(viewOf(block), readRunHeader(viewOf(block), i).shard as ShardKey);
        try {
          runRecords(block, i);
        } catch (error) {
          expect(error).toBeInstanceOf(StoreError);
        }
      }
    }),
  );
});

test('1,024 shards in one commit cost 32 bytes each beside their records', () => {
  const { block } = commitOf(
    Array.from({ length: 1_024 }, (_, i) => ({ shard: i + 1, records: [{ data: Uint8Array.of(1) }] })),
  );
  expect(block.length).toBe(BLOCK_HEADER_BYTES + 1_024 * (32 + 7 + 1));
});
