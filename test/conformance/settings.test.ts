/** Tags, policies, modes, monitoring, distribution and the account, over HTTP. */
import { describe, expect, test } from 'vitest';
import { base64, isForeign, kinesis } from './kinesis.ts';

const api = kinesis();

describe('tags', () => {
  test('old and new operations show the same tags, sorted', async () => {
    const { name, arn } = await api.stream(1);
    expect(await api.call('AddTagsToStream', { StreamName: name, Tags: { b: '2', a: '1' } })).toBeUndefined();
    expect(await api.call('TagResource', { ResourceARN: arn, Tags: { c: '3' } })).toBeUndefined();
    const all = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
      { Key: 'c', Value: '3' },
    ];
    expect(await api.call('ListTagsForStream', { StreamName: name })).toEqual({ Tags: all, HasMoreTags: false });
    expect((await api.call('ListTagsForResource', { ResourceARN: arn })).Tags).toEqual(all);
    const first = await api.call('ListTagsForStream', { StreamName: name, Limit: 1 });
    expect(first).toEqual({ Tags: [all[0]], HasMoreTags: true });
    expect(await api.call('RemoveTagsFromStream', { StreamName: name, TagKeys: ['a'] })).toBeUndefined();
    expect(await api.call('UntagResource', { ResourceARN: arn, TagKeys: ['b', 'x'] })).toBeUndefined();
    expect((await api.call('ListTagsForStream', { StreamName: name })).Tags).toEqual([all[2]]);
  });

  test('shape first, then the stream, then characters, then their number', async () => {
    const { name, account } = await api.stream(1);
    const add = (Tags: object, StreamName = name) => api.fault('AddTagsToStream', { StreamName, Tags });
    const long = 'a'.repeat(129);
    expect((await add({ [long]: '' }, 'nobody')).type).toBe('ValidationException');
    expect((await add({ ';': '' }, 'nobody')).type).toBe('ResourceNotFoundException');
    expect(await add({ ';': '' })).toMatchObject({
      type: 'InvalidArgumentException',
      message:
        'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.',
    });
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, '']));
    expect(await add(many)).toMatchObject({
      type: 'InvalidArgumentException',
      message:
        `Failed to add tags to stream ${name} under account ${account} because a given stream cannot have ` +
        'more than 10 tags associated with it.',
    });
    expect((await api.call('ListTagsForStream', { StreamName: name })).Tags).toEqual([]);
  });

  test('CreateStream takes tags, and looks at their characters', async () => {
    const StreamName = api.freshName();
    const refused = await api.fault('CreateStream', { StreamName, ShardCount: 1, Tags: { a: ';' } });
    expect(refused.type).toBe('InvalidArgumentException');
    await api.call('CreateStream', { StreamName, ShardCount: 1, Tags: { a: 'b' } });
    const { name } = await api.whenActive(StreamName);
    expect((await api.call('ListTagsForStream', { StreamName: name })).Tags).toEqual([{ Key: 'a', Value: 'b' }]);
  });
});

test('a policy is kept, shown and removed', async () => {
  const { arn: ResourceARN } = await api.stream(1);
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  expect(await api.call('PutResourcePolicy', { ResourceARN, Policy })).toBeUndefined();
  expect(await api.call('GetResourcePolicy', { ResourceARN })).toEqual({ Policy });
  expect(await api.call('DeleteResourcePolicy', { ResourceARN })).toBeUndefined();
  expect(await api.call('GetResourcePolicy', { ResourceARN })).toEqual({ Policy: '{}' });
  expect((await api.fault('DeleteResourcePolicy', { ResourceARN })).type).toBe('ResourceNotFoundException');
  expect((await api.fault('PutResourcePolicy', { ResourceARN, Policy: 'no' })).type).toBe('InvalidArgumentException');
});

test('enhanced monitoring names what was and what will be', async () => {
  const { name, arn } = await api.stream(1);
  const ShardLevelMetrics = ['IncomingBytes'];
  expect(await api.call('EnableEnhancedMonitoring', { StreamName: name, ShardLevelMetrics })).toEqual({
    StreamName: name,
    StreamARN: arn,
    CurrentShardLevelMetrics: [],
    DesiredShardLevelMetrics: ShardLevelMetrics,
  });
  await api.whenActive(name);
  const { StreamDescription } = await api.call('DescribeStream', { StreamName: name });
  expect(StreamDescription.EnhancedMonitoring).toEqual([{ ShardLevelMetrics }]);
  const wrong = await api.fault('EnableEnhancedMonitoring', { StreamName: name, ShardLevelMetrics: ['No'] });
  expect(wrong.type).toBe('ValidationException');
});

