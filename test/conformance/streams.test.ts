/** Streams: made, shown, listed, kept for a while, deleted. Texts as observed at the service. */
import { expect, test } from 'vitest';
import { HASH_KEY_MAX, kinesis } from './kinesis.ts';

const api = kinesis();
const NO_STREAM = 'nobody-has-made-this';

test('a new stream is shown with all its members', async () => {
  const { name, arn } = await api.stream(3);
  const { StreamDescription: stream } = await api.call('DescribeStream', { StreamName: name });
  const { StreamCreationTimestamp, Shards, ...rest } = stream;
  expect(rest).toEqual({
    StreamName: name,
    StreamARN: arn,
    StreamStatus: 'ACTIVE',
    StreamModeDetails: { StreamMode: 'PROVISIONED' },
    HasMoreShards: false,
    RetentionPeriodHours: 24,
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: 'NONE',
  });
  expect(Math.abs(StreamCreationTimestamp * 1000 - Date.now())).toBeLessThan(60_000);
  const bounds = ['113427455640312821154458202477256070485', '226854911280625642308916404954512140970'];
  const below = ['113427455640312821154458202477256070484', '226854911280625642308916404954512140969'];
  expect(Shards.map((shard: { HashKeyRange: unknown }) => shard.HashKeyRange)).toEqual([
    { StartingHashKey: '0', EndingHashKey: below[0] },
    { StartingHashKey: bounds[0], EndingHashKey: below[1] },
    { StartingHashKey: bounds[1], EndingHashKey: HASH_KEY_MAX },
  ]);
  for (const [i, shard] of Shards.entries()) {
    expect(Object.keys(shard).sort()).toEqual(['HashKeyRange', 'SequenceNumberRange', 'ShardId']);
    expect(shard.ShardId).toBe(`shardId-00000000000${i}`);
    expect(Object.keys(shard.SequenceNumberRange)).toEqual(['StartingSequenceNumber']);
    expect(shard.SequenceNumberRange.StartingSequenceNumber).toMatch(/^49\d{54}$/);
  }
});

test('seven shards share the hash keys evenly', async () => {
  const { name } = await api.stream(7);
  const shards = await api.shards(name);
  expect(shards[1].HashKeyRange.StartingHashKey).toBe('48611766702991209066196372490252601636');
  expect(shards[6].HashKeyRange).toEqual({
    StartingHashKey: '291670600217947254397178234941515609816',
    EndingHashKey: HASH_KEY_MAX,
  });
});

test('the summary counts open shards and consumers, and never has a StreamId', async () => {
  const { name, arn } = await api.stream(2);
  const { StreamDescriptionSummary: summary } = await api.call('DescribeStreamSummary', { StreamARN: arn });
  expect(summary).toMatchObject({
    StreamName: name,
    StreamARN: arn,
    StreamStatus: 'ACTIVE',
    StreamModeDetails: { StreamMode: 'PROVISIONED' },
    RetentionPeriodHours: 24,
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: 'NONE',
    OpenShardCount: 2,
    ConsumerCount: 0,
  });
  // With one, newer clients leave for an address they build from it.
  expect(summary).not.toHaveProperty('StreamId');
});

