/** Splits, merges and UpdateShardCount: who may, what comes of it, and how a reader crosses over. */
import { expect, test } from 'vitest';
import { base64, HASH_KEY_MAX, kinesis } from './kinesis.ts';

const api = kinesis();
const id = (index: number) => `shardId-${String(index).padStart(12, '0')}`;
const split = (name: string, shard: number, NewStartingHashKey: string) => ({
  StreamName: name,
  ShardToSplit: id(shard),
  NewStartingHashKey,
});
const merge = (name: string, shard: number, adjacent: number) => ({
  StreamName: name,
  ShardToMerge: id(shard),
  AdjacentShardToMerge: id(adjacent),
});

test('a split needs a key well inside, and makes two children', async () => {
  const { name, account } = await api.stream(1);
  expect(await api.fault('SplitShard', split(name, 0, '1'))).toEqual({
    status: 400,
    type: 'InvalidArgumentException',
    message: `NewStartingHashKey 1 used in SplitShard() on shard ${id(0)} in stream ${name} under account ${account} is not both greater than one plus the shard's StartingHashKey 0 and less than the shard's EndingHashKey ${HASH_KEY_MAX}.`,
  });
  expect((await api.fault('SplitShard', split(name, 0, HASH_KEY_MAX))).type).toBe('InvalidArgumentException');
  await api.call('SplitShard', split(name, 0, '2'));
  await api.whenActive(name);
  const [parent, lower, upper, ...more] = await api.shards(name);
  expect(more).toEqual([]);
  expect(parent.SequenceNumberRange.EndingSequenceNumber).toMatch(/^49\d{54}$/);
  expect(lower).toMatchObject({
    ShardId: id(1),
    ParentShardId: id(0),
    HashKeyRange: { StartingHashKey: '0', EndingHashKey: '1' },
  });
  expect(upper).toMatchObject({
    ShardId: id(2),
    ParentShardId: id(0),
    HashKeyRange: { StartingHashKey: '2', EndingHashKey: HASH_KEY_MAX },
  });
  for (const child of [lower, upper]) {
    expect(child).not.toHaveProperty('AdjacentParentShardId');
    expect(child.SequenceNumberRange).not.toHaveProperty('EndingSequenceNumber');
    const { StartingSequenceNumber } = child.SequenceNumberRange;
    expect(BigInt(StartingSequenceNumber)).toBeGreaterThan(BigInt(parent.SequenceNumberRange.EndingSequenceNumber));
  }
  expect(await api.fault('SplitShard', split(name, 0, '100'))).toMatchObject({
    type: 'InvalidArgumentException',
    message: `Shard ${id(0)} in stream ${name} under account ${account} has already been merged or split, and thus is not eligible for merging or splitting.`,
  });
});

test('a merge goes upwards only, and makes one child of two parents', async () => {
  const { name, account } = await api.stream(3);
  for (const [a, b] of [
    [1, 0],
    [0, 2],
    [2, 0],
  ] as const) {
    expect(await api.fault('MergeShards', merge(name, a, b))).toMatchObject({
      type: 'InvalidArgumentException',
      message: `Shards ${id(a)} and ${id(b)} in stream ${name} under account ${account} are not an adjacent pair of shards eligible for merging`,
    });
  }
  await api.call('MergeShards', merge(name, 0, 1));
  await api.whenActive(name);
  expect((await api.shards(name))[3]).toMatchObject({
    ShardId: id(3),
    ParentShardId: id(0),
    AdjacentParentShardId: id(1),
    HashKeyRange: { StartingHashKey: '0', EndingHashKey: '226854911280625642308916404954512140969' },
  });
});

test('a shard that is not there cannot be split or merged', async () => {
  const { name, account } = await api.stream(1);
  const message = (shard: string) => `Could not find shard ${shard} in stream ${name} under account ${account}.`;
  expect((await api.fault('SplitShard', split(name, 7, '5'))).message).toBe(message(id(7)));
  expect((await api.fault('MergeShards', merge(name, 0, 7))).message).toBe(message(id(7)));
  const odd = { StreamName: name, ShardToSplit: 'shard-x', NewStartingHashKey: '5' };
  expect(await api.fault('SplitShard', odd)).toEqual({
    status: 400,
    type: 'ResourceNotFoundException',
    message: message('shard-x'),
  });
});

test.each(['shard-0', 'foo-0', '0', '-00000000000'])('%s means shard 0', async (ShardToSplit) => {
  const { name } = await api.stream(1);
  await api.call('SplitShard', { StreamName: name, ShardToSplit, NewStartingHashKey: '5' });
});

