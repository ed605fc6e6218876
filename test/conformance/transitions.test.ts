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
    ] as const) {
      expect((await api.fault(operation, { StreamName: name, ...more })).type, operation).toBe(
        'ResourceInUseException',
      );
    }
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
});
