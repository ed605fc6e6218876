/** GetShardIterator and GetRecords: positions, iterators, pages, lag. Texts as observed at the service. */
import { describe, expect, test } from 'vitest';
import { base64, isForeign, kinesis } from './kinesis.ts';

const api = kinesis({ testClock: true });
const SHARD_0 = 'shardId-000000000000';

interface Written {
  readonly name: string;
  readonly account: string;
  /** Of the records 0, 1, 2, ... */
  readonly numbers: readonly string[];
}

/** A stream of one shard with some records, one a call. */
async function written(count: number): Promise<Written> {
  const { name, account } = await api.stream(1);
  const numbers: string[] = [];
  for (let i = 0; i < count; i++) {
    const record = { StreamName: name, PartitionKey: 'k', Data: base64(String(i)) };
    numbers.push((await api.call('PutRecord', record)).SequenceNumber);
  }
  return { name, account, numbers };
}

const textsOf = (page: { Records: { Data: string }[] }) =>
  page.Records.map((record) => Buffer.from(record.Data, 'base64').toString());

test('a record has all that was put, and when', async () => {
  const { name, numbers } = await written(1);
  const { Records, MillisBehindLatest } = await api.read(name, 0);
  expect(Records).toEqual([
    {
      SequenceNumber: numbers[0],
      ApproximateArrivalTimestamp: expect.any(Number),
      Data: base64('0'),
      PartitionKey: 'k',
    },
  ]);
  expect(MillisBehindLatest).toBe(0);
});

test('AT gives the record itself, AFTER the next', async () => {
  const { name, numbers } = await written(3);
  const from = async (ShardIteratorType: string, StartingSequenceNumber: string | undefined) =>
    textsOf(await api.read(name, 0, { ShardIteratorType, StartingSequenceNumber }));
  expect(await from('AT_SEQUENCE_NUMBER', numbers[1])).toEqual(['1', '2']);
  expect(await from('AFTER_SEQUENCE_NUMBER', numbers[1])).toEqual(['2']);
  expect(await from('AFTER_SEQUENCE_NUMBER', numbers[2])).toEqual([]);
  const [shard] = await api.shards(name);
  const { StartingSequenceNumber } = shard.SequenceNumberRange;
  expect(await from('AT_SEQUENCE_NUMBER', StartingSequenceNumber)).toEqual(['0', '1', '2']);
  expect(await from('AFTER_SEQUENCE_NUMBER', StartingSequenceNumber)).toEqual(['0', '1', '2']);
});

test('an empty shard takes its own starting number', async () => {
  const { name } = await api.stream(1);
  const [shard] = await api.shards(name);
  const { StartingSequenceNumber } = shard.SequenceNumberRange;
  for (const ShardIteratorType of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER']) {
    expect((await api.read(name, 0, { ShardIteratorType, StartingSequenceNumber })).Records).toEqual([]);
  }
});

test('LATEST is the end at the time of the call, again and again', async () => {
  const { name } = await written(1);
  const ShardIterator = await api.iterator(name, 0, { ShardIteratorType: 'LATEST' });
  await api.call('PutRecord', { StreamName: name, PartitionKey: 'k', Data: base64('later') });
  for (let i = 0; i < 2; i++) expect(textsOf(await api.call('GetRecords', { ShardIterator }))).toEqual(['later']);
});

test('a page has up to Limit records, and the next iterator goes on', async () => {
  const { name } = await written(5);
  const texts: string[][] = [];
  let ShardIterator = await api.iterator(name, 0);
  for (let i = 0; i < 4; i++) {
    const page = await api.call('GetRecords', { ShardIterator, Limit: 2 });
    texts.push(textsOf(page));
    expect(page.NextShardIterator).not.toBe(ShardIterator);
    ShardIterator = page.NextShardIterator;
  }
  expect(texts).toEqual([['0', '1'], ['2', '3'], ['4'], []]);
});

test('MillisBehindLatest is 0 at the tip only', async () => {
  const { name } = await written(3);
  const page = await api.call('GetRecords', { ShardIterator: await api.iterator(name, 0), Limit: 1 });
  expect(page.MillisBehindLatest).toBeGreaterThanOrEqual(0);
  expect(Number.isInteger(page.MillisBehindLatest)).toBe(true);
  const rest = await api.call('GetRecords', { ShardIterator: page.NextShardIterator });
  expect(rest.MillisBehindLatest).toBe(0);
});

test('an iterator looks like one of the service', async () => {
  const { name } = await api.stream(1);
  const bytes = Buffer.from(await api.iterator(name, 0), 'base64');
  expect(bytes.subarray(0, 8).toString('hex')).toBe('0000000000000001');
  expect(bytes.length).toBeGreaterThanOrEqual(152);
  expect(bytes.length).toBeLessThanOrEqual(280);
  expect((bytes.length - 8) % 16).toBe(0);
});