test('a reader at the end of a split parent is shown the children', async () => {
  const { name } = await api.stream(1);
  await api.call('PutRecord', { StreamName: name, PartitionKey: 'a', Data: base64('old') });
  await api.call('SplitShard', split(name, 0, (2n ** 127n).toString()));
  await api.whenActive(name);
  await api.call('PutRecord', { StreamName: name, PartitionKey: 'a', Data: base64('new') });
  const pages = [await api.read(name, 0)];
  while (pages.at(-1)!.NextShardIterator !== undefined && pages.length < 10) {
    expect(pages.at(-1)).not.toHaveProperty('ChildShards');
    pages.push(await api.call('GetRecords', { ShardIterator: pages.at(-1)!.NextShardIterator }));
  }
  expect(pages.flatMap((page) => page.Records.map((record: { Data: string }) => record.Data))).toEqual([base64('old')]);
  expect(pages.at(-1)!.ChildShards).toEqual([
    {
      ShardId: id(1),
      ParentShards: [id(0)],
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: (2n ** 127n - 1n).toString() },
    },
    {
      ShardId: id(2),
      ParentShards: [id(0)],
      HashKeyRange: { StartingHashKey: (2n ** 127n).toString(), EndingHashKey: HASH_KEY_MAX },
    },
  ]);
  expect((await api.read(name, 1)).Records[0].Data).toBe(base64('new'));
});

test('the child of a merge names both parents to a reader', async () => {
  const { name } = await api.stream(2);
  await api.call('MergeShards', merge(name, 0, 1));
  await api.whenActive(name);
  for (const parent of [0, 1]) {
    const { ChildShards } = await api.read(name, parent);
    expect(ChildShards).toEqual([
      {
        ShardId: id(2),
        ParentShards: [id(0), id(1)],
        HashKeyRange: { StartingHashKey: '0', EndingHashKey: HASH_KEY_MAX },
      },
    ]);
  }
});

test('a closed shard still gives iterators, and LATEST there is its end', async () => {
  const { name } = await api.stream(1);
  await api.call('PutRecord', { StreamName: name, PartitionKey: 'a', Data: '' });
  await api.call('SplitShard', split(name, 0, '5'));
  await api.whenActive(name);
  const page = await api.read(name, 0, { ShardIteratorType: 'LATEST' });
  expect(page.Records).toEqual([]);
  expect(page).not.toHaveProperty('NextShardIterator');
  expect(page.ChildShards).toHaveLength(2);
});

const scale = (name: string, TargetShardCount: number) => ({
  StreamName: name,
  TargetShardCount,
  ScalingType: 'UNIFORM_SCALING',
});

/** Hash ranges of open shards, by start. */
async function openRanges(name: string): Promise<[bigint, bigint][]> {
  const { Shards } = await api.call('ListShards', { StreamName: name, ShardFilter: { Type: 'AT_LATEST' } });
  const ranges = Shards.map((shard: { HashKeyRange: { StartingHashKey: string; EndingHashKey: string } }) => [
    BigInt(shard.HashKeyRange.StartingHashKey),
    BigInt(shard.HashKeyRange.EndingHashKey),
  ]);
  return ranges.sort((a: bigint[], b: bigint[]) => (a[0]! < b[0]! ? -1 : 1));
}

test.each([
  [2, 4],
  [4, 2],
  [2, 3],
  [3, 5],
  [5, 3],
])('UpdateShardCount from %i to %i leaves even shards that cover everything', async (from, to) => {
  const { name, arn } = await api.stream(from);
  expect(await api.call('UpdateShardCount', scale(name, to))).toEqual({
    StreamName: name,
    CurrentShardCount: from,
    TargetShardCount: to,
    StreamARN: arn,
  });
  await api.whenActive(name);
  const ranges = await openRanges(name);
  expect(ranges).toHaveLength(to);
  expect([ranges[0]![0], ranges.at(-1)![1]]).toEqual([0n, BigInt(HASH_KEY_MAX)]);
  for (const [i, [start]] of ranges.entries()) if (i > 0) expect(start).toBe(ranges[i - 1]![1] + 1n);
  const even = 2n ** 128n / BigInt(to);
  for (const [start, end] of ranges) {
    const off = end - start + 1n - even;
    expect(off > -200n && off < 200n).toBe(true);
  }
  const all = await api.shards(name);
  const ids = new Set(all.map((shard) => shard.ShardId));
  for (const shard of all.slice(from)) expect(ids.has(shard.ParentShardId)).toBe(true);
});

test('UpdateShardCount goes up to double and down to half', async () => {
  const { name } = await api.stream(2);
  const up = await api.fault('UpdateShardCount', scale(name, 5));
  expect(up.message).toMatch(/^UpdateShardCount cannot scale up over double your current open shard count\./);
  const { name: wide } = await api.stream(4);
  const down = await api.fault('UpdateShardCount', scale(wide, 1));
  expect(down.message).toMatch(/^UpdateShardCount cannot scale down below half your current open shard count\./);
});

test('the eleventh UpdateShardCount of a day is refused', async () => {
  const { name } = await api.stream(1);
  for (let i = 0; i < 10; i++) {
    await api.call('UpdateShardCount', scale(name, i % 2 === 0 ? 2 : 1));
    await api.whenActive(name);
  }
  expect((await api.fault('UpdateShardCount', scale(name, 2))).type).toBe('LimitExceededException');
});
