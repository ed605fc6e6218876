/** Types before constraints before logic, in the service's own words. */
import { expect, test } from 'vitest';
import { kinesis } from './kinesis.ts';

const api = kinesis();

test.each([
  [
    'GetShardIterator',
    { StreamName: 's', ShardId: 'shard-0', ShardIteratorType: 'AT_TIMESTAMP', Timestamp: '2016' },
    'class java.lang.String can not be converted to milliseconds since epoch',
  ],
  ['DescribeStream', { StreamName: true }, 'class java.lang.Boolean can not be converted to an String'],
  [
    'DescribeStream',
    { StreamName: 5 },
    'class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String',
  ],
  ['CreateStream', { ShardCount: '1' }, 'class java.lang.String can not be converted to an Integer'],
  [
    'PutRecord',
    { Data: 'x' },
    "'x' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 1",
  ],
  ['PutRecord', { Data: '=x==' }, "'=x==' can not be converted to a Blob: Invalid Base64 character: '='"],
  ['PutRecord', { Data: 'YW=k' }, "'YW=k' can not be converted to a Blob: Invalid Base64 character: '='"],
  ['PutRecords', { Records: 'x' }, 'Expected list or null'],
  ['PutRecords', { Records: {} }, 'Start of structure or map found where not expected.'],
  ['PutRecords', { Records: ['x'] }, 'Expected null'],
  ['DescribeStream', { StreamName: [] }, 'Start of list found where not expected'],
  ['DescribeStream', { StreamName: {} }, 'Start of structure or map found where not expected.'],
])('%s %j is of the wrong type', async (operation, input, message) => {
  expect(await api.fault(operation, input)).toEqual({ status: 400, type: 'SerializationException', message });
});

const failed = (value: string, path: string, constraint: string) =>
  `Value ${value} at '${path}' failed to satisfy constraint: Member must ${constraint}`;
const NAME_PATTERN = 'satisfy regular expression pattern: [a-zA-Z0-9_.-]+';

/** The entries of a validation message, in an order that is not AWS's promise. */
function entriesOf(message: string): string[] {
  const [, count, , list] = /^(\d+) validation error(s?) detected: (.*)$/s.exec(message)!;
  const entries = list!.split('; ');
  expect(entries.length).toBe(Number(count));
  // Newer models anchor the patterns of numbers; whether AWS prints the anchors nobody has seen.
  return entries.map((entry) => entry.replace(/pattern: \^\((.*)\)\$$/, 'pattern: $1')).sort();
}

test.each([
  [
    'DescribeStream',
    { StreamName: '' },
    [failed("''", 'streamName', NAME_PATTERN), failed("''", 'streamName', 'have length greater than or equal to 1')],
  ],
  [
    'DescribeStream',
    { StreamName: 'ARN:x', Limit: 0 },
    [failed("'ARN:x'", 'streamName', NAME_PATTERN), failed("'0'", 'limit', 'have value greater than or equal to 1')],
  ],
  [
    'DescribeStream',
    { StreamName: 's', Limit: 10001 },
    [failed("'10001'", 'limit', 'have value less than or equal to 10000')],
  ],
  [
    'CreateStream',
    { StreamName: 's', ShardCount: 0 },
    [failed("'0'", 'shardCount', 'have value greater than or equal to 1')],
  ],
  ['CreateStream', { ShardCount: 1 }, [failed('null', 'streamName', 'not be null')]],
  [
    'CreateStream',
    { StreamName: 'x'.repeat(129), ShardCount: 1 },
    [failed(`'${'x'.repeat(129)}'`, 'streamName', 'have length less than or equal to 128')],
  ],
  [
    'PutRecord',
    { StreamName: 's', Data: '', PartitionKey: 'k', ExplicitHashKey: '' },
    [failed("''", 'explicitHashKey', 'satisfy regular expression pattern: 0|([1-9]\\d{0,38})')],
  ],
  [
    'PutRecord',
    { StreamName: 's', Data: '', PartitionKey: 'k'.repeat(257) },
    [failed(`'${'k'.repeat(257)}'`, 'partitionKey', 'have length less than or equal to 256')],
  ],
  [
    'PutRecords',
    { StreamName: 's', Records: [] },
    [failed("'[]'", 'records', 'have length greater than or equal to 1')],
  ],
  [
    'PutRecords',
    { StreamName: 's', Records: [{ PartitionKey: '' }] },
    [
      failed('null', 'records.1.member.data', 'not be null'),
      failed("''", 'records.1.member.partitionKey', 'have length greater than or equal to 1'),
    ],
  ],
  ['GetRecords', { ShardIterator: '' }, [failed("''", 'shardIterator', 'have length greater than or equal to 1')]],
  [
    'GetRecords',
    { ShardIterator: 'x'.repeat(513) },
    [failed(`'${'x'.repeat(513)}'`, 'shardIterator', 'have length less than or equal to 512')],
  ],
  [
    'GetRecords',
    { ShardIterator: 'x', Limit: 100000 },
    [failed("'100000'", 'limit', 'have value less than or equal to 10000')],
  ],
  [
    'GetShardIterator',
    { StreamName: 's', ShardId: 'shard-0', ShardIteratorType: 'x' },
    [
      failed(
        "'x'",
        'shardIteratorType',
        'satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]',
      ),
    ],
  ],
])('%s %j breaks constraints', async (operation, input, expected) => {
  const { status, type, message } = await api.fault(operation, input);
  expect([status, type]).toEqual([400, 'ValidationException']);
  expect(entriesOf(message)).toEqual([...expected].sort());
});

test('at most ten entries are told', async () => {
  const Records = Array.from({ length: 501 }, () => ({ Data: '', PartitionKey: '' }));
  const { type, message } = await api.fault('PutRecords', { StreamName: 's', Records });
  expect(type).toBe('ValidationException');
  expect(message).toMatch(/^10 validation errors detected: /);
});

test.each(['DescribeStream', 'DescribeStreamSummary', 'DeleteStream'])(
  '%s needs a name or an ARN',
  async (operation) => {
    expect(await api.fault(operation, {})).toMatchObject({ status: 400, type: 'InvalidArgumentException' });
  },
);

test('a name and an ARN may come together only if they mean the same stream', async () => {
  const { name, arn } = await api.stream(1);
  await api.call('DescribeStream', { StreamName: name, StreamARN: arn });
  await api.call('DescribeStream', { StreamARN: arn });
  const other = await api.fault('DescribeStream', { StreamName: 'other', StreamARN: arn });
  expect(other.type).toBe('InvalidArgumentException');
});

test('integers are floored', async () => {
  const { name } = await api.stream(2);
  const answer = await api.call('DescribeStream', { StreamName: name, Limit: 1.9 });
  expect(answer.StreamDescription.Shards).toHaveLength(1);
});
