/** PutRecord and PutRecords: where records go, what numbers they get, what is refused. */
import { expect, test } from 'vitest';
import { base64, kinesis } from './kinesis.ts';

const api = kinesis();
const id = (index: number) => `shardId-${String(index).padStart(12, '0')}`;

test('keys a, b, e and f go to shards 0, 1, 2 and 1 of three', async () => {
  const { name } = await api.stream(3);
  const Records = ['a', 'b', 'e', 'f'].map((PartitionKey) => ({ PartitionKey, Data: base64(PartitionKey) }));
  const single: string[] = [];
  for (const record of Records) single.push((await api.call('PutRecord', { StreamName: name, ...record })).ShardId);
  const { Records: results, FailedRecordCount } = await api.call('PutRecords', { StreamName: name, Records });
  expect(single).toEqual([id(0), id(1), id(2), id(1)]);
  expect(results.map((result: { ShardId: string }) => result.ShardId)).toEqual(single);
  expect(FailedRecordCount).toBe(0);
});

test('an answer has a sequence number and a shard, and nothing else on a stream that does not encrypt', async () => {
  const { name } = await api.stream(1);
  const one = await api.call('PutRecord', { StreamName: name, PartitionKey: 'k', Data: '' });
  expect(Object.keys(one).sort()).toEqual(['SequenceNumber', 'ShardId']);
  const many = await api.call('PutRecords', { StreamName: name, Records: [{ PartitionKey: 'k', Data: '' }] });
  expect(Object.keys(many).sort()).toEqual(['FailedRecordCount', 'Records']);
  expect(Object.keys(many.Records[0]).sort()).toEqual(['SequenceNumber', 'ShardId']);
});

test('sequence numbers of a shard rise in the order of the calls and within a batch', async () => {
  const { name } = await api.stream(1);
  const numbers: bigint[] = [];
  for (let i = 0; i < 5; i++) {
    const { Records } = await api.call('PutRecords', {
      StreamName: name,
      Records: Array.from({ length: 20 }, () => ({ PartitionKey: 'k', Data: '' })),
    });
    numbers.push(...Records.map((record: { SequenceNumber: string }) => BigInt(record.SequenceNumber)));
  }
  expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)));
  expect(new Set(numbers).size).toBe(100);
});

test('a sequence number encodes its shard and its time in the published layout', async () => {
  const { name } = await api.stream(2);
  const ExplicitHashKey = (2n ** 127n).toString();
  const { SequenceNumber } = await api.call('PutRecord', {
    StreamName: name,
    PartitionKey: 'k',
    Data: '',
    ExplicitHashKey,
  });
  const hex = BigInt(SequenceNumber).toString(16);
  expect(hex).toHaveLength(47);
  expect([hex[0], hex[10], hex.slice(38, 46), hex[46]]).toEqual(['2', '1', '00000001', '2']);
  const [record] = (await api.read(name, 1)).Records;
  const second = Number.parseInt(hex.slice(29, 38), 16);
  expect(record.ApproximateArrivalTimestamp - second).toBeGreaterThanOrEqual(0);
  expect(record.ApproximateArrivalTimestamp - second).toBeLessThanOrEqual(3);
});

test('data of no bytes is a record', async () => {
  const { name } = await api.stream(1);
  await api.call('PutRecord', { StreamName: name, PartitionKey: 'k', Data: '' });
  const [record] = (await api.read(name, 0)).Records;
  expect(record).toMatchObject({ Data: '', PartitionKey: 'k' });
});

test.each(['ключ', '"quoted" \\ back', '\u0001\n\t', '🐟'.repeat(60), '日本語'])(
  'the key %j comes back as it was',
  async (PartitionKey) => {
    const { name } = await api.stream(1);
    await api.call('PutRecords', { StreamName: name, Records: [{ PartitionKey, Data: base64('x') }] });
    await api.call('PutRecord', { StreamName: name, PartitionKey, Data: base64('y') });
    const { Records } = await api.read(name, 0);
    expect(Records.map((record: { PartitionKey: string }) => record.PartitionKey)).toEqual([
      PartitionKey,
      PartitionKey,
    ]);
  },
);

test('every byte comes back as it was, whatever the length', async () => {
  const { name } = await api.stream(1);
  const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  const datas = [0, 1, 2, 3, 4, 5, 255, 256].map((length) => all.subarray(0, length).toString('base64'));
  const Records = datas.map((Data) => ({ PartitionKey: 'k', Data }));
  await api.call('PutRecords', { StreamName: name, Records });
  const page = await api.read(name, 0);
  expect(page.Records.map((record: { Data: string }) => record.Data)).toEqual(datas);
});

test('an explicit hash key decides, up to the last one', async () => {
  const { name } = await api.stream(2);
  const put = (ExplicitHashKey: string) =>
    api.call('PutRecord', { StreamName: name, PartitionKey: 'k', Data: '', ExplicitHashKey });
  expect((await put('0')).ShardId).toBe(id(0));
  expect((await put((2n ** 127n - 1n).toString())).ShardId).toBe(id(0));
  expect((await put((2n ** 127n).toString())).ShardId).toBe(id(1));
  expect((await put((2n ** 128n - 1n).toString())).ShardId).toBe(id(1));
});

