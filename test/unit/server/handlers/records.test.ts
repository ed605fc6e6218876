/** Writing and reading through the handlers: the plain and the direct path give the same answers. */
import { describe, expect, test } from 'vitest';
import { type Caller, fault, openCaller } from './caller.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const TOO_LARGE = `${1n << 128n}`;
const HASH_KEY_TEXT = `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${TOO_LARGE}`;

async function stream(shards = 3): Promise<Caller> {
  const caller = await openCaller();
  await caller.call('CreateStream', { StreamName: 's', ShardCount: shards });
  return caller;
}

async function iterator({ call }: Caller, ShardId = '0'): Promise<string> {
  const input = { StreamName: 's', ShardId, ShardIteratorType: 'TRIM_HORIZON' };
  return (await call('GetShardIterator', input)).ShardIterator;
}

describe.each(['cbor', 'rpc'] as const)('puts in CBOR (%s) take the direct path', (wire) => {
  test('records are read back under the numbers they were answered with', async () => {
    const caller = await stream(1);
    const one = { StreamName: 's', PartitionKey: 'a', Data: Buffer.from('one') };
    const Records = ['two', 'three'].map((text) => ({ PartitionKey: 'b', Data: Buffer.from(text) }));
    const first = await caller.directCbor('PutRecord', one, wire);
    const rest = await caller.directCbor('PutRecords', { StreamName: 's', Records }, wire);
    expect(rest.FailedRecordCount).toBe(0);
    const read = await caller.call('GetRecords', { ShardIterator: await iterator(caller) });
    const found = read.Records.map(({ SequenceNumber, Data }: { SequenceNumber: string; Data: string }) => [
      { ShardId: 'shardId-000000000000', SequenceNumber },
      Buffer.from(Data, 'base64').toString(),
    ]);
    expect(found).toEqual([
      [first, 'one'],
      [rest.Records[0], 'two'],
      [rest.Records[1], 'three'],
    ]);
  });

  test('what is not plain is declined, and a stream that is missing is refused', async () => {
    const { directCbor } = await stream(1);
    const put = { StreamName: 's', PartitionKey: 'a', Data: Buffer.of() };
    expect(await directCbor('PutRecord', { ...put, DryRun: true }, wire)).toBe('declined');
    expect(await directCbor('PutRecords', { StreamName: 's', Records: [] }, wire)).toBe('declined');
    await expect(directCbor('PutRecord', { ...put, StreamName: 'x' }, wire)).rejects.toEqual(
      fault('ResourceNotFoundException', 'Stream x under account 000000000000 not found.'),
    );
  });
});

describe('PutRecord', () => {
  test('answers with shard and number, under which the record is read back', async () => {
    const caller = await stream();
    const put = { StreamName: 's', PartitionKey: 'e', Data: base64('hello') };
    const answer = await caller.call('PutRecord', put);
    expect(answer).toEqual({ ShardId: 'shardId-000000000002', SequenceNumber: expect.stringMatching(/^49\d{54}$/) });
    const { Records } = await caller.call('GetRecords', { ShardIterator: await iterator(caller, '2') });
    expect(Records).toEqual([
      {
        SequenceNumber: answer.SequenceNumber,
        ApproximateArrivalTimestamp: caller.clock.now() / 1000,
        Data: base64('hello'),
        PartitionKey: 'e',
      },
    ]);
  });

  test('an explicit hash key picks the shard; one that is too large is refused after a missing stream', async () => {
    const { call } = await stream();
    const put = { StreamName: 's', PartitionKey: 'a', Data: '', ExplicitHashKey: `${(1n << 128n) - 1n}` };
    expect((await call('PutRecord', put)).ShardId).toBe('shardId-000000000002');
    const wrong = { ...put, ExplicitHashKey: TOO_LARGE };
    await expect(call('PutRecord', wrong)).rejects.toEqual(fault('InvalidArgumentException', HASH_KEY_TEXT));
    await expect(call('PutRecord', { ...wrong, StreamName: 'x' })).rejects.toEqual(
      fault('ResourceNotFoundException', 'Stream x under account 000000000000 not found.'),
    );
  });

  test('DryRun stores nothing and says so', async () => {
    const caller = await stream(1);
    const put = { StreamName: 's', PartitionKey: 'a', Data: '', DryRun: true };
    await expect(caller.call('PutRecord', put)).rejects.toEqual(fault('DryRunOperationException', /DryRun/));
    expect((await caller.call('GetRecords', { ShardIterator: await iterator(caller) })).Records).toEqual([]);
  });

  test('an ordering number that is none is refused', async () => {
    const { call } = await stream(1);
    const put = { StreamName: 's', PartitionKey: 'a', Data: '', SequenceNumberForOrdering: '0' };
    await expect(call('PutRecord', put)).rejects.toEqual(
      fault('InvalidArgumentException', /^ExclusiveMinimumSequenceNumber 0 used in PutRecord on stream s/),
    );
  });
});

