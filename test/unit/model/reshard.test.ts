/** Reshards: lineage, identity and the cover of the hash space, for single ones and for uniform scaling. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEvent, type Catalog, emptyCatalog } from '../../../src/model/catalog.ts';
import { evenBoundary } from '../../../src/model/hash-range.ts';
import { decideMerge, decideSplit, planUniform, type Reshard } from '../../../src/model/reshard.ts';
import type { Shard } from '../../../src/model/shard.ts';
import type { ShardKey } from '../../../src/model/shard-key.ts';
import type { Stream } from '../../../src/model/stream.ts';
import { coversAll } from './cover.ts';
import { CREATED_MS, sampleStream } from './sample-stream.ts';

const context = { nowMs: CREATED_MS + 500, firstKey: 100 as ShardKey };

function resharded(stream: Stream, reshard: Reshard): Stream {
  const catalog: Catalog = { ...emptyCatalog, streams: new Map([[stream.id, stream]]) };
  return applyEvent(catalog, { kind: 'streamResharded', id: stream.id, ...reshard }).streams.get(stream.id)!;
}

const openOf = (stream: Stream) => stream.shards.filter((shard) => shard.closedMs === undefined);

test('a split at 2 gives the lower child [0, 1] and the upper one the rest', () => {
  const reshard = decideSplit(sampleStream(1), { index: 0, at: 2n }, context);
  expect(reshard.closed).toEqual([0]);
  expect(reshard.opened.map(({ index, range, parents, key }) => ({ index, range, parents, key }))).toEqual([
    { index: 1, range: { start: 0n, end: 1n }, parents: [0], key: 100 },
    { index: 2, range: { start: 2n, end: 340282366920938463463374607431768211455n }, parents: [0], key: 101 },
  ]);
});

test('a merge of the lower two of three names both parents, the lower one first', () => {
  const reshard = decideMerge(sampleStream(3), { first: 0, second: 1 }, context);
  expect(reshard.closed).toEqual([0, 1]);
  expect(reshard.opened).toMatchObject([
    { index: 3, parents: [0, 1], range: { start: 0n, end: 226854911280625642308916404954512140969n } },
  ]);
});

test('a child made in the second of its parent gets a later creation second, and opens when the parent closes', () => {
  const stream = sampleStream(1);
  const reshard = decideSplit(stream, { index: 0, at: 2n }, context);
  for (const child of reshard.opened) {
    expect(child.creationSeconds).toBe(stream.creationSeconds + 1);
    expect(child.openedMs).toBe(context.nowMs);
  }
  expect(resharded(stream, reshard).shards[0]?.closedMs).toBe(context.nowMs);
});

test('a clock that was set back closes no shard before it opened', () => {
  const { atMs } = decideSplit(sampleStream(1), { index: 0, at: 2n }, { ...context, nowMs: CREATED_MS - 5_000 });
  expect(atMs).toBe(CREATED_MS);
});

test.each([1, 2, 3, 5, 100])(
  'doubling %i shards splits each once, halving them back merges each pair once',
  (count) => {
    const doubling = planUniform(sampleStream(count), count * 2, context);
    expect(doubling.opened.map((shard) => shard.closedMs)).toEqual(Array(count * 2).fill(undefined));
    const doubled = resharded(sampleStream(count), doubling);
    const halving = planUniform(doubled, count, context);
    expect(halving.opened.map((shard) => [shard.parents.length, shard.closedMs])).toEqual(
      Array(count).fill([2, undefined]),
    );
  },
);

test('scaling to the same number changes nothing', () => {
  expect(planUniform(sampleStream(7), 7, context)).toMatchObject({ closed: [], opened: [] });
});

test('four shards scaled to three pass through shards that close at once', () => {
  const { closed, opened } = planUniform(sampleStream(4), 3, context);
  expect(closed).toEqual([0, 1, 2, 3]);
  expect(opened.map((shard) => shard.closedMs === undefined)).toEqual([false, false, false, false, true, true, true]);
});

/** Children cover exactly what their parents covered, were made later, and have the next indexes and keys. */
function checkLineage(stream: Stream, { opened }: Reshard): void {
  const known = new Map<number, Shard>(stream.shards.map((shard) => [shard.index, shard]));
  for (const [i, shard] of opened.entries()) {
    expect([shard.index, shard.key]).toEqual([stream.nextShardIndex + i, context.firstKey + i]);
    const parents = shard.parents.map((parent) => known.get(parent)!);
    for (const parent of parents) {
      expect(shard.creationSeconds).toBeGreaterThan(parent.creationSeconds);
      expect(parent.openedMs).toBeLessThanOrEqual(shard.openedMs);
    }
    const [first, second] = parents;
    expect(shard.range.start).toBeGreaterThanOrEqual(first!.range.start);
    expect(shard.range.end).toBeLessThanOrEqual((second ?? first!).range.end);
    known.set(shard.index, shard);
  }
}

test('any sequence of scalings ends even, without gap or overlap, with genuine parents all the way', () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 12 }),
    fc.array(fc.integer({ min: 1, max: 24 })),
    (count, targets) => {
      let stream = sampleStream(count);
      for (const target of targets) {
        const reshard = planUniform(stream, target, context);
        checkLineage(stream, reshard);
        stream = resharded(stream, reshard);
        const open = openOf(stream).sort((a, b) => (a.range.start < b.range.start ? -1 : 1));
        expect(open).toHaveLength(target);
        expect(coversAll(open.map((shard) => shard.range))).toBe(true);
        for (const [i, shard] of open.entries()) {
          const off = shard.range.start - evenBoundary(i, target);
          expect(off <= 64n && off >= -64n).toBe(true);
        }
      }
    },
  );
  fc.assert(property);
});

test('uneven shards are evened out, and no sliver narrower than a split allows is made on the way', () => {
  const property = fc.property(
    fc.array(fc.bigInt(2n, (1n << 128n) - 2n), { maxLength: 8 }),
    fc.integer({ min: 1, max: 16 }),
    (cuts, target) => {
      let stream = sampleStream(1);
      for (const at of cuts) {
        const shard = openOf(stream).find(({ range }) => range.start + 1n < at && at < range.end);
        if (shard !== undefined) stream = resharded(stream, decideSplit(stream, { index: shard.index, at }, context));
      }
      const reshard = planUniform(stream, target, context);
      checkLineage(stream, reshard);
      const ranges = openOf(resharded(stream, reshard)).map((shard) => shard.range);
      expect(ranges).toHaveLength(target);
      expect(coversAll(ranges)).toBe(true);
      for (const { range } of reshard.opened) expect(range.end - range.start).toBeGreaterThanOrEqual(1n);
    },
  );
  fc.assert(property);
});
