/** The catalog: what events do to it, and that it survives being written down and replayed. */
import { expect, test } from 'vitest';
import { applyEvent, type Catalog, type CatalogEvent, emptyCatalog } from '../../../src/model/catalog.ts';
import { decodeCatalog, decodeEvent, encodeCatalog, encodeEvent } from '../../../src/model/catalog-json.ts';
import { decideSplit } from '../../../src/model/reshard.ts';
import type { ShardKey } from '../../../src/model/shard-key.ts';
import type { Change, Transition } from '../../../src/model/stream.ts';
import { CREATED_MS, sampleStream } from './sample-stream.ts';

const key = (n: number) => n as ShardKey;
const transition = (change: Change, first: number, count: number): Transition => {
  return { change, dueMs: CREATED_MS, keys: { first: key(first), count } };
};

const full = sampleStream(2);
const creating = {
  ...full,
  status: 'CREATING' as const,
  shards: [],
  nextShardIndex: 0,
  // Names that could be taken for something else in JSON.
  tags: { start: '5', end: '7n', bigint: '1', kind: 'split' },
  transition: transition({ kind: 'create', shards: 2 }, 1, 2),
};
const splitting: Change = { kind: 'split', shardIndex: 0, startingHashKey: 170141183460469231731687303715884105n };
const split = decideSplit(
  full,
  { index: 0, at: splitting.startingHashKey },
  { nowMs: CREATED_MS + 5, firstKey: key(3) },
);

const events: readonly CatalogEvent[] = [
  { kind: 'serviceStarted', epoch: 1, tokenKey: 'ab'.repeat(32) },
  { kind: 'streamCreated', stream: creating },
  { kind: 'streamActivated', id: 1, shards: full.shards },
  { kind: 'transitionStarted', id: 1, transition: transition(splitting, 3, 2), scaledMs: [CREATED_MS] },
  { kind: 'streamResharded', id: 1, ...split },
  { kind: 'retentionChanged', id: 1, retentionHours: 48, horizonMs: CREATED_MS - 1 },
  { kind: 'retentionSwept', streams: [{ id: 1, horizonMs: CREATED_MS + 1, expired: [0] }] },
  { kind: 'transitionStarted', id: 1, transition: transition({ kind: 'delete' }, 5, 0) },
  { kind: 'streamDeleted', id: 1, atMs: CREATED_MS + 10 },
];

const states: Catalog[] = [];
for (const event of events) states.push(applyEvent(states.at(-1) ?? emptyCatalog, event));
const stream = (i: number) => states[i]?.streams.get(1);

test('a stream goes from CREATING without shards to ACTIVE with them', () => {
  expect(stream(1)).toMatchObject({ status: 'CREATING', shards: [] });
  expect(stream(2)).toMatchObject({ status: 'ACTIVE', shards: full.shards, nextShardIndex: 2 });
  expect(stream(2)).not.toHaveProperty('transition');
});

test('a reshard closes parents and opens children in one event', () => {
  expect(stream(3)).toMatchObject({ status: 'UPDATING', shards: full.shards });
  expect(stream(4)?.status).toBe('ACTIVE');
  expect(stream(4)?.shards.map(({ index, closedMs }) => [index, closedMs])).toEqual([
    [0, CREATED_MS + 5],
    [1, undefined],
    [2, undefined],
    [3, undefined],
  ]);
});

test('keys and ids are dealt once', () => {
  expect(states.map((state) => state.nextShardKey)).toEqual([1, 3, 3, 5, 5, 5, 5, 5, 5]);
  expect(states.at(-1)?.nextStreamId).toBe(2);
});

test('horizons only move up', () => {
  expect(stream(5)?.shards.map((shard) => shard.horizonMs)).toEqual(Array(4).fill(CREATED_MS - 1));
  expect(stream(6)?.shards.map(({ index, horizonMs }) => [index, horizonMs])).toEqual(
    [1, 2, 3].map((i) => [i, CREATED_MS + 1]),
  );
  const back = applyEvent(states[6]!, { kind: 'retentionChanged', id: 1, retentionHours: 24, horizonMs: 0 });
  expect(back.streams.get(1)?.shards[0]?.horizonMs).toBe(CREATED_MS + 1);
});

test('a deleted name remembers its highest creation second for a day', () => {
  const retired = states.at(-1)!;
  expect(retired.streams.size).toBe(0);
  expect([...retired.retired]).toEqual([['s', CREATED_MS / 1000 + 1]]);
  const other = { ...creating, id: 2, name: 'other', creationSeconds: CREATED_MS / 1000 + 100_000 };
  const later = [
    { kind: 'streamCreated', stream: other } as const,
    { kind: 'streamDeleted', id: 2, atMs: CREATED_MS + 100_000_000 } as const,
  ].reduce<Catalog>(applyEvent, retired);
  expect([...later.retired.keys()]).toEqual(['other']);
});

test('an event that does not belong here is refused', () => {
  expect(() => applyEvent(emptyCatalog, { kind: 'streamDeleted', id: 9, atMs: 0 })).toThrow('no stream of id 9');
  expect(() => applyEvent(emptyCatalog, { kind: 'fromTheFuture' } as unknown as CatalogEvent)).toThrow('fromTheFuture');
});

test('events written down and replayed give the same catalog at every step', () => {
  let catalog = emptyCatalog;
  for (const [i, event] of events.entries()) {
    catalog = applyEvent(catalog, decodeEvent(encodeEvent(event)));
    expect(catalog).toEqual(states[i]);
  }
});

test('a catalog written down reads the same', () => {
  for (const state of states) expect(decodeCatalog(encodeCatalog(state))).toEqual(state);
});