test('without a shard count a stream is on demand, with four shards', async () => {
  const StreamName = api.freshName();
  await api.call('CreateStream', { StreamName });
  await api.whenActive(StreamName);
  const { StreamDescriptionSummary: summary } = await api.call('DescribeStreamSummary', { StreamName });
  expect(summary).toMatchObject({ OpenShardCount: 4, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
  for (const [operation, more] of [
    ['SplitShard', { ShardToSplit: 'shardId-000000000000', NewStartingHashKey: '1000' }],
    ['MergeShards', { ShardToMerge: 'shardId-000000000000', AdjacentShardToMerge: 'shardId-000000000001' }],
    ['UpdateShardCount', { TargetShardCount: 5, ScalingType: 'UNIFORM_SCALING' }],
  ] as const) {
    expect((await api.fault(operation, { StreamName, ...more })).type, operation).toBe('ValidationException');
  }
});

test('a name is taken once', async () => {
  const { name, account } = await api.stream(1);
  expect(await api.fault('CreateStream', { StreamName: name, ShardCount: 1 })).toEqual({
    status: 400,
    type: 'ResourceInUseException',
    message: `Stream ${name} under account ${account} already exists.`,
  });
});

test.each([
  ['DescribeStream', {}],
  ['DescribeStreamSummary', {}],
  ['DeleteStream', {}],
  ['ListShards', {}],
  ['PutRecord', { Data: '', PartitionKey: 'k' }],
  ['PutRecords', { Records: [{ Data: '', PartitionKey: 'k' }] }],
  ['SplitShard', { ShardToSplit: 'shard-0', NewStartingHashKey: '5' }],
  ['MergeShards', { ShardToMerge: 'shard-0', AdjacentShardToMerge: 'shard-1' }],
  ['UpdateShardCount', { TargetShardCount: 1, ScalingType: 'UNIFORM_SCALING' }],
  ['IncreaseStreamRetentionPeriod', { RetentionPeriodHours: 25 }],
  ['DecreaseStreamRetentionPeriod', { RetentionPeriodHours: 25 }],
])('%s of a stream that is not there', async (operation, input) => {
  const { status, type, message } = await api.fault(operation, { StreamName: NO_STREAM, ...input });
  expect([status, type]).toEqual([400, 'ResourceNotFoundException']);
  expect(message).toMatch(new RegExp(`^Stream ${NO_STREAM} under account \\d{12} not found\\.$`));
});

test('a deleted stream is gone, and its name is free', async () => {
  const { name, account } = await api.stream(2);
  const ShardIterator = await api.iterator(name, 0);
  await api.call('DeleteStream', { StreamName: name });
  expect(await api.fault('DescribeStream', { StreamName: name })).toMatchObject({ type: 'ResourceNotFoundException' });
  expect(await api.fault('GetRecords', { ShardIterator })).toEqual({
    status: 400,
    type: 'ResourceNotFoundException',
    message: `Shard shardId-000000000000 in stream ${name} under account ${account} does not exist`,
  });
  await api.call('CreateStream', { StreamName: name, ShardCount: 1 });
  await api.whenActive(name);
  expect((await api.fault('GetRecords', { ShardIterator })).type).toBe('ResourceNotFoundException');
  expect((await api.read(name, 0)).Records).toEqual([]);
});

test('shards are shown in pages, after one that need not exist', async () => {
  const { name } = await api.stream(5);
  const page = async (more: object) => {
    const { StreamDescription: found } = await api.call('DescribeStream', { StreamName: name, ...more });
    return [found.Shards.map((shard: { ShardId: string }) => Number(shard.ShardId.slice(-2))), found.HasMoreShards];
  };
  expect(await page({ Limit: 2 })).toEqual([[0, 1], true]);
  expect(await page({ Limit: 2, ExclusiveStartShardId: 'shardId-000000000002' })).toEqual([[3, 4], false]);
  expect(await page({ ExclusiveStartShardId: 'shardId-000000000007' })).toEqual([[], false]);
});

test('streams are listed by name, in pages by name and by token', async () => {
  const base = api.freshName();
  const names = ['c', 'a', 'b'].map((end) => `${base}-${end}`);
  for (const StreamName of names) await api.call('CreateStream', { StreamName, ShardCount: 1 });
  names.sort();
  const first = await api.call('ListStreams', { ExclusiveStartStreamName: base, Limit: 2 });
  expect(first.StreamNames).toEqual(names.slice(0, 2));
  expect(first.HasMoreStreams).toBe(true);
  expect(first.StreamSummaries[0]).toMatchObject({
    StreamName: names[0],
    StreamStatus: 'ACTIVE',
    StreamModeDetails: { StreamMode: 'PROVISIONED' },
  });
  const second = await api.call('ListStreams', { NextToken: first.NextToken, Limit: 1 });
  expect(second.StreamNames).toEqual(names.slice(2));
  const last = await api.call('ListStreams', { ExclusiveStartStreamName: 'zzzzzzzz' });
  expect(last).toMatchObject({ StreamNames: [], HasMoreStreams: false });
  expect(last).not.toHaveProperty('NextToken');
  for (const StreamName of names) await api.call('DeleteStream', { StreamName });
});

test.each([
  [
    'IncreaseStreamRetentionPeriod',
    23,
    'Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.',
  ],
  [
    'IncreaseStreamRetentionPeriod',
    8761,
    'Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.',
  ],
  [
    'DecreaseStreamRetentionPeriod',
    23,
    'Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.',
  ],
])('%s to %i hours is refused', async (operation, RetentionPeriodHours, message) => {
  const { name } = await api.stream(1);
  expect(await api.fault(operation, { StreamName: name, RetentionPeriodHours })).toEqual({
    status: 400,
    type: 'InvalidArgumentException',
    message,
  });
});

test('retention goes up and down by its own operations, and may stay', async () => {
  const { name, account } = await api.stream(1);
  const change = (direction: 'Increase' | 'Decrease', RetentionPeriodHours: number) =>
    ({ operation: `${direction}StreamRetentionPeriod`, input: { StreamName: name, RetentionPeriodHours } }) as const;
  const run = async ({ operation, input }: ReturnType<typeof change>) => {
    await api.call(operation, input);
    await api.whenActive(name);
  };
  await run(change('Increase', 48));
  await run(change('Increase', 48));
  const { operation, input } = change('Increase', 47);
  expect((await api.fault(operation, input)).message).toBe(
    `Requested retention period (47 hours) for stream ${name} can not be shorter than existing retention period (48 hours). Use DecreaseRetentionPeriod API.`,
  );
  const down = change('Decrease', 49);
  expect((await api.fault(down.operation, down.input)).message).toBe(
    `Requested retention period (49 hours) for stream ${name} can not be longer than existing retention period (48 hours). Use IncreaseRetentionPeriod API.`,
  );
  await run(change('Decrease', 48));
  await run(change('Decrease', 24));
  const { StreamDescription: stream } = await api.call('DescribeStream', { StreamName: name });
  expect(stream.RetentionPeriodHours).toBe(24);
  expect(account).toMatch(/^\d{12}$/);
});