test('a stream switches to on demand, keeps its shards, and can no longer be split', async () => {
  const { name, arn, account } = await api.stream(2);
  const mode = (StreamMode: string) => ({ StreamARN: arn, StreamModeDetails: { StreamMode } });
  expect(await api.call('UpdateStreamMode', mode('ON_DEMAND'))).toBeUndefined();
  await api.whenActive(name);
  const { StreamDescriptionSummary: summary } = await api.call('DescribeStreamSummary', { StreamName: name });
  expect(summary).toMatchObject({ StreamModeDetails: { StreamMode: 'ON_DEMAND' }, OpenShardCount: 2 });
  const split = { StreamName: name, ShardToSplit: 'shardId-000000000000', NewStartingHashKey: '1000' };
  expect(await api.fault('SplitShard', split)).toMatchObject({
    type: 'ValidationException',
    message: `Request is invalid. Stream ${name} under account ${account} is in On-Demand mode.`,
  });
});

test('larger records are taken once the stream says so', async () => {
  const { name, arn } = await api.stream(1);
  const put = { StreamName: name, PartitionKey: 'k', Data: Buffer.alloc(1_048_576).toString('base64') };
  expect((await api.fault('PutRecord', put)).type).toBe('ValidationException');
  expect(await api.call('UpdateMaxRecordSize', { StreamARN: arn, MaxRecordSizeInKiB: 10_240 })).toBeUndefined();
  await api.whenActive(name);
  await api.call('PutRecord', put);
});

describe('a stream that distributes by itself', () => {
  test('takes records without keys, tells readers so, and refuses an ordering number', async () => {
    const StreamName = api.freshName();
    await api.call('CreateStream', { StreamName, RecordDistributionStrategy: 'AUTO' });
    const { arn } = await api.whenActive(StreamName);
    const { ShardId } = await api.call('PutRecord', { StreamName, Data: base64('x') });
    const { Records } = await api.read(StreamName, Number(ShardId.slice(-12)));
    expect(Records[0]).not.toHaveProperty('PartitionKey');
    const { SequenceNumber } = Records[0];
    const ordered = { StreamName, Data: '', SequenceNumberForOrdering: SequenceNumber };
    expect((await api.fault('PutRecord', ordered)).type).toBe('InvalidArgumentException');
    const back = { StreamARN: arn, RecordDistributionStrategy: 'USER_PARTITION_KEY' };
    expect(await api.call('UpdateStreamRecordDistributionStrategy', back)).toBeUndefined();
    expect(await api.fault('PutRecords', { StreamName, Records: [{ Data: '' }] })).toMatchObject({
      type: 'ValidationException',
      message:
        "1 validation error detected: Value null at 'records.1.member.partitionKey' failed to satisfy constraint: " +
        'Member must not be null',
    });
  });

  test('one key fills all shards alike', async () => {
    const StreamName = api.freshName();
    await api.call('CreateStream', { StreamName, RecordDistributionStrategy: 'AUTO' });
    await api.whenActive(StreamName);
    const Records = Array.from({ length: 40 }, () => ({ Data: base64('x'), PartitionKey: 'k' }));
    const answer = await api.call('PutRecords', { StreamName, Records });
    const counts = new Map<string, number>();
    for (const { ShardId } of answer.Records) counts.set(ShardId, (counts.get(ShardId) ?? 0) + 1);
    expect([...counts.values()]).toEqual([10, 10, 10, 10]);
  });
});

