/** What the operations on streams and shards take and answer; the rules behind them are tested with the service. */
import { describe, expect, test } from 'vitest';
import { fault, openCaller } from './caller.ts';

const ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/s';

describe('which stream is meant', () => {
  test('name, ARN, or both when they agree', async () => {
    const { call } = await openCaller();
    await call('CreateStream', { StreamName: 's', ShardCount: 1 });
    for (const input of [{ StreamName: 's' }, { StreamARN: ARN }, { StreamName: 's', StreamARN: ARN }]) {
      expect((await call('DescribeStreamSummary', input)).StreamDescriptionSummary.StreamARN).toBe(ARN);
    }
  });

  test('neither, or two that differ, is refused', async () => {
    const { call } = await openCaller();
    await expect(call('DescribeStream')).rejects.toEqual(
      fault('InvalidArgumentException', 'Either StreamName or StreamARN should be provided.'),
    );
    await expect(call('DescribeStream', { StreamName: 't', StreamARN: ARN })).rejects.toEqual(
      fault('InvalidArgumentException', /different streams/),
    );
  });
});

describe('DescribeStream', () => {
  test('a new stream is told with all that AWS tells, in its order', async () => {
    const { call, clock } = await openCaller();
    await call('CreateStream', { StreamName: 's', ShardCount: 1 });
    const { StreamDescription } = await call('DescribeStream', { StreamName: 's' });
    expect(StreamDescription).toEqual({
      StreamName: 's',
      StreamARN: ARN,
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      Shards: [
        {
          ShardId: 'shardId-000000000000',
          HashKeyRange: { StartingHashKey: '0', EndingHashKey: '340282366920938463463374607431768211455' },
          SequenceNumberRange: { StartingSequenceNumber: expect.stringMatching(/^49\d{54}$/) },
        },
      ],
      HasMoreShards: false,
      RetentionPeriodHours: 24,
      StreamCreationTimestamp: clock.now() / 1000,
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      EncryptionType: 'NONE',
    });
    expect(Object.keys(StreamDescription).slice(0, 6)).toEqual([
      'StreamName',
      'StreamARN',
      'StreamStatus',
      'StreamModeDetails',
      'Shards',
      'HasMoreShards',
    ]);
  });

  test('pages hold 100 shards at most and go on behind an id', async () => {
    const { call } = await openCaller({ settings: { shardsMax: 200 } });
    await call('CreateStream', { StreamName: 's', ShardCount: 120 });
    const first = (await call('DescribeStream', { StreamName: 's', Limit: 10_000 })).StreamDescription;
    expect([first.Shards.length, first.HasMoreShards]).toEqual([100, true]);
    const rest = { StreamName: 's', ExclusiveStartShardId: 'shardId-000000000099' };
    const second = (await call('DescribeStream', rest)).StreamDescription;
    expect([second.Shards.length, second.Shards[0].ShardId]).toEqual([20, 'shardId-000000000100']);
    expect(second.HasMoreShards).toBe(false);
  });

  test('after a merge the parents have an end and the child names both', async () => {
    const { call } = await openCaller();
    await call('CreateStream', { StreamName: 's', ShardCount: 2 });
    await call('MergeShards', { StreamName: 's', ShardToMerge: 'shardId-0', AdjacentShardToMerge: '1' });
    const [parent, , child] = (await call('DescribeStream', { StreamName: 's' })).StreamDescription.Shards;
    expect(parent.SequenceNumberRange.EndingSequenceNumber).toMatch(/^49\d{54}$/);
    expect(child).toMatchObject({
      ShardId: 'shardId-000000000002',
      ParentShardId: 'shardId-000000000000',
      AdjacentParentShardId: 'shardId-000000000001',
    });
    expect(child.SequenceNumberRange).not.toHaveProperty('EndingSequenceNumber');
  });
});

test('DescribeStreamSummary counts open shards and never gives a StreamId', async () => {
  const { call } = await openCaller();
  await call('CreateStream', { StreamName: 's', MaxRecordSizeInKiB: 2048 });
  const { StreamDescriptionSummary } = await call('DescribeStreamSummary', { StreamName: 's' });
  expect(StreamDescriptionSummary).toMatchObject({
    StreamModeDetails: { StreamMode: 'ON_DEMAND' },
    OpenShardCount: 4,
    ConsumerCount: 0,
    MaxRecordSizeInKiB: 2048,
  });
  expect(StreamDescriptionSummary).not.toHaveProperty('StreamId');
  expect(StreamDescriptionSummary).not.toHaveProperty('Shards');
});

describe('CreateStream', () => {
  test.each([
    [{ ShardCount: 1, RecordDistributionStrategy: 'AUTO' }, 'InvalidArgumentException', /On-Demand mode only/],
    [{ ShardCount: 1, WarmThroughputMiBps: 1 }, 'ValidationException', /Provisioned mode/],
    [{ WarmThroughputMiBps: 1 }, 'ValidationException', /commitment/],
    [{ ShardCount: 1, Tags: { 'a;': 'b' } }, 'InvalidArgumentException', /^Some tags contain invalid characters/],
  ])('what the stream may not have is refused, and no stream is made: %j', async (input, code, message) => {
    const { call } = await openCaller();
    await expect(call('CreateStream', { StreamName: 's', ...input })).rejects.toEqual(fault(code, message));
    expect((await call('ListStreams')).StreamNames).toEqual([]);
  });

  test('tags, count and deletion arrive', async () => {
    const { call, service } = await openCaller();
    await call('CreateStream', { StreamName: 's', ShardCount: 3, Tags: { a: 'b' } });
    const scope = { account: '000000000000', region: 'us-east-1' };
    expect(service.stream(scope, 's')).toMatchObject({ tags: { a: 'b' }, mode: 'PROVISIONED' });
    await call('DeleteStream', { StreamARN: ARN });
    expect(service.streams(scope)).toEqual([]);
  });
});

