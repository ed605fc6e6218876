/** What outlives a restart on a real data folder: iterators, tokens, settings, and changes under way. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DaemonOptions } from '../../src/index.ts';
import { base64, isForeign, Kinesis } from './kinesis.ts';

describe.skipIf(isForeign)('after a restart', () => {
  let base: string;
  let api: Kinesis;
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'sluice-restart-'));
  });
  afterEach(async () => {
    await api.stop();
    await rm(base, { recursive: true });
  });

  async function start(options: DaemonOptions = {}): Promise<void> {
    api = new Kinesis({ memory: false, dataDir: join(base, 'data'), testClock: true, ...options });
    await api.start();
  }

  async function restart(options: DaemonOptions = {}): Promise<void> {
    await api.stop();
    await start(options);
  }

  const put = (StreamName: string, text: string) =>
    api.call('PutRecord', { StreamName, PartitionKey: 'k', Data: base64(text) });
  const texts = (records: readonly { Data: string }[]) =>
    records.map(({ Data }) => Buffer.from(Data, 'base64').toString());

  test('iterators go on where they were', async () => {
    await start();
    const { name } = await api.stream(1);
    await put(name, 'one');
    await put(name, 'two');
    const horizon = await api.iterator(name, 0);
    const latest = await api.iterator(name, 0, { ShardIteratorType: 'LATEST' });
    const { NextShardIterator: second } = await api.call('GetRecords', { ShardIterator: horizon, Limit: 1 });
    await restart();
    await put(name, 'three');
    const from = async (ShardIterator: string) => texts((await api.call('GetRecords', { ShardIterator })).Records);
    expect(await from(horizon)).toEqual(['one', 'two', 'three']);
    expect(await from(second)).toEqual(['two', 'three']);
    expect(await from(latest)).toEqual(['three']);
    await api.advance(300_001);
    expect((await api.fault('GetRecords', { ShardIterator: horizon })).type).toBe('ExpiredIteratorException');
  });

  test('an iterator of a stream that was deleted and made again is refused', async () => {
    await start();
    const { name } = await api.stream(1);
    await put(name, 'old');
    const ShardIterator = await api.iterator(name, 0);
    await api.call('DeleteStream', { StreamName: name });
    await api.call('CreateStream', { StreamName: name, ShardCount: 1 });
    await restart();
    expect(await api.fault('GetRecords', { ShardIterator })).toMatchObject({
      type: 'ResourceNotFoundException',
      message: `Shard shardId-000000000000 in stream ${name} under account 000000000000 does not exist`,
    });
  });

  test('page tokens go on, with their filter', async () => {
    await start();
    const { name } = await api.stream(3);
    const ShardFilter = { Type: 'AFTER_SHARD_ID', ShardId: 'shardId-000000000000' };
    const { NextToken } = await api.call('ListShards', { StreamName: name, MaxResults: 1, ShardFilter });
    await restart();
    const { Shards } = await api.call('ListShards', { NextToken });
    expect(Shards.map((shard: { ShardId: string }) => shard.ShardId)).toEqual(['shardId-000000000002']);
  });

  test('what owners said is still so', async () => {
    await start();
    const StreamName = api.freshName();
    await api.call('CreateStream', { StreamName, RecordDistributionStrategy: 'AUTO', Tags: { a: '1' } });
    const { arn } = await api.whenActive(StreamName);
    const { Consumer } = await api.call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName: 'c' });
    const enable = { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } };
    const commitment = await api.call('UpdateAccountSettings', enable);
    await api.call('UpdateMaxRecordSize', { StreamARN: arn, MaxRecordSizeInKiB: 2_048 });
    await api.call('UpdateStreamWarmThroughput', { StreamARN: arn, WarmThroughputMiBps: 5 });
    await api.call('EnableEnhancedMonitoring', { StreamName, ShardLevelMetrics: ['ALL'] });
    await api.call('TagResource', { ResourceARN: Consumer.ConsumerARN, Tags: { of: 'c' } });
    for (const ResourceARN of [arn, Consumer.ConsumerARN]) {
      await api.call('PutResourcePolicy', { ResourceARN, Policy: '{"a":1}' });
    }
    const shown = async () => [
      await api.call('DescribeStreamSummary', { StreamName }),
      await api.call('ListTagsForStream', { StreamName }),
      await api.call('ListTagsForResource', { ResourceARN: Consumer.ConsumerARN }),
      await api.call('GetResourcePolicy', { ResourceARN: Consumer.ConsumerARN }),
      await api.call('GetResourcePolicy', { ResourceARN: arn }),
      await api.call('DescribeAccountSettings'),
    ];
    const before = await shown();
    expect(before[0].StreamDescriptionSummary).toMatchObject({
      RecordDistributionStrategy: 'AUTO',
      MaxRecordSizeInKiB: 2_048,
      WarmThroughput: { TargetMiBps: 5, CurrentMiBps: 5 },
    });
    await restart();
    expect(await shown()).toEqual(before);
    expect(before[5]).toEqual(commitment);
    await api.call('PutRecord', { StreamName, Data: '' });
  });

  test.each([
    ['SplitShard', { ShardToSplit: 'shardId-000000000000', NewStartingHashKey: '1000' }, { shards: 3 }],
    ['EnableEnhancedMonitoring', { ShardLevelMetrics: ['IncomingBytes'] }, { shards: 1, metrics: ['IncomingBytes'] }],
  ])('%s, accepted before, is carried out when its time has come', async (operation, input, expected) => {
    await start({ transitionMs: 30_000 });
    const StreamName = api.freshName();
    await api.call('CreateStream', { StreamName, ShardCount: 1 });
    await api.advance(30_001);
    await api.whenActive(StreamName);
    await api.call(operation, { StreamName, ...input });
    await restart({ transitionMs: 30_000 });
    const shown = async () => (await api.call('DescribeStream', { StreamName })).StreamDescription;
    expect(await shown()).toMatchObject({ StreamStatus: 'UPDATING', Shards: [{}] });
    // The clock of the second daemon stands where the machine's does, behind the first one's.
    await api.advance(60_002);
    await api.whenActive(StreamName);
    const { Shards, EnhancedMonitoring } = await shown();
    expect(Shards).toHaveLength(expected.shards);
    if ('metrics' in expected) expect(EnhancedMonitoring).toEqual([{ ShardLevelMetrics: expected.metrics }]);
  });
});