test('an explicit hash key beyond the last one refuses the whole call, and nothing is stored', async () => {
  const { name } = await api.stream(1);
  const ExplicitHashKey = (2n ** 128n).toString();
  const message = `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${ExplicitHashKey}`;
  const record = { PartitionKey: 'k', Data: base64('x') };
  const many = { StreamName: name, Records: [record, { ...record, ExplicitHashKey }] };
  for (const [operation, input] of [
    ['PutRecord', { StreamName: name, ...record, ExplicitHashKey }],
    ['PutRecords', many],
  ] as const) {
    expect(await api.fault(operation, input)).toEqual({ status: 400, type: 'InvalidArgumentException', message });
  }
  expect((await api.read(name, 0)).Records).toEqual([]);
});

const ORDERING = '2'.padEnd(46, '0');
const decimal = (hex: string) => BigInt(`0x${hex}`).toString();

test.each([`${ORDERING}2`, `${ORDERING}1`])('SequenceNumberForOrdering %s is taken', async (hex) => {
  const { name } = await api.stream(1);
  const given = decimal(hex);
  const put = { StreamName: name, PartitionKey: 'k', Data: '', SequenceNumberForOrdering: given };
  const { SequenceNumber } = await api.call('PutRecord', put);
  expect(BigInt(SequenceNumber)).toBeGreaterThan(BigInt(given));
});

test.each([
  `${ORDERING}3`,
  `${ORDERING}4`,
  `3${'0'.repeat(45)}1`,
  'f'.repeat(47),
  `2${'0'.repeat(10)}8${'0'.repeat(34)}2`,
])('SequenceNumberForOrdering %s is refused', async (hex) => {
  const { name, account } = await api.stream(1);
  const given = decimal(hex);
  const put = { StreamName: name, PartitionKey: 'k', Data: '', SequenceNumberForOrdering: given };
  expect(await api.fault('PutRecord', put)).toEqual({
    status: 400,
    type: 'InvalidArgumentException',
    message: `ExclusiveMinimumSequenceNumber ${given} used in PutRecord on stream ${name} under account ${account} is invalid.`,
  });
});

test('a record orders after its own answer', async () => {
  const { name } = await api.stream(1);
  const first = await api.call('PutRecord', { StreamName: name, PartitionKey: 'k', Data: '' });
  const next = await api.call('PutRecord', {
    StreamName: name,
    PartitionKey: 'k',
    Data: '',
    SequenceNumberForOrdering: first.SequenceNumber,
  });
  expect(BigInt(next.SequenceNumber)).toBeGreaterThan(BigInt(first.SequenceNumber));
});

test('a record of 1 MiB with its key is taken, one byte more is refused', async () => {
  const { name } = await api.stream(1);
  const data = (bytes: number) => Buffer.alloc(bytes, 1).toString('base64');
  await api.call('PutRecord', { StreamName: name, PartitionKey: 'k', Data: data(1_048_575) });
  for (const [operation, input] of [
    ['PutRecord', { PartitionKey: 'k', Data: data(1_048_576) }],
    ['PutRecords', { Records: [{ PartitionKey: 'k', Data: data(1_048_576) }] }],
  ] as const) {
    expect(await api.fault(operation, { StreamName: name, ...input })).toMatchObject({
      status: 400,
      type: 'ValidationException',
    });
  }
  expect((await api.read(name, 0)).Records).toHaveLength(1);
});

test('a batch of more than 10 MiB is refused as a whole', async () => {
  const { name } = await api.stream(1);
  const Data = Buffer.alloc(1_000_000).toString('base64');
  const Records = Array.from({ length: 11 }, () => ({ PartitionKey: 'k', Data }));
  expect((await api.fault('PutRecords', { StreamName: name, Records })).type).toBe('InvalidArgumentException');
  await api.call('PutRecords', { StreamName: name, Records: Records.slice(1) });
  expect((await api.read(name, 0)).Records).toHaveLength(10);
});

test('DryRun checks everything and does nothing', async () => {
  const { name } = await api.stream(1);
  const record = { PartitionKey: 'k', Data: '' };
  for (const [operation, input] of [
    ['PutRecord', { StreamName: name, ...record }],
    ['PutRecords', { StreamName: name, Records: [record] }],
    ['GetShardIterator', { StreamName: name, ShardId: id(0), ShardIteratorType: 'LATEST' }],
    ['GetRecords', { ShardIterator: await api.iterator(name, 0) }],
  ] as const) {
    const { type } = await api.fault(operation, { ...input, DryRun: true });
    expect(type, operation).toBe('DryRunOperationException');
  }
  const { type } = await api.fault('PutRecord', { StreamName: 'nobody-has-made-this', ...record, DryRun: true });
  expect(type).toBe('ResourceNotFoundException');
  expect((await api.read(name, 0)).Records).toEqual([]);
});
