/** Registered consumers in the catalog: their states by the time, and ARNs that never come twice. */
import { expect, test } from 'vitest';
import { applyEvent, type Catalog, emptyCatalog } from '../../../src/model/catalog.ts';
import { decodeCatalog, decodeEvent, encodeCatalog, encodeEvent } from '../../../src/model/catalog-json.ts';
import {
  consumerArn,
  consumerStatus,
  consumersAt,
  nextConsumerSeconds,
  parseConsumerArn,
  type RegisteredConsumer,
} from '../../../src/model/consumer.ts';
import type { ShardKey } from '../../../src/model/shard-key.ts';
import type { Stream } from '../../../src/model/stream.ts';

const T = 1_700_000_000_000;

function catalogWithStream(id = 1, before: Catalog = emptyCatalog, creationSeconds = T / 1000): Catalog {
  const stream: Stream = {
    ...{ id, namespace: '', name: 's', status: 'CREATING', mode: 'PROVISIONED', createdMs: T, creationSeconds },
    ...{ retentionHours: 24, shards: [], nextShardIndex: 0, recordBytesMax: 1_048_576, tags: {}, shardMetrics: [] },
    transition: { change: { kind: 'create', shards: 1 }, dueMs: T, keys: { first: 1 as ShardKey, count: 1 } },
  };
  return applyEvent(before, { kind: 'streamCreated', stream });
}

const streamIn = (catalog: Catalog, id = 1) => catalog.streams.get(id)!;

function register(catalog: Catalog, name: string, nowMs: number, creatingMs = 0): Catalog {
  const consumer: RegisteredConsumer = {
    ...{ name, createdMs: nowMs, activeMs: nowMs + creatingMs, tags: { team: 'a' } },
    creationSeconds: nextConsumerSeconds(streamIn(catalog), nowMs),
  };
  return applyEvent(catalog, { kind: 'consumerRegistered', id: 1, consumer });
}

const deregister = (catalog: Catalog, name: string, nowMs: number, deletingMs = 0): Catalog =>
  applyEvent(catalog, { kind: 'consumerDeregistered', id: 1, name, nowMs, goneMs: nowMs + deletingMs });

const find = (catalog: Catalog, name: string) => streamIn(catalog).consumers?.find((each) => each.name === name);

test('a consumer is CREATING, then ACTIVE, then DELETING, then gone, without an event for each', () => {
  const registered = register(catalogWithStream(), 'c', T, 500);
  const consumer = find(registered, 'c')!;
  expect([T, T + 499, T + 500].map((ms) => consumerStatus(consumer, ms))).toEqual(['CREATING', 'CREATING', 'ACTIVE']);
  const leaving = find(deregister(registered, 'c', T + 1000, 500), 'c')!;
  expect([T + 1000, T + 1499, T + 1500].map((ms) => consumerStatus(leaving, ms))).toEqual([
    'DELETING',
    'DELETING',
    undefined,
  ]);
  expect(consumersAt(streamIn(deregister(registered, 'c', T + 1000, 500)), T + 1500)).toEqual([]);
});

test('consumers are listed by name', () => {
  const catalog = register(register(register(catalogWithStream(), 'b', T), 'a', T), 'c', T);
  expect(consumersAt(streamIn(catalog), T).map((consumer) => consumer.name)).toEqual(['a', 'b', 'c']);
});

test('who registers again in the same second has another ARN', () => {
  let catalog = register(catalogWithStream(), 'c', T);
  const first = find(catalog, 'c')!;
  catalog = register(deregister(catalog, 'c', T + 1), 'c', T + 2);
  const second = find(catalog, 'c')!;
  expect(second.creationSeconds).toBeGreaterThan(first.creationSeconds);
  catalog = register(deregister(catalog, 'c', T + 3), 'c', T + 4);
  expect(find(catalog, 'c')!.creationSeconds).toBeGreaterThan(second.creationSeconds);
});

test('so has who registers on a stream of the same name made in the same second', () => {
  let catalog = register(catalogWithStream(), 'c', T);
  catalog = register(deregister(catalog, 'c', T + 1), 'c', T + 2);
  const { creationSeconds } = find(catalog, 'c')!;
  catalog = applyEvent(catalog, { kind: 'streamDeleted', id: 1, atMs: T + 3 });
  const next = catalogWithStream(2, catalog, catalog.retired.get('s')! + 1);
  expect(nextConsumerSeconds(streamIn(next, 2), T + 4)).toBeGreaterThan(creationSeconds);
});

test('a consumer that has gone leaves the catalog with the next change, and its place is free', () => {
  let catalog = deregister(register(catalogWithStream(), 'old', T), 'old', T + 1, 500);
  expect(find(catalog, 'old')).toBeDefined();
  catalog = register(catalog, 'new', T + 1000);
  expect(streamIn(catalog).consumers?.map((consumer) => consumer.name)).toEqual(['new']);
});

test('consumers survive snapshot and journal', () => {
  const catalog = deregister(register(catalogWithStream(), 'c', T, 500), 'c', T + 600, 500);
  expect(decodeCatalog(encodeCatalog(catalog))).toEqual(catalog);
  const event = { kind: 'consumerDeregistered', id: 1, name: 'c', nowMs: T, goneMs: T } as const;
  expect(decodeEvent(encodeEvent(event))).toEqual(event);
});

// The ARN is that of the API reference's example for DescribeStreamConsumer.
test('an ARN names stream, consumer and creation second', () => {
  const arn = 'arn:aws:kinesis:us-east-1:123456789012:stream/exampleStreamName/consumer/exampleConsumerName:1525898737';
  const parsed = parseConsumerArn(arn)!;
  expect(parsed).toEqual({
    streamName: 'exampleStreamName',
    name: 'exampleConsumerName',
    creationSeconds: 1_525_898_737,
  });
  const consumer = { ...parsed, createdMs: T, activeMs: T, creationSeconds: 1_525_898_737, tags: {} };
  expect(consumerArn('arn:aws:kinesis:us-east-1:123456789012:stream/exampleStreamName', consumer)).toBe(arn);
  expect(parseConsumerArn('arn:aws:kinesis:us-east-1:123456789012:stream/s')).toBeUndefined();
});
