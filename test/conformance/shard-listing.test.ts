/** ListShards: pages, tokens and filters, with no gap in the hash keys at any time. */
import { describe, expect, test } from 'vitest';
import { HASH_KEY_MAX, isForeign, kinesis } from './kinesis.ts';

const api = kinesis({ testClock: true });
const id = (index: number) => `shardId-${String(index).padStart(12, '0')}`;

interface Listed {
  readonly ShardId: string;
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
}

const indexes = (shards: readonly Listed[]) => shards.map((shard) => Number(shard.ShardId.slice(-12)));

async function list(input: object): Promise<number[]> {
  return indexes((await api.call('ListShards', input)).Shards);
}

test('a list needs a stream or a token, and not both', async () => {
  expect(await api.fault('ListShards', {})).toMatchObject({
    type: 'InvalidArgumentException',
    message: 'Either NextToken or StreamName should be provided.',
  });
  const { name } = await api.stream(2);
  const { NextToken } = await api.call('ListShards', { StreamName: name, MaxResults: 1 });
  expect(await api.fault('ListShards', { StreamName: name, NextToken })).toMatchObject({
    type: 'InvalidArgumentException',
    message: 'NextToken and StreamName cannot be provided together.',
  });
});

test('pages of one go through all shards', async () => {
  const { name } = await api.stream(3);
  const seen: number[] = [];
  let page = await api.call('ListShards', { StreamName: name, MaxResults: 1 });
  seen.push(...indexes(page.Shards));
  while (page.NextToken !== undefined) {
    page = await api.call('ListShards', { NextToken: page.NextToken, MaxResults: 1 });
    seen.push(...indexes(page.Shards));
  }
  expect(seen).toEqual([0, 1, 2]);
  expect(page).not.toHaveProperty('NextToken');
});

test('a list starts after a shard, by comparing names', async () => {
  const { name } = await api.stream(3);
  expect(await list({ StreamName: name, ExclusiveStartShardId: id(0) })).toEqual([1, 2]);
  expect(await list({ StreamName: name, ExclusiveStartShardId: 'a' })).toEqual([0, 1, 2]);
  expect(await list({ StreamName: name, ExclusiveStartShardId: 'z' })).toEqual([]);
});

test.each([
  { Type: 'AT_TIMESTAMP' },
  { Type: 'FROM_TIMESTAMP' },
  { Type: 'AFTER_SHARD_ID' },
  { Type: 'AT_TIMESTAMP', Timestamp: 5_000_000_000 },
])('the filter %j lacks something or lies in the future', async (ShardFilter) => {
  const { name } = await api.stream(1);
  expect((await api.fault('ListShards', { StreamName: name, ShardFilter })).type).toBe('InvalidArgumentException');
});

test('a token is for its own list only', async () => {
  const { name } = await api.stream(2);
  const base = api.freshName();
  for (const end of ['a', 'b']) await api.call('CreateStream', { StreamName: `${base}-${end}`, ShardCount: 1 });
  const { NextToken } = await api.call('ListStreams', { Limit: 1 });
  expect((await api.fault('ListShards', { NextToken })).type).toBe('InvalidArgumentException');
  expect((await api.fault('ListShards', { NextToken: 'x' })).type).toBe('InvalidArgumentException');
  for (const end of ['a', 'b']) await api.call('DeleteStream', { StreamName: `${base}-${end}` });
  expect(name).toBeDefined();
});

function expectCovered(shards: readonly Listed[]): void {
  const ranges = shards
    .map(({ HashKeyRange: range }) => [BigInt(range.StartingHashKey), BigInt(range.EndingHashKey)] as const)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1));
  expect([ranges[0]?.[0], ranges.at(-1)?.[1]]).toEqual([0n, BigInt(HASH_KEY_MAX)]);
  for (const [i, [start]] of ranges.entries()) if (i > 0) expect(start).toBe(ranges[i - 1]![1] + 1n);
}

