/** What owners set about streams, consumers and accounts: as events, replayed and written down. */
import { expect, test } from 'vitest';
import { applyEvent, type Catalog, type CatalogEvent, emptyCatalog } from '../../../src/model/catalog.ts';
import { decodeCatalog, decodeEvent, encodeCatalog, encodeEvent } from '../../../src/model/catalog-json.ts';
import { decideGrowth } from '../../../src/model/reshard.ts';
import type { ShardKey } from '../../../src/model/shard-key.ts';
import type { Change } from '../../../src/model/stream.ts';
import { coversAll } from './cover.ts';
import { CREATED_MS, sampleStream } from './sample-stream.ts';

const start: Catalog = { ...emptyCatalog, streams: new Map([[1, sampleStream(2)]]) };
const starting = (change: Change): CatalogEvent => {
  return {
    kind: 'transitionStarted',
    id: 1,
    transition: { change, dueMs: 5, keys: { first: 3 as ShardKey, count: 0 } },
  };
};
const consumer = { name: 'c', createdMs: 1, creationSeconds: 1, activeMs: 1, tags: { a: '1' } };

/** The catalog after events that went through their text, and itself through its own. */
function after(...events: readonly CatalogEvent[]): Catalog {
  const replayed = events.reduce((catalog, event) => applyEvent(catalog, decodeEvent(encodeEvent(event))), start);
  expect(replayed).toEqual(events.reduce(applyEvent, start));
  expect(decodeCatalog(encodeCatalog(replayed))).toEqual(replayed);
  return replayed;
}

const streamAfter = (...events: readonly CatalogEvent[]) => after(...events).streams.get(1)!;

test('a setting of a transition holds when it has settled, and not before', () => {
  const settings = { mode: 'ON_DEMAND', switchedMs: [CREATED_MS], warmMibps: null } as const;
  const coming = starting({ kind: 'set', settings });
  expect(streamAfter(coming)).toMatchObject({ status: 'UPDATING', mode: 'PROVISIONED' });
  const settled = streamAfter(coming, { kind: 'settingsSettled', id: 1 });
  expect(settled).toEqual({ ...sampleStream(2), mode: 'ON_DEMAND', switchedMs: [CREATED_MS] });
  expect(() => after({ kind: 'settingsSettled', id: 1 })).toThrow('no settings to come');
});

test('what is set at once leaves a transition as it is; null takes a member away', () => {
  const coming = starting({ kind: 'set', settings: { recordBytesMax: 2_097_152 } });
  const set: CatalogEvent = { kind: 'streamSet', id: 1, settings: { policy: '{}', tags: { ['__proto__']: 'x' } } };
  const stream = streamAfter(coming, set);
  expect(stream).toMatchObject({ status: 'UPDATING', policy: '{}' });
  expect(Object.entries(stream.tags)).toEqual([['__proto__', 'x']]);
  expect(streamAfter(set, { kind: 'streamSet', id: 1, settings: { policy: null } })).not.toHaveProperty('policy');
});

test('a consumer keeps tags and policy by its name', () => {
  const registered: CatalogEvent = { kind: 'consumerRegistered', id: 1, consumer };
  const other: CatalogEvent = { kind: 'consumerRegistered', id: 1, consumer: { ...consumer, name: 'd' } };
  const set: CatalogEvent = { kind: 'consumerSet', id: 1, name: 'c', settings: { policy: '{}' } };
  expect(streamAfter(registered, other, set).consumers).toEqual([
    { ...consumer, policy: '{}' },
    { ...consumer, name: 'd' },
  ]);
  const cleared: CatalogEvent = { kind: 'consumerSet', id: 1, name: 'c', settings: { policy: null, tags: {} } };
  expect(streamAfter(registered, set, cleared).consumers).toEqual([{ ...consumer, tags: {} }]);
});

test('commitments are kept by namespace', () => {
  const change = (namespace: string, startedMs: number): CatalogEvent => {
    return { kind: 'commitmentChanged', namespace, commitment: { startedMs } };
  };
  const { commitments } = after(change('', 1), change('000000000000/eu-west-1', 2), change('', 3));
  expect(commitments).toEqual({ '': { startedMs: 3 }, '000000000000/eu-west-1': { startedMs: 2 } });
});

test('growth halves the shards named in one event, with their parents, and leaves no gap', () => {
  const context = { nowMs: CREATED_MS + 5_000, firstKey: 3 as ShardKey };
  const { closed, opened, atMs } = decideGrowth(sampleStream(2), [1, 0], context);
  expect([closed, atMs]).toEqual([[0, 1], CREATED_MS + 5_000]);
  expect(opened.map(({ index, key, parents }) => [index, key, parents])).toEqual([
    [2, 3, [1]],
    [3, 4, [1]],
    [4, 5, [0]],
    [5, 6, [0]],
  ]);
  expect(coversAll(opened.map(({ range }) => range))).toBe(true);
  const sizes = opened.map(({ range }) => range.end - range.start + 1n);
  expect(new Set(sizes)).toEqual(new Set([2n ** 126n]));
});
