/** Gathering blocks, beside the sentence of the interface taken record by record. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBatch, payloadBytes, type RecordBlock } from '../../../src/model/record-batch.ts';
import type { Offset } from '../../../src/model/shard-key.ts';
import { Taking } from '../../../src/store/take-records.ts';

const record = fc.record({
  partitionKey: fc.option(fc.string({ maxLength: 4 }), { nil: undefined }),
  explicitHash: fc.option(fc.bigInt(0n, 1n << 100n), { nil: undefined }),
  data: fc.uint8Array({ maxLength: 40 }),
});

const log = fc.array(fc.array(record, { minLength: 1, maxLength: 6 }), { maxLength: 8 });

function blocksOf(runs: readonly (typeof record extends fc.Arbitrary<infer R> ? R : never)[][]): RecordBlock[] {
  let first = 0;
  return runs.map((records) => {
    const block = { ...encodeBatch(records), first: first as Offset, arrivalMs: 1, next: 0 as Offset };
    first += records.length;
    return { ...block, next: first as Offset };
  });
}

/** Record by record, as the interface says it. */
function expected(blocks: readonly RecordBlock[], from: number, limit: { records: number; bytes: number }): number[] {
  const taken: number[] = [];
  let bytes = 0;
  for (const block of blocks) {
    for (let i = 0; i < block.count; i++) {
      if (block.first + i < from) continue;
      bytes += payloadBytes(block, i);
      if (taken.length > 0 && (taken.length >= limit.records || bytes > limit.bytes)) return taken;
      taken.push(block.first + i);
    }
  }
  return taken;
}

test('as many records are taken as both bounds allow, and one at least', () => {
  const limit = fc.record({ records: fc.integer({ min: 1, max: 40 }), bytes: fc.integer({ min: 1, max: 500 }) });
  const property = fc.property(log, fc.nat(50), limit, (runs, from, bounds) => {
    const blocks = blocksOf(runs);
    const taking = new Taking(bounds);
    for (const block of blocks) if (!taking.full) taking.take(block, from);
    const taken = taking.blocks.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i));
    expect(taken).toEqual(expected(blocks, from, bounds));
    expect(taking.blocks.every((block, i, all) => i === 0 || block.first === all[i - 1]!.next)).toBe(true);
  });
  fc.assert(property, { numRuns: 300 });
});