describe('DryRun', () => {
  test('all checks run, nothing happens, and the answer says so', async () => {
    const { name } = await api.stream(1);
    const ShardId = 'shardId-000000000000';
    const ShardIterator = await api.iterator(name, 0);
    const put = { StreamName: name, PartitionKey: 'k', Data: '' };
    const dry = { type: 'DryRunOperationException', status: 400 };
    for (const [operation, input] of [
      ['PutRecord', put],
      ['PutRecords', { StreamName: name, Records: [{ PartitionKey: 'k', Data: '' }] }],
      ['GetShardIterator', { StreamName: name, ShardId, ShardIteratorType: 'LATEST' }],
      ['GetRecords', { ShardIterator }],
    ] as const) {
      expect(await api.fault(operation, { ...input, DryRun: true }), operation).toMatchObject(dry);
    }
    expect((await api.call('GetRecords', { ShardIterator })).Records).toEqual([]);
  });

  test('what is wrong is told as without it', async () => {
    const put = { StreamName: 'nobody', PartitionKey: 'k', Data: '', DryRun: true };
    expect((await api.fault('PutRecord', put)).type).toBe('ResourceNotFoundException');
    expect((await api.fault('GetRecords', { ShardIterator: 'x', DryRun: true })).type).toBe('InvalidArgumentException');
    const { name, arn } = await api.stream(1);
    const { Consumer } = await api.call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName: 'c' });
    const subscribe = { ConsumerARN: Consumer.ConsumerARN, StartingPosition: { Type: 'LATEST' }, DryRun: true };
    const missing = { ...subscribe, ShardId: 'shardId-000000000009' };
    expect((await api.fault('SubscribeToShard', missing)).type).toBe('ResourceNotFoundException');
    const there = await api.fault('SubscribeToShard', { ...subscribe, ShardId: 'shardId-000000000000' });
    expect([name.length > 0, there.type]).toEqual([true, 'DryRunOperationException']);
  });
});

describe.skipIf(isForeign)('the account', () => {
  const own = kinesis({ shardLimit: 50 });

  test('limits and the commitment are told', async () => {
    await own.stream(3);
    expect(await own.call('DescribeLimits')).toMatchObject({
      ShardLimit: 50,
      OpenShardCount: 3,
      OnDemandStreamCount: 0,
      OnDemandStreamCountLimit: 50,
    });
    const wanted = { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } };
    const { MinimumThroughputBillingCommitment: now } = await own.call('UpdateAccountSettings', wanted);
    expect(now.EarliestAllowedEndAt - now.StartedAt).toBe(86_400);
    expect(await own.call('DescribeAccountSettings')).toEqual({ MinimumThroughputBillingCommitment: now });
    const StreamName = own.freshName();
    await own.call('CreateStream', { StreamName, WarmThroughputMiBps: 8 });
    const { StreamDescriptionSummary } = await own.call('DescribeStreamSummary', { StreamName });
    expect(StreamDescriptionSummary.WarmThroughput).toEqual({ TargetMiBps: 8, CurrentMiBps: 8 });
  });
});

describe.skipIf(isForeign)('with --on-demand-scaling', () => {
  const growing = kinesis({ onDemandScaling: true, testClock: true });

  test('the shard that takes too much is split within a minute, without a gap in the hash keys', async () => {
    const StreamName = growing.freshName();
    await growing.call('CreateStream', { StreamName });
    const Data = Buffer.alloc(1_000_000).toString('base64');
    const Records = Array.from({ length: 9 }, () => ({ Data, PartitionKey: 'k', ExplicitHashKey: '0' }));
    for (let put = 0; put < 4; put++) await growing.call('PutRecords', { StreamName, Records });
    await growing.advance(60_000);
    const ShardFilter = { Type: 'AT_LATEST' };
    let shards: { ShardId: string; ParentShardId?: string; HashKeyRange: { StartingHashKey: string } }[] = [];
    while (shards.length < 5) shards = (await growing.call('ListShards', { StreamName, ShardFilter })).Shards;
    const children = shards.filter((shard) => shard.ParentShardId === 'shardId-000000000000');
    expect(children.map((shard) => shard.HashKeyRange)).toEqual([
      { StartingHashKey: '0', EndingHashKey: String(2n ** 125n - 1n) },
      { StartingHashKey: String(2n ** 125n), EndingHashKey: String(2n ** 126n - 1n) },
    ]);
  });
});

describe.skipIf(isForeign)('with a namespace for each account and region', () => {
  const apart = kinesis({ scope: 'region' });

  test.each([
    ['DescribeStreamSummary', 'StreamARN', {}],
    ['ListTagsForResource', 'ResourceARN', {}],
    ['PutRecord', 'StreamARN', { PartitionKey: 'k', Data: '' }],
    ['PutRecords', 'StreamARN', { Records: [{ PartitionKey: 'k', Data: '' }] }],
  ])('%s sees account and region in an ARN', async (operation, member, input) => {
    const { name, arn } = await apart.stream(1);
    await apart.call(operation, { ...input, [member]: arn });
    for (const other of [arn.replace('us-east-1', 'eu-west-1'), arn.replace(/\d{12}/, '111111111111')]) {
      expect(await apart.fault(operation, { ...input, [member]: other })).toMatchObject({
        type: 'ResourceNotFoundException',
        message: `Stream ${name} under account ${other.split(':')[4]} not found.`,
      });
    }
  });
});