describe('ListStreams', () => {
  test('pages by token and by the last name, sorted', async () => {
    const { call } = await openCaller();
    for (const name of ['c', 'a', 'b']) await call('CreateStream', { StreamName: name, ShardCount: 1 });
    const first = await call('ListStreams', { Limit: 2 });
    expect([first.StreamNames, first.HasMoreStreams]).toEqual([['a', 'b'], true]);
    expect(first.StreamSummaries[1]).toMatchObject({ StreamName: 'b', StreamStatus: 'ACTIVE' });
    const rest = { StreamNames: ['c'], HasMoreStreams: false };
    expect(await call('ListStreams', { NextToken: first.NextToken })).toMatchObject(rest);
    const last = await call('ListStreams', { ExclusiveStartStreamName: 'bb' });
    expect(last).toMatchObject(rest);
    expect(last).not.toHaveProperty('NextToken');
  });
});

describe('ListShards', () => {
  test('pages by token, which keeps the filter', async () => {
    const { call } = await openCaller();
    await call('CreateStream', { StreamName: 's', ShardCount: 3 });
    await call('SplitShard', { StreamName: 's', ShardToSplit: '1', NewStartingHashKey: `${1n << 127n}` });
    const ids: string[] = [];
    let input: object = { StreamName: 's', MaxResults: 1, ShardFilter: { Type: 'AT_LATEST' } };
    for (;;) {
      const { Shards, NextToken } = await call('ListShards', input);
      ids.push(...Shards.map((shard: { ShardId: string }) => shard.ShardId.slice(-1)));
      if (NextToken === undefined) break;
      input = { NextToken, MaxResults: 1 };
    }
    expect(ids).toEqual(['0', '2', '3', '4']);
  });

  test('a token lives 300 s, and not beyond its incarnation of the stream', async () => {
    const { call, clock } = await openCaller();
    await call('CreateStream', { StreamName: 's', ShardCount: 2 });
    const { NextToken } = await call('ListShards', { StreamName: 's', MaxResults: 1 });
    await call('ListShards', { NextToken });
    await clock.advance(300_001);
    await expect(call('ListShards', { NextToken })).rejects.toEqual(fault('ExpiredNextTokenException', /expired/));
    const { NextToken: old } = await call('ListShards', { StreamName: 's', MaxResults: 1 });
    await call('DeleteStream', { StreamName: 's' });
    await clock.advance(2_000);
    await call('CreateStream', { StreamName: 's', ShardCount: 2 });
    await expect(call('ListShards', { NextToken: old })).rejects.toEqual(
      fault('ResourceNotFoundException', 'Stream s under account 000000000000 not found.'),
    );
  });

  test('what may not stand beside a token, and a token of another list, is refused', async () => {
    const { call } = await openCaller();
    for (const name of ['s', 't']) await call('CreateStream', { StreamName: name, ShardCount: 2 });
    const { NextToken } = await call('ListShards', { StreamName: 's', MaxResults: 1 });
    await expect(call('ListShards', { NextToken, StreamName: 's' })).rejects.toEqual(
      fault('InvalidArgumentException', 'NextToken and StreamName cannot be provided together.'),
    );
    await expect(call('ListShards', { NextToken, StreamARN: `${ARN.slice(0, -1)}t` })).rejects.toEqual(
      fault('InvalidArgumentException', /not of stream t/),
    );
    expect((await call('ListShards', { NextToken, StreamARN: ARN })).Shards).toHaveLength(1);
    await expect(call('ListShards')).rejects.toEqual(
      fault('InvalidArgumentException', 'Either NextToken or StreamName should be provided.'),
    );
    const { NextToken: ofStreams } = await call('ListStreams', { Limit: 1 });
    await expect(call('ListShards', { NextToken: ofStreams })).rejects.toEqual(
      fault('InvalidArgumentException', /NextToken/),
    );
  });
});

test('UpdateShardCount answers with the counts before and after', async () => {
  const { call } = await openCaller();
  await call('CreateStream', { StreamName: 's', ShardCount: 2 });
  const input = { StreamARN: ARN, TargetShardCount: 4, ScalingType: 'UNIFORM_SCALING' };
  expect(await call('UpdateShardCount', input)).toEqual({
    StreamName: 's',
    CurrentShardCount: 2,
    TargetShardCount: 4,
    StreamARN: ARN,
  });
});

test('retention goes up and down', async () => {
  const { call } = await openCaller();
  await call('CreateStream', { StreamName: 's', ShardCount: 1 });
  const hours = async () => (await call('DescribeStream', { StreamName: 's' })).StreamDescription.RetentionPeriodHours;
  await call('IncreaseStreamRetentionPeriod', { StreamName: 's', RetentionPeriodHours: 48 });
  expect(await hours()).toBe(48);
  await call('DecreaseStreamRetentionPeriod', { StreamName: 's', RetentionPeriodHours: 24 });
  expect(await hours()).toBe(24);
});
