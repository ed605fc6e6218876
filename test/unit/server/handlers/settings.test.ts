/** Modes, sizes, monitoring, distribution and the account, through the handlers on a clock in hand. */
import { describe, expect, test } from 'vitest';
import type { WorldOptions } from '../../service/world.ts';
import { type Caller, fault, openCaller } from './caller.ts';

const ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/s';
const DAY_MS = 86_400_000;
const inMode = (StreamMode: string) => ({ StreamARN: ARN, StreamModeDetails: { StreamMode } });
const base64 = (text: string) => Buffer.from(text).toString('base64');

async function stream(input: object = { ShardCount: 2 }, options: WorldOptions = {}): Promise<Caller> {
  const caller = await openCaller(options);
  await caller.call('CreateStream', { StreamName: 's', ...input });
  await caller.clock.advance(options.settings?.transitionMs ?? 0);
  return caller;
}

const summary = async ({ call }: Caller) =>
  (await call('DescribeStreamSummary', { StreamName: 's' })).StreamDescriptionSummary;

const commit = ({ call }: Caller, Status: string) =>
  call('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status } });

describe('UpdateStreamMode', () => {
  test('switches both ways, UPDATING in between, and keeps the shards', async () => {
    const caller = await stream({ ShardCount: 3 }, { settings: { transitionMs: 1_000 } });
    await caller.call('UpdateStreamMode', inMode('ON_DEMAND'));
    expect(await summary(caller)).toMatchObject({
      StreamStatus: 'UPDATING',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
    });
    await caller.clock.advance(1_000);
    expect(await summary(caller)).toMatchObject({
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      RecordDistributionStrategy: 'USER_PARTITION_KEY',
      OpenShardCount: 3,
    });
    const scale = { StreamName: 's', TargetShardCount: 4, ScalingType: 'UNIFORM_SCALING' };
    await expect(caller.call('UpdateShardCount', scale)).rejects.toEqual(
      fault('ValidationException', 'Request is invalid. Stream s under account 000000000000 is in On-Demand mode.'),
    );
  });

  test('two switches a day, a third is refused until the first is a day old', async () => {
    const caller = await stream();
    await caller.call('UpdateStreamMode', inMode('ON_DEMAND'));
    await caller.clock.advance(1_000);
    await caller.call('UpdateStreamMode', inMode('PROVISIONED'));
    await expect(caller.call('UpdateStreamMode', inMode('ON_DEMAND'))).rejects.toEqual(
      fault('LimitExceededException', /^Rate exceeded/),
    );
    await caller.clock.advance(DAY_MS - 1_000);
    await caller.call('UpdateStreamMode', inMode('ON_DEMAND'));
  });

  test('the mode it has already is refused', async () => {
    const { call } = await stream();
    await expect(call('UpdateStreamMode', inMode('PROVISIONED'))).rejects.toEqual(
      fault('InvalidArgumentException', /already in PROVISIONED mode/),
    );
  });
});

describe('UpdateMaxRecordSize', () => {
  const put = (bytes: number) => ({ StreamName: 's', PartitionKey: 'k', Data: base64('x'.repeat(bytes)) });

  test('a larger record is taken after it, a smaller bound leaves what is stored', async () => {
    const caller = await stream({ ShardCount: 1 });
    const { call } = caller;
    await expect(call('PutRecord', put(1_048_576))).rejects.toEqual(fault('ValidationException', /1048576 bytes/));
    await call('UpdateMaxRecordSize', { StreamARN: ARN, MaxRecordSizeInKiB: 2_048 });
    expect((await summary(caller)).MaxRecordSizeInKiB).toBe(2_048);
    await call('PutRecord', put(1_048_576));
    await call('UpdateMaxRecordSize', { StreamARN: ARN, MaxRecordSizeInKiB: 1_024 });
    await expect(call('PutRecord', put(1_048_576))).rejects.toEqual(fault('ValidationException', /over the limit/));
    const from = { StreamName: 's', ShardId: '0', ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator } = await call('GetShardIterator', from);
    expect((await call('GetRecords', { ShardIterator })).Records).toHaveLength(1);
  });

  test.each([1_023, 10_241])('%i KiB is out of range', async (MaxRecordSizeInKiB) => {
    const { call } = await stream();
    await expect(call('UpdateMaxRecordSize', { StreamARN: ARN, MaxRecordSizeInKiB })).rejects.toEqual(
      fault('ValidationException', /maxRecordSizeInKiB/),
    );
  });
});

describe('enhanced monitoring', () => {
  test('answers with what was and what will be, and shows it once it is so', async () => {
    const caller = await stream({ ShardCount: 1 }, { settings: { transitionMs: 1_000 } });
    const { call, clock } = caller;
    const metrics = ['OutgoingBytes', 'IncomingBytes'];
    expect(await call('EnableEnhancedMonitoring', { StreamName: 's', ShardLevelMetrics: metrics })).toEqual({
      StreamName: 's',
      CurrentShardLevelMetrics: [],
      DesiredShardLevelMetrics: ['IncomingBytes', 'OutgoingBytes'],
      StreamARN: ARN,
    });
    expect((await summary(caller)).EnhancedMonitoring).toEqual([{ ShardLevelMetrics: [] }]);
    const more = { StreamARN: ARN, ShardLevelMetrics: ['ALL'] };
    await expect(call('EnableEnhancedMonitoring', more)).rejects.toEqual(fault('ResourceInUseException', /UPDATING/));
    await clock.advance(1_000);
    expect((await summary(caller)).EnhancedMonitoring).toEqual([
      { ShardLevelMetrics: ['IncomingBytes', 'OutgoingBytes'] },
    ]);
    expect((await call('EnableEnhancedMonitoring', more)).DesiredShardLevelMetrics).toHaveLength(7);
    await clock.advance(1_000);
    const off = await call('DisableEnhancedMonitoring', { StreamName: 's', ShardLevelMetrics: ['ALL'] });
    expect([off.CurrentShardLevelMetrics.length, off.DesiredShardLevelMetrics]).toEqual([7, []]);
  });
});

describe('a stream that distributes by itself', () => {
  const auto = { RecordDistributionStrategy: 'AUTO' };

  async function counts({ call }: Caller, shards: number): Promise<number[]> {
    const found: number[] = [];
    for (let shard = 0; shard < shards; shard++) {
      const from = { StreamName: 's', ShardId: String(shard), ShardIteratorType: 'TRIM_HORIZON' };
      const { ShardIterator } = await call('GetShardIterator', from);
      found.push((await call('GetRecords', { ShardIterator })).Records.length);
    }
    return found;
  }

  test('records of one key, or of none, go to all shards alike', async () => {
    const caller = await stream(auto);
    expect((await summary(caller)).RecordDistributionStrategy).toBe('AUTO');
    const Records = Array.from({ length: 20 }, () => ({ Data: 'YQ==', PartitionKey: 'k', ExplicitHashKey: '0' }));
    await caller.direct('PutRecords', JSON.stringify({ StreamName: 's', Records }));
    for (let i = 0; i < 4; i++) await caller.call('PutRecord', { StreamName: 's', Data: 'YQ==' });
    await caller.call('PutRecords', {
      StreamName: 's',
      Records: [{ Data: '' }, { Data: '' }, { Data: '' }, { Data: '' }],
    });
    expect(await counts(caller, 4)).toEqual([7, 7, 7, 7]);
  });

  test('readers see the key that was sent, and none when none was', async () => {
    const caller = await stream(auto);
    const { call } = caller;
    const { ShardId } = await call('PutRecord', { StreamName: 's', Data: 'YQ==' });
    for (let i = 0; i < 4; i++) await call('PutRecord', { StreamName: 's', Data: 'Yg==', PartitionKey: 'k' });
    const { ShardIterator } = await call('GetShardIterator', {
      StreamName: 's',
      ShardId,
      ShardIteratorType: 'TRIM_HORIZON',
    });
    for (const { Records } of [
      await call('GetRecords', { ShardIterator }),
      await caller.direct('GetRecords', JSON.stringify({ ShardIterator })),
    ]) {
      expect(Records.map((record: object) => 'PartitionKey' in record)).toEqual([false, true]);
    }
  });

  test('an ordering number is refused; a provisioned stream never distributes by itself', async () => {
    const { call } = await stream(auto);
    const put = { StreamName: 's', Data: '', SequenceNumberForOrdering: '1' };
    await expect(call('PutRecord', put)).rejects.toEqual(
      fault(
        'InvalidArgumentException',
        'Stream has SERVICE_DEFINED PartitionKey enabled. SequenceNumberForOrdering must not be provided.',
      ),
    );
    await expect(call('UpdateStreamMode', inMode('PROVISIONED'))).rejects.toEqual(
      fault('InvalidArgumentException', /AUTO/),
    );
    await call('CreateStream', { StreamName: 'p', ShardCount: 1 });
    await expect(
      call('UpdateStreamRecordDistributionStrategy', { StreamARN: ARN.replace('/s', '/p'), ...auto }),
    ).rejects.toEqual(fault('InvalidArgumentException', /On-Demand mode only/));
  });

  test('switched on and off it holds from the next record on', async () => {
    const caller = await stream({});
    const { call } = caller;
    const keyless = { StreamName: 's', Data: '' };
    const missing = fault('ValidationException', /Value null at 'partitionKey'/);
    await expect(call('PutRecord', keyless)).rejects.toEqual(missing);
    await call('UpdateStreamRecordDistributionStrategy', { StreamARN: ARN, ...auto });
    await call('PutRecord', keyless);
    const back = { StreamARN: ARN, RecordDistributionStrategy: 'USER_PARTITION_KEY' };
    await call('UpdateStreamRecordDistributionStrategy', back);
    await expect(call('PutRecord', keyless)).rejects.toEqual(missing);
    await expect(call('PutRecords', { StreamName: 's', Records: [{ Data: '' }] })).rejects.toEqual(
      fault('ValidationException', /Value null at 'records\.1\.member\.partitionKey'/),
    );
  });
});

describe('warm throughput', () => {
  const warm = (WarmThroughputMiBps: number) => ({ StreamName: 's', WarmThroughputMiBps });

  test('needs the commitment and an on-demand stream, and is shown', async () => {
    const caller = await stream({}, { settings: { transitionMs: 1_000 } });
    const { call, clock } = caller;
    await expect(call('UpdateStreamWarmThroughput', warm(5))).rejects.toEqual(
      fault('ValidationException', /commitment/),
    );
    await commit(caller, 'ENABLED');
    expect(await call('UpdateStreamWarmThroughput', warm(5))).toEqual({
      StreamARN: ARN,
      StreamName: 's',
      WarmThroughput: { TargetMiBps: 5, CurrentMiBps: 0 },
    });
    await clock.advance(1_000);
    expect((await summary(caller)).WarmThroughput).toEqual({ TargetMiBps: 5, CurrentMiBps: 5 });
    await expect(call('UpdateStreamWarmThroughput', warm(10_241))).rejects.toEqual(
      fault('ValidationException', /10240/),
    );
    await call('CreateStream', { StreamName: 'w', WarmThroughputMiBps: 7 });
    const { StreamDescriptionSummary } = await call('DescribeStreamSummary', { StreamName: 'w' });
    expect(StreamDescriptionSummary.WarmThroughput).toEqual({ TargetMiBps: 7, CurrentMiBps: 7 });
  });

  test('is nothing for a provisioned stream', async () => {
    const caller = await stream();
    await commit(caller, 'ENABLED');
    await expect(caller.call('UpdateStreamWarmThroughput', warm(5))).rejects.toEqual(
      fault('ValidationException', /Provisioned mode/),
    );
    await caller.call('UpdateStreamMode', { ...inMode('ON_DEMAND'), WarmThroughputMiBps: 6 });
    expect((await summary(caller)).WarmThroughput).toEqual({ TargetMiBps: 6, CurrentMiBps: 6 });
    await caller.call('UpdateStreamMode', inMode('PROVISIONED'));
    expect(await summary(caller)).not.toHaveProperty('WarmThroughput');
  });
});

describe('the account', () => {
  test('DescribeLimits counts open shards and on-demand streams', async () => {
    const { call } = await stream({}, { settings: { shardsMax: 30 } });
    await call('CreateStream', { StreamName: 't', ShardCount: 2 });
    await call('SplitShard', { StreamName: 't', ShardToSplit: '0', NewStartingHashKey: '1000' });
    expect(await call('DescribeLimits')).toMatchObject({
      ShardLimit: 30,
      OpenShardCount: 7,
      OnDemandStreamCount: 1,
      OnDemandStreamCountLimit: 50,
    });
  });

  test('under the limits of AWS there are fifty on-demand streams', async () => {
    const { call } = await openCaller({ settings: { shardsMax: 1_000, strictLimits: true } });
    for (let i = 0; i < 50; i++) await call('CreateStream', { StreamName: `d${i}` });
    const refusal = fault('LimitExceededException', /50 streams in On-Demand mode/);
    await expect(call('CreateStream', { StreamName: 's' })).rejects.toEqual(refusal);
    await call('CreateStream', { StreamName: 's', ShardCount: 1 });
    await expect(call('UpdateStreamMode', inMode('ON_DEMAND'))).rejects.toEqual(refusal);
  });

  test('an on-demand stream has fifty consumers under the commitment, and twenty without it', async () => {
    const caller = await stream({});
    const { call } = caller;
    const register = (i: number) => call('RegisterStreamConsumer', { StreamARN: ARN, ConsumerName: `c${i}` });
    for (let i = 0; i < 20; i++) await register(i);
    await expect(register(20)).rejects.toEqual(fault('LimitExceededException', /more than 20/));
    await commit(caller, 'ENABLED');
    for (let i = 20; i < 50; i++) await register(i);
    await expect(register(50)).rejects.toEqual(fault('LimitExceededException', /more than 50/));
  });

  test('the commitment is told with its times', async () => {
    const caller = await openCaller();
    const { call, clock } = caller;
    expect(await call('DescribeAccountSettings')).toEqual({
      MinimumThroughputBillingCommitment: { Status: 'DISABLED' },
    });
    const StartedAt = clock.now() / 1000;
    const EarliestAllowedEndAt = StartedAt + 86_400;
    expect((await commit(caller, 'ENABLED')).MinimumThroughputBillingCommitment).toEqual({
      Status: 'ENABLED',
      StartedAt,
      EarliestAllowedEndAt,
    });
    await clock.advance(1_000);
    expect((await commit(caller, 'DISABLED')).MinimumThroughputBillingCommitment).toEqual({
      Status: 'ENABLED_UNTIL_EARLIEST_ALLOWED_END',
      StartedAt,
      EarliestAllowedEndAt,
    });
    await clock.advance(DAY_MS);
    expect((await call('DescribeAccountSettings')).MinimumThroughputBillingCommitment).toEqual({
      Status: 'DISABLED',
      StartedAt,
      EndedAt: EarliestAllowedEndAt,
    });
  });
});