test.each(['x', 'AAAAAAAAAAE=', base64('\0'.repeat(7)), `${'A'.repeat(10)}B${'A'.repeat(200)}=`])(
  '%s is no iterator',
  async (ShardIterator) => {
    expect(await api.fault('GetRecords', { ShardIterator })).toEqual({
      status: 400,
      type: 'InvalidArgumentException',
      message: 'Invalid ShardIterator.',
    });
  },
);

test('an iterator that was tampered with is none', async () => {
  const { name } = await api.stream(1);
  const bytes = Buffer.from(await api.iterator(name, 0), 'base64');
  bytes[40]! ^= 1;
  expect((await api.fault('GetRecords', { ShardIterator: bytes.toString('base64') })).message).toBe(
    'Invalid ShardIterator.',
  );
});

test('a shard that is not there gives no iterator, nor does a stream', async () => {
  const { name, account } = await api.stream(1);
  const ask = (StreamName: string, ShardId: string) =>
    api.fault('GetShardIterator', { StreamName, ShardId, ShardIteratorType: 'LATEST' });
  expect(await ask(name, 'shardId-000000000005')).toEqual({
    status: 400,
    type: 'ResourceNotFoundException',
    message: `Shard shardId-000000000005 in stream ${name} under account ${account} does not exist`,
  });
  expect((await ask('nobody-has-made-this', 'shard-0')).message).toMatch(
    /^Shard shardId-000000000000 in stream nobody-has-made-this under account \d{12} does not exist$/,
  );
  expect((await ask(name, 'shard-x')).message).toBe(
    `Could not find shard shard-x in stream ${name} under account ${account}.`,
  );
  expect((await ask(name, 'shard-2147483648')).message).toMatch(/^Could not find shard shard-2147483648 /);
});

const INVALID = { status: 400, type: 'InvalidArgumentException' };

test.each(['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'])('%s needs a number', async (ShardIteratorType) => {
  const { name } = await api.stream(1);
  expect(await api.fault('GetShardIterator', { StreamName: name, ShardId: SHARD_0, ShardIteratorType })).toEqual({
    ...INVALID,
    message: `Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${ShardIteratorType} and no StartingSequenceNumber.`,
  });
});

test.each(['TRIM_HORIZON', 'LATEST'])('%s takes no number', async (ShardIteratorType) => {
  const { name } = await api.stream(1);
  const input = { StreamName: name, ShardId: SHARD_0, ShardIteratorType, StartingSequenceNumber: '5' };
  expect(await api.fault('GetShardIterator', input)).toEqual({
    ...INVALID,
    message: `Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${ShardIteratorType} and also a StartingSequenceNumber.`,
  });
});

test('a number that is none, of another shard, or of another stream is refused', async () => {
  const { name, account } = await written(1);
  const at = (StartingSequenceNumber: string) =>
    api.fault('GetShardIterator', {
      StreamName: name,
      ShardId: 'shard-0',
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      StartingSequenceNumber,
    });
  const where = `used in GetShardIterator on shard ${SHARD_0} in stream ${name} under account ${account}`;
  const never = (2n ** 190n).toString();
  expect(await at(never)).toEqual({ ...INVALID, message: `StartingSequenceNumber ${never} ${where} is invalid.` });
  expect(await at('5')).toEqual({
    ...INVALID,
    message: `Invalid StartingSequenceNumber. It encodes shardId-000000000005, while it was used in a call to a shard with ${SHARD_0}`,
  });
  // Created at second 1700000000, index 0, shard 0: the right shard of a stream long before this one.
  const older = '49646437577108476416916876405825929425585429676275269634';
  expect(await at(older)).toEqual({
    ...INVALID,
    message: `StartingSequenceNumber ${older} ${where} is invalid because it did not come from this stream.`,
  });
});

