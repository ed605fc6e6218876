/** What may be done to a stream on its way: CREATING, UPDATING and DELETING take their time here, by a clock in hand. */
import { describe, expect, test } from 'vitest';
import { base64, isForeign, kinesis } from './kinesis.ts';

describe.skipIf(isForeign)('a stream on its way', () => {
  const api = kinesis({ testClock: true, transitionMs: 30_000 });
  const SHARD_0 = 'shardId-000000000000';

  async function creating(ShardCount = 1): Promise<string> {
    const StreamName = api.freshName();
    await api.call('CreateStream', { StreamName, ShardCount });
    return StreamName;
  }

  /** Lets the transition end, however many turns it needs after its time. */
  async function settle(StreamName: string): Promise<void> {
    await api.advance(30_001);
    await api.whenActive(StreamName);
  }

  async function active(ShardCount = 1): Promise<string> {
    const name = await creating(ShardCount);
    await settle(name);
    return name;
  }

  const statusOf = async (StreamName: string) =>
    (await api.call('DescribeStream', { StreamName })).StreamDescription.StreamStatus;
  const arnOf = async (StreamName: string): Promise<string> =>
    (await api.call('DescribeStream', { StreamName })).StreamDescription.StreamARN;
  const put = (StreamName: string) => ({ StreamName, PartitionKey: 'k', Data: base64('x') });

  test('CREATING shows no shards and takes no records', async () => {
    const name = await creating(2);
    const { StreamDescription: stream } = await api.call('DescribeStream', { StreamName: name });
    expect(stream).toMatchObject({ StreamStatus: 'CREATING', Shards: [], HasMoreShards: false });
    const account = stream.StreamARN.split(':')[4];
    const missing = {
      type: 'ResourceNotFoundException',
      message: `Stream ${name} under account ${account} not found.`,
    };
    expect(await api.fault('PutRecord', put(name))).toMatchObject(missing);
    expect(
      await api.fault('PutRecords', { StreamName: name, Records: [{ PartitionKey: 'k', Data: '' }] }),
    ).toMatchObject(missing);
    const iterator = { StreamName: name, ShardId: SHARD_0, ShardIteratorType: 'LATEST' };
    expect(await api.fault('GetShardIterator', iterator)).toMatchObject({
      type: 'ResourceNotFoundException',
      message: `Shard ${SHARD_0} in stream ${name} under account ${account} does not exist`,
    });
    expect(await api.fault('ListShards', { StreamName: name })).toMatchObject({ type: 'ResourceInUseException' });
    const split = { StreamName: name, ShardToSplit: SHARD_0, NewStartingHashKey: '5' };
    expect(await api.fault('SplitShard', split)).toMatchObject({
      type: 'ResourceInUseException',
      message: `Stream ${name} under account ${account} not ACTIVE, instead in state CREATING`,
    });
    await settle(name);
    expect(await api.shards(name)).toHaveLength(2);
    await api.call('PutRecord', put(name));
  });

  test('CREATING can be deleted, and its name is taken', async () => {
    const name = await creating();
    expect((await api.fault('CreateStream', { StreamName: name, ShardCount: 1 })).type).toBe('ResourceInUseException');
    await api.call('DeleteStream', { StreamName: name });
    expect(await statusOf(name)).toBe('DELETING');
    await api.advance(30_001);
    for (let i = 0; i < 100; i++) {
      const { StreamNames } = await api.call('ListStreams');
      if (!StreamNames.includes(name)) return;
    }
    expect.unreachable('the stream is still there');
  });

  test('five streams may be CREATING, a sixth is refused', async () => {
    const names: string[] = [];
    for (let i = 0; i < 5; i++) names.push(await creating());
    const sixth = { StreamName: api.freshName(), ShardCount: 1 };
    expect((await api.fault('CreateStream', sixth)).type).toBe('LimitExceededException');
    await settle(names[4]!);
    for (const name of names) await api.whenActive(name);
    await api.call('CreateStream', sixth);
    await settle(sixth.StreamName);
  });

  test('UPDATING takes records, shows the old shards, and refuses a second change', async () => {
    const name = await active();
    await api.call('SplitShard', { StreamName: name, ShardToSplit: SHARD_0, NewStartingHashKey: '5' });
    expect(await statusOf(name)).toBe('UPDATING');
    expect(await api.shards(name)).toHaveLength(1);
    expect((await api.call('PutRecord', put(name))).ShardId).toBe(SHARD_0);
    expect((await api.read(name, 0)).Records).toHaveLength(1);
    for (const [operation, more] of [
      ['SplitShard', { ShardToSplit: SHARD_0, NewStartingHashKey: '9' }],
      ['UpdateShardCount', { TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' }],
      ['IncreaseStreamRetentionPeriod', { RetentionPeriodHours: 48 }],
      ['EnableEnhancedMonitoring', { ShardLevelMetrics: ['ALL'] }],
      ['StartStreamEncryption', { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' }],
    ] as const) {
      expect((await api.fault(operation, { StreamName: name, ...more })).type, operation).toBe(
        'ResourceInUseException',
      );
    }
    for (const [operation, more] of [
      ['UpdateStreamMode', { StreamModeDetails: { StreamMode: 'ON_DEMAND' } }],
      ['UpdateMaxRecordSize', { MaxRecordSizeInKiB: 2_048 }],
    ] as const) {
      const StreamARN = await arnOf(name);
      expect((await api.fault(operation, { StreamARN, ...more })).type, operation).toBe('ResourceInUseException');
    }
    await api.call('AddTagsToStream', { StreamName: name, Tags: { a: '' } });
    await settle(name);
    expect(await api.shards(name)).toHaveLength(3);
    expect((await api.call('PutRecord', put(name))).ShardId).not.toBe(SHARD_0);
  });

  test('DELETING is still shown and takes no records', async () => {
    const name = await active();
    await api.call('DeleteStream', { StreamName: name });
    expect(await statusOf(name)).toBe('DELETING');
    expect((await api.fault('PutRecord', put(name))).type).toBe('ResourceNotFoundException');
    expect((await api.fault('CreateStream', { StreamName: name, ShardCount: 1 })).type).toBe('ResourceInUseException');
  });

  test('every setting goes through UPDATING and holds when the stream is ACTIVE', async () => {
    const StreamName = await active();
    const StreamARN = await arnOf(StreamName);
    const summary = async () =>
      (await api.call('DescribeStreamSummary', { StreamName })).StreamDescriptionSummary as Record<string, unknown>;
    for (const [operation, input, member] of [
      ['UpdateMaxRecordSize', { StreamARN, MaxRecordSizeInKiB: 2_048 }, 'MaxRecordSizeInKiB'],
      ['EnableEnhancedMonitoring', { StreamARN, ShardLevelMetrics: ['ALL'] }, 'EnhancedMonitoring'],
      ['UpdateStreamMode', { StreamARN, StreamModeDetails: { StreamMode: 'ON_DEMAND' } }, 'StreamModeDetails'],
    ] as const) {
      const before = (await summary())[member];
      await api.call(operation, input);
      const during = await summary();
      expect([during['StreamStatus'], during[member]], operation).toEqual(['UPDATING', before]);
      await settle(StreamName);
      expect((await summary())[member], operation).not.toEqual(before);
    }
  });

  test('every filter chooses shards by when they were open, however long the split took', async () => {
    const StreamName = await creating();
    const nowSeconds = async () =>
      JSON.parse((await api.send({ method: 'GET', path: '/_sluice/status' })).text).nowMs / 1_000;
    const createdAt = await nowSeconds();
    await settle(StreamName);
    await api.advance(60_000);
    await api.call('SplitShard', { StreamName, ShardToSplit: SHARD_0, NewStartingHashKey: String(2n ** 127n) });
    const askedAt = await nowSeconds();
    const list = async (ShardFilter: object) => {
      const { Shards } = await api.call('ListShards', { StreamName, ShardFilter });
      return Shards.map((shard: { ShardId: string }) => Number(shard.ShardId.slice(-1)));
    };
    // Until it is done the parent is open, also at a time after the call.
    await api.advance(10_000);
    expect(await list({ Type: 'AT_LATEST' })).toEqual([0]);
    expect(await list({ Type: 'AT_TIMESTAMP', Timestamp: askedAt + 5 })).toEqual([0]);
    await settle(StreamName);
    await api.advance(60_000);
    for (const [filter, shards] of [
      [{ Type: 'AT_LATEST' }, [1, 2]],
      [{ Type: 'AT_TIMESTAMP', Timestamp: askedAt + 5 }, [0]],
      [{ Type: 'AT_TIMESTAMP', Timestamp: createdAt + 1 }, [0]],
      [{ Type: 'AT_TIMESTAMP', Timestamp: askedAt + 60 }, [1, 2]],
      [{ Type: 'FROM_TIMESTAMP', Timestamp: askedAt + 5 }, [0, 1, 2]],
      [{ Type: 'FROM_TIMESTAMP', Timestamp: askedAt + 60 }, [1, 2]],
      // Before the stream there was nothing: its beginning is meant.
      [{ Type: 'FROM_TIMESTAMP', Timestamp: createdAt - 3_600 }, [0, 1, 2]],
      [{ Type: 'AT_TRIM_HORIZON' }, [0]],
      [{ Type: 'FROM_TRIM_HORIZON' }, [0, 1, 2]],
      [{ Type: 'AFTER_SHARD_ID', ShardId: SHARD_0 }, [1, 2]],
    ] as const) {
      expect(await list(filter), JSON.stringify(filter)).toEqual(shards);
    }
    // A day later the horizon has gone past the split.
    await api.advance(24 * 3_600_000);
    for (const Type of ['AT_TRIM_HORIZON', 'FROM_TRIM_HORIZON', 'AT_LATEST'])
      expect(await list({ Type })).toEqual([1, 2]);
  });

  test.each([
    [{ Type: 'AT_LATEST', ShardId: 'shardId-000000000000' }, /^ShardId cannot be provided/],
    [{ Type: 'AFTER_SHARD_ID', ShardId: 'a', Timestamp: 1 }, /^Timestamp cannot be provided/],
    [{ Type: 'FROM_TIMESTAMP' }, /^Timestamp must be provided/],
    [{ Type: 'AFTER_SHARD_ID' }, /^ShardId must be provided/],
  ])('the filter %j is refused', async (ShardFilter, message) => {
    const StreamName = await active();
    expect(await api.fault('ListShards', { StreamName, ShardFilter })).toMatchObject({
      type: 'InvalidArgumentException',
      message: expect.stringMatching(message),
    });
  });

  test('CREATING and DELETING keep their settings, and an iterator of a stream that is DELETING is dead', async () => {
    const coming = await creating();
    const settings = [
      ['AddTagsToStream', { Tags: { a: '' } }],
      ['EnableEnhancedMonitoring', { ShardLevelMetrics: ['ALL'] }],
      ['IncreaseStreamRetentionPeriod', { RetentionPeriodHours: 48 }],
    ] as const;
    for (const [operation, more] of settings) {
      const refused = await api.fault(operation, { StreamName: coming, ...more });
      expect([refused.type, refused.message.endsWith('CREATING')], operation).toEqual(['ResourceInUseException', true]);
    }
    await settle(coming);
    await api.call('PutRecord', put(coming));
    const ShardIterator = await api.iterator(coming, 0);
    await api.call('DeleteStream', { StreamName: coming });
    for (const [operation, more] of settings) {
      const refused = await api.fault(operation, { StreamName: coming, ...more });
      expect([refused.type, refused.message.endsWith('DELETING')], operation).toEqual(['ResourceInUseException', true]);
    }
    expect(await api.fault('GetRecords', { ShardIterator })).toMatchObject({
      type: 'ResourceNotFoundException',
      message: expect.stringMatching(`^Shard ${SHARD_0} in stream ${coming} under account \\d{12} does not exist$`),
    });
  });
});