const split = (name: string, shard: number, NewStartingHashKey: bigint) =>
  api.call('SplitShard', { StreamName: name, ShardToSplit: id(shard), NewStartingHashKey: String(NewStartingHashKey) });

test('the open shards cover all hash keys while shards split and merge', async () => {
  const { name } = await api.stream(1);
  let watching = true;
  const watch = async () => {
    for (let looks = 0; watching || looks === 0; looks++) {
      for (const Type of ['AT_LATEST', 'AT_TRIM_HORIZON']) {
        expectCovered((await api.call('ListShards', { StreamName: name, ShardFilter: { Type } })).Shards);
      }
    }
  };
  const change = async () => {
    await split(name, 0, 2n ** 127n);
    await api.whenActive(name);
    await split(name, 1, 2n ** 126n);
    await api.whenActive(name);
    const merge = { StreamName: name, ShardToMerge: id(4), AdjacentShardToMerge: id(2) };
    await api.call('MergeShards', merge);
    await api.whenActive(name);
    watching = false;
  };
  await Promise.all([watch(), change()]);
  expect(await list({ StreamName: name, ShardFilter: { Type: 'AT_LATEST' } })).toEqual([3, 5]);
});

describe.skipIf(isForeign)('with the clock in hand', () => {
  /** Shard 0 from the start, split into 1 and 2 after an hour; `now` in seconds after each. */
  async function history(): Promise<{ name: string; createdAt: number; splitAt: number }> {
    const { name } = await api.stream(1);
    const now = async () => (await api.call('DescribeStreamSummary', { StreamName: name })) && (await nowSeconds());
    const createdAt = await now();
    await api.advance(3_600_000);
    await split(name, 0, 2n ** 127n);
    const splitAt = await now();
    await api.advance(3_600_000);
    return { name, createdAt, splitAt };
  }

  async function nowSeconds(): Promise<number> {
    const answer = await api.send({ method: 'GET', path: '/_sluice/status' });
    return JSON.parse(answer.text).nowMs / 1000;
  }

  test('filters choose by when shards were open', async () => {
    const { name, createdAt, splitAt } = await history();
    const of = (ShardFilter: object) => list({ StreamName: name, ShardFilter });
    expect(await of({ Type: 'AT_TIMESTAMP', Timestamp: createdAt + 60 })).toEqual([0]);
    expect(await of({ Type: 'AT_TIMESTAMP', Timestamp: splitAt + 60 })).toEqual([1, 2]);
    expect(await of({ Type: 'FROM_TIMESTAMP', Timestamp: createdAt + 60 })).toEqual([0, 1, 2]);
    expect(await of({ Type: 'FROM_TIMESTAMP', Timestamp: splitAt + 60 })).toEqual([1, 2]);
    expect(await of({ Type: 'AT_LATEST' })).toEqual([1, 2]);
    expect(await of({ Type: 'AT_TRIM_HORIZON' })).toEqual([0]);
    expect(await of({ Type: 'FROM_TRIM_HORIZON' })).toEqual([0, 1, 2]);
    expect(await of({ Type: 'AFTER_SHARD_ID', ShardId: id(0) })).toEqual([1, 2]);
  });

  test('a token keeps its filter, and lives for 300 seconds', async () => {
    const { name } = await history();
    const first = await api.call('ListShards', { StreamName: name, MaxResults: 1, ShardFilter: { Type: 'AT_LATEST' } });
    expect(indexes(first.Shards)).toEqual([1]);
    const rest = await api.call('ListShards', { NextToken: first.NextToken });
    expect(indexes(rest.Shards)).toEqual([2]);
    await api.advance(300_001);
    expect((await api.fault('ListShards', { NextToken: first.NextToken })).type).toBe('ExpiredNextTokenException');
  });

  test('a closed shard is listed until its retention is over', async () => {
    const { name } = await history();
    expect(await list({ StreamName: name })).toEqual([0, 1, 2]);
    await api.advance(24 * 3_600_000);
    expect(await list({ StreamName: name })).toEqual([1, 2]);
    expect(indexes(await api.shards(name))).toEqual([1, 2]);
  });
});
