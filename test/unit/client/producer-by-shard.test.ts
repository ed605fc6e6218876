/** The producer that knows shards: aggregates that stay in a shard, and what happens when shards change under it. */
import { afterEach, expect, test } from 'vitest';
import { Producer } from '../../../src/client/producer.ts';
import { type ByShardOptions, ByShardProducer } from '../../../src/client/producer-by-shard.ts';
import { hashDecimal, hashHex, ShardMap } from '../../../src/client/shard-map.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { deaggregate } from '../../../src/wire/kpl.ts';
import { answering, closeServers, type Entry, hastyClock } from './put-server.ts';

afterEach(closeServers);

const SPACE = 1n << 128n;
/** Even shards with these numbers. */
const shardsOf = (...numbers: number[]) =>
  numbers.map((number, i) => {
    const edge = (at: number) => (SPACE * BigInt(at)) / BigInt(numbers.length);
    const hex = (value: bigint) => value.toString(16).padStart(32, '0');
    return { shardId: `shardId-${number}`, start: hex(edge(i)), end: hex(edge(i + 1) - 1n) };
  });
const placeIn = (map: ShardMap, { PartitionKey, ExplicitHashKey }: Entry) => ({
  ShardId: map.open[map.find(hashHex(PartitionKey, ExplicitHashKey))]!.shardId,
  SequenceNumber: '1',
});

async function byShard(server: () => ShardMap, known: ShardMap, options: Partial<ByShardOptions> = {}) {
  const { client, bodies } = await answering((entries) => entries.map((entry) => placeIn(server(), entry)));
  const again: number[] = [];
  const made: ByShardProducer = new ByShardProducer({
    producer: new Producer({
      client,
      clock: hastyClock,
      random: seededRandom(2),
      stream: { StreamName: 's' },
      lingerMs: 1e9,
      requestRecordsMax: 500,
      concurrency: 1,
      attemptsMax: 1,
      ordered: false,
      onResult: (result) => made.onResult(result),
    }),
    clock: hastyClock,
    shards: known,
    readShards: async () => server(),
    recordsMax: Number.POSITIVE_INFINITY,
    bytesMax: 51_200,
    lingerMs: 1e9,
    shardShare: undefined,
    randomKey: () => 'chance',
    onAgain: (records) => again.push(records),
    ...options,
  });
  const put = (keys: readonly string[]) => {
    for (const key of keys) made.add({ bytes: Buffer.from(`<${key}>`), start: 1, end: key.length + 1 }, key);
  };
  return { made, put, again, entries: () => bodies.flat() };
}

const keys = Array.from({ length: 200 }, (_, i) => `key-${i}`);
const inside = (entry: Entry) => deaggregate(Buffer.from(entry.Data, 'base64'));

test('records of a shard share an aggregate, which goes there by the hash key of its first', async () => {
  const map = new ShardMap(shardsOf(0, 1, 2));
  const { made, put, entries } = await byShard(() => map, map);
  put(keys);
  await made.flush();
  expect(entries()).toHaveLength(3);
  for (const entry of entries()) {
    const records = inside(entry)!;
    expect(entry.PartitionKey).toBe('a');
    expect(entry.ExplicitHashKey).toBe(hashDecimal(hashHex(records[0]!.partitionKey, undefined)));
    expect(new Set(records.map(({ partitionKey }) => map.find(hashHex(partitionKey, undefined)))).size).toBe(1);
  }
  const sent = entries().flatMap((entry) => inside(entry)!.map(({ data }) => Buffer.from(data).toString()));
  expect(sent.sort()).toEqual([...keys].sort());
});

test('an aggregate is closed before it is longer than it may be, and by its count; one record alone goes as it is', async () => {
  const map = new ShardMap(shardsOf(0));
  const small = await byShard(() => map, map, { bytesMax: 300 });
  small.put(keys);
  await small.made.flush();
  for (const entry of small.entries()) expect(Buffer.from(entry.Data, 'base64').length).toBeLessThanOrEqual(300);
  const counted = await byShard(() => map, map, { recordsMax: 3 });
  counted.put(keys.slice(0, 7));
  await counted.made.flush();
  expect(counted.entries().map((entry) => inside(entry)?.length)).toEqual([3, 3, undefined]);
  expect(counted.entries()[2]).toEqual({ Data: Buffer.from('key-6').toString('base64'), PartitionKey: 'key-6' });
});

test('after a split, what readers of the child would drop is sent again, to where it belongs', async () => {
  const before = new ShardMap(shardsOf(0));
  const children = shardsOf(1, 2);
  const after = new ShardMap(children, [...before.open, ...children]);
  const { made, put, again, entries } = await byShard(() => after, before);
  put(keys);
  await made.flush();
  // As the KCL reads: up to the first record whose key is not the shard's.
  const readable = entries().flatMap((entry) => {
    const { ShardId } = placeIn(after, entry);
    return (inside(entry) ?? []).filter(({ partitionKey }) => after.holds(ShardId, hashHex(partitionKey, undefined)));
  });
  expect([...new Set(readable.map(({ partitionKey }) => partitionKey))].sort()).toEqual([...keys].sort());
  expect(again).toHaveLength(1);
  const [first, ...others] = entries();
  expect(inside(first!)).toHaveLength(200);
  expect(others.reduce((sum, entry) => sum + inside(entry)!.length, 0)).toBe(again[0]);
});

test('what was never sent can be saved', async () => {
  const map = new ShardMap(shardsOf(0, 1));
  const { made, put } = await byShard(() => map, map);
  put(keys);
  expect(made.held).toBe(200);
  expect(made.unsent().flatMap(({ data }) => deaggregate(data)!)).toHaveLength(200);
});