describe('AT_TIMESTAMP', () => {
  const at = (Timestamp: number) => ({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp });

  test('starts at the first record that arrived then or later', async () => {
    const { name } = await written(3);
    const { Records } = await api.read(name, 0);
    const times = Records.map((record: { ApproximateArrivalTimestamp: number }) => record.ApproximateArrivalTimestamp);
    const from = times.indexOf(times[1]);
    expect(textsOf(await api.read(name, 0, at(times[1])))).toEqual(['0', '1', '2'].slice(from));
    expect(textsOf(await api.read(name, 0, at(1)))).toEqual(['0', '1', '2']);
  });

  test('after the last record is the tip', async () => {
    const { name } = await written(1);
    const { Records } = await api.read(name, 0);
    const later = Records[0].ApproximateArrivalTimestamp + 0.001;
    const ask = { StreamName: name, ShardId: SHARD_0, ...at(later) };
    // The clock has to pass that millisecond first.
    let answer = await api.send({ ...(await requestOf(ask)) });
    while (answer.status !== 200) answer = await api.send({ ...(await requestOf(ask)) });
    const { ShardIterator } = JSON.parse(answer.text);
    expect((await api.call('GetRecords', { ShardIterator })).Records).toEqual([]);
  });

  test('needs a time, not of the future', async () => {
    const { name } = await api.stream(1);
    const input = { StreamName: name, ShardId: SHARD_0, ShardIteratorType: 'AT_TIMESTAMP' };
    expect(await api.fault('GetShardIterator', input)).toEqual({
      ...INVALID,
      message:
        'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
    });
    const future = await api.fault('GetShardIterator', { ...input, Timestamp: 5_000_000_000 });
    expect(future.type).toBe('InvalidArgumentException');
    expect(future.message).toMatch(
      /^The timestampInMillis parameter cannot be greater than the currentTimestampInMillis\. timestampInMillis: 5000000000000, currentTimestampInMillis: \d{13}$/,
    );
  });

  const requestOf = async (input: object) => (await import('./kinesis.ts')).request('GetShardIterator', input);
});

test('a page is never over 10 MiB', async () => {
  const { name } = await api.stream(1);
  const Data = Buffer.alloc(1_000_000).toString('base64');
  const Records = Array.from({ length: 6 }, () => ({ PartitionKey: 'k', Data }));
  await api.call('PutRecords', { StreamName: name, Records });
  await api.call('PutRecords', { StreamName: name, Records });
  const page = await api.read(name, 0);
  expect(page.Records).toHaveLength(10);
  const rest = await api.call('GetRecords', { ShardIterator: page.NextShardIterator });
  expect(rest.Records).toHaveLength(2);
});

test('a GetRecords with the ARN of another stream is refused', async () => {
  const { name } = await api.stream(1);
  const { arn } = await api.stream(1);
  const ShardIterator = await api.iterator(name, 0);
  expect((await api.fault('GetRecords', { ShardIterator, StreamARN: arn })).type).toBe('InvalidArgumentException');
});

describe.skipIf(isForeign)('with the clock in hand', () => {
  test('an iterator lives for 300 seconds, to the millisecond after', async () => {
    const { name } = await written(1);
    const ShardIterator = await api.iterator(name, 0);
    await api.advance(299_000);
    await api.call('GetRecords', { ShardIterator });
    await api.advance(1_001);
    const { status, type, message } = await api.fault('GetRecords', { ShardIterator });
    expect([status, type]).toEqual([400, 'ExpiredIteratorException']);
    const time = '[A-Z][a-z]{2} [A-Z][a-z]{2} \\d\\d \\d\\d:\\d\\d:\\d\\d UTC \\d{4}';
    expect(message).toMatch(
      new RegExp(
        `^Iterator expired\\. The iterator was created at time ${time} while right now it is ${time} which is further in the future than the tolerated delay of 300000 milliseconds\\.$`,
      ),
    );
  });

  test('lag is the age of the last record given, or of the next one', async () => {
    const { name } = await written(1);
    await api.advance(60_000);
    await api.call('PutRecord', { StreamName: name, PartitionKey: 'k', Data: base64('new') });
    const page = await api.call('GetRecords', { ShardIterator: await api.iterator(name, 0), Limit: 1 });
    expect(page.MillisBehindLatest).toBeGreaterThanOrEqual(60_000);
    expect(page.MillisBehindLatest).toBeLessThan(70_000);
    await api.advance(3_600_000);
    expect((await api.read(name, 0)).MillisBehindLatest).toBe(0);
  });

  test('records go when their retention is over, and do not come back with a longer one', async () => {
    const { name } = await written(2);
    await api.advance(23 * 3_600_000);
    await api.call('PutRecord', { StreamName: name, PartitionKey: 'k', Data: base64('young') });
    expect(textsOf(await api.read(name, 0))).toEqual(['0', '1', 'young']);
    await api.advance(3_600_000 + 1);
    expect(textsOf(await api.read(name, 0))).toEqual(['young']);
    expect(textsOf(await api.read(name, 0, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: 1 }))).toEqual(['young']);
    await api.call('IncreaseStreamRetentionPeriod', { StreamName: name, RetentionPeriodHours: 48 });
    expect(textsOf(await api.read(name, 0))).toEqual(['young']);
    await api.advance(25 * 3_600_000);
    expect(textsOf(await api.read(name, 0))).toEqual(['young']);
    await api.call('DecreaseStreamRetentionPeriod', { StreamName: name, RetentionPeriodHours: 24 });
    expect(textsOf(await api.read(name, 0))).toEqual([]);
  });
});