describe('PutRecords', () => {
  const keys = ['a', 'b', 'e', 'f'];
  const shards = [0, 1, 2, 1].map((index) => `shardId-00000000000${index}`);
  const body = { StreamName: 's', Records: keys.map((key) => ({ Data: base64(key), PartitionKey: key })) };

  test('the direct and the plain path answer in the order of the request', async () => {
    const caller = await stream();
    const answers = [await caller.direct('PutRecords', JSON.stringify(body)), await caller.call('PutRecords', body)];
    for (const { FailedRecordCount, Records } of answers) {
      expect(FailedRecordCount).toBe(0);
      expect(Records.map((record: { ShardId: string }) => record.ShardId)).toEqual(shards);
    }
    const { Records } = await caller.call('GetRecords', { ShardIterator: await iterator(caller, '1') });
    expect(Records.map((record: { PartitionKey: string }) => record.PartitionKey)).toEqual(['b', 'f', 'b', 'f']);
    expect(Records.map((record: { SequenceNumber: string }) => record.SequenceNumber)).toEqual(
      answers.flatMap((answer) => [answer.Records[1].SequenceNumber, answer.Records[3].SequenceNumber]),
    );
  });

  test('the direct path leaves to the plain one what is not plain, and JSON that is sent as CBOR', async () => {
    const { direct } = await stream();
    expect(await direct('PutRecords', JSON.stringify({ ...body, DryRun: true }))).toBe('declined');
    expect(await direct('PutRecords', JSON.stringify(body), 'cbor')).toBe('declined');
  });

  test('one hash key out of range fails all, and nothing is stored', async () => {
    const caller = await stream(1);
    const Records = [
      { Data: '', PartitionKey: 'a' },
      { Data: '', PartitionKey: 'a', ExplicitHashKey: TOO_LARGE },
    ];
    expect(await caller.direct('PutRecords', JSON.stringify({ StreamName: 's', Records }))).toBe('declined');
    await expect(caller.call('PutRecords', { StreamName: 's', Records })).rejects.toEqual(
      fault('InvalidArgumentException', HASH_KEY_TEXT),
    );
    expect((await caller.call('GetRecords', { ShardIterator: await iterator(caller) })).Records).toEqual([]);
  });

  test('without a stream both paths refuse alike', async () => {
    const { call, direct } = await stream(1);
    const { Records } = body;
    const refusal = fault('InvalidArgumentException', 'Either StreamName or StreamARN should be provided.');
    await expect(call('PutRecords', { Records })).rejects.toEqual(refusal);
    await expect(direct('PutRecords', JSON.stringify({ Records }))).rejects.toEqual(refusal);
  });
});

describe('GetRecords', () => {
  test('the direct and the plain path answer alike', async () => {
    const caller = await stream(1);
    for (const key of ['a', 'ü"\\', 'c']) {
      await caller.call('PutRecord', { StreamName: 's', PartitionKey: key, Data: base64(key) });
      await caller.clock.advance(1_234);
    }
    const input = { ShardIterator: await iterator(caller), Limit: 2 };
    const plain = await caller.call('GetRecords', input);
    const direct = await caller.direct('GetRecords', JSON.stringify(input));
    expect(direct).toEqual({ ...plain, NextShardIterator: direct.NextShardIterator });
    expect(Object.keys(direct)).toEqual(['Records', 'NextShardIterator', 'MillisBehindLatest']);
    expect(direct.Records).toHaveLength(2);
    expect(direct.MillisBehindLatest).toBeGreaterThan(0);
    expect(direct.NextShardIterator).not.toBe(plain.NextShardIterator);
  });

  test('at the end of a closed shard both give its children instead of an iterator', async () => {
    const caller = await stream(1);
    await caller.call('SplitShard', { StreamName: 's', ShardToSplit: '0', NewStartingHashKey: '1000' });
    const input = { ShardIterator: await iterator(caller) };
    const plain = await caller.call('GetRecords', input);
    expect(plain).toMatchObject({
      Records: [],
      ChildShards: [
        { ShardId: 'shardId-000000000001', ParentShards: ['shardId-000000000000'] },
        { HashKeyRange: { StartingHashKey: '1000' } },
      ],
    });
    expect(plain).not.toHaveProperty('NextShardIterator');
    expect(await caller.direct('GetRecords', JSON.stringify(input))).toEqual(plain);
  });

  test('an ARN of another stream is refused', async () => {
    const caller = await stream(1);
    const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/t';
    await expect(caller.call('GetRecords', { ShardIterator: await iterator(caller), StreamARN })).rejects.toEqual(
      fault('InvalidArgumentException', /stream t/),
    );
  });

  test.each(['{', '{}', '{"ShardIterator":"a","Limit":10001}', '{"ShardIterator":1}', '[]'])(
    'the direct path leaves a wrong body to the plain one: %s',
    async (body) => {
      const { direct } = await stream(1);
      expect(await direct('GetRecords', body)).toBe('declined');
    },
  );
});

test('GetShardIterator takes positions by number and by time in seconds', async () => {
  const caller = await stream(1);
  const put = { StreamName: 's', PartitionKey: 'a', Data: '' };
  await caller.call('PutRecord', put);
  await caller.clock.advance(1_500);
  const at = caller.clock.now() / 1000;
  const { SequenceNumber } = await caller.call('PutRecord', put);
  for (const position of [
    { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: SequenceNumber },
    { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: at },
  ]) {
    const { ShardIterator } = await caller.call('GetShardIterator', { StreamName: 's', ShardId: '0', ...position });
    const { Records } = await caller.call('GetRecords', { ShardIterator });
    expect(Records.map((record: { SequenceNumber: string }) => record.SequenceNumber)).toEqual([SequenceNumber]);
  }
});
