/** AWS's limits as callers see them, on a clock that is moved: `serve --limits aws`. */
import { expect, test } from 'vitest';
import { base64, isForeign, kinesis, request } from './kinesis.ts';

const api = kinesis({ strictLimits: true, testClock: true });

/** A server of others has its own limits and a clock that nobody moves. */
const ours = test.skipIf(isForeign);

ours('the records of a PutRecords that come too soon fail one by one, in the place of each', async () => {
  const { name } = await api.stream(3);
  // a, b and e go to the shards 0, 1 and 2; two of a's fill its shard, which then owes most of a second.
  const large = Buffer.alloc(1_000_000, 'x').toString('base64');
  const keys = ['a', 'a', 'b', 'a', 'e', 'a'];
  const Records = keys.map((PartitionKey) => ({ PartitionKey, Data: PartitionKey === 'a' ? large : base64('small') }));
  const answer = await api.call('PutRecords', { StreamName: name, Records });
  const refused = {
    ErrorCode: 'ProvisionedThroughputExceededException',
    ErrorMessage: `Rate exceeded for shard shardId-000000000000 in stream ${name} under account 000000000000.`,
  };
  const stored = (ShardId: string) => ({ ShardId, SequenceNumber: expect.stringMatching(/^\d{56}$/) });
  expect(answer).toEqual({
    FailedRecordCount: 2,
    Records: [
      stored('shardId-000000000000'),
      stored('shardId-000000000000'),
      stored('shardId-000000000001'),
      refused,
      stored('shardId-000000000002'),
      refused,
    ],
  });
  expect(await api.fault('PutRecord', { StreamName: name, PartitionKey: 'a', Data: '' })).toEqual({
    status: 400,
    type: refused.ErrorCode,
    message: refused.ErrorMessage,
  });
  await api.advance(1_100);
  await api.call('PutRecord', { StreamName: name, PartitionKey: 'a', Data: '' });
});

/** The fault that calls meet before long: the clock goes on while they are made. */
async function refusalOf(operation: string, input: object): Promise<unknown> {
  for (let i = 0; i < 100; i++) {
    const { status, text } = await api.send(request(operation, input));
    if (status !== 200) return { status, ...JSON.parse(text) };
  }
  return 'none';
}

ours('reads of a shard are refused when there were five within a second', async () => {
  const { name } = await api.stream(1);
  const ShardIterator = await api.iterator(name, 0);
  for (let i = 0; i < 5; i++) await api.call('GetRecords', { ShardIterator });
  expect(await refusalOf('GetRecords', { ShardIterator })).toEqual({
    status: 400,
    __type: 'ProvisionedThroughputExceededException',
    message: `Rate exceeded for Shard - 000000000000/${name}/shardId-000000000000`,
  });
  await api.advance(200);
  await api.call('GetRecords', { ShardIterator });
});

ours('calls of an account and of a stream have their rates', async () => {
  const { name } = await api.stream(1);
  await api.advance(1_000);
  for (let i = 0; i < 5; i++) await api.call('ListStreams');
  expect(await refusalOf('ListStreams', {})).toEqual({
    status: 400,
    __type: 'LimitExceededException',
    message: 'Rate exceeded for account 000000000000.',
  });
  const input = { StreamName: name, RetentionPeriodHours: 30 };
  for (let i = 0; i < 5; i++) await api.call('IncreaseStreamRetentionPeriod', input);
  expect(await refusalOf('IncreaseStreamRetentionPeriod', input)).toEqual({
    status: 400,
    __type: 'LimitExceededException',
    message: `Rate exceeded for stream ${name} under account 000000000000.`,
  });
});
