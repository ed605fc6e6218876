/** How requests are told apart before an operation runs, and what every answer carries. */
import { expect, test } from 'vitest';
import { CBOR_11, headersFor, JSON_11, kinesis, request } from './kinesis.ts';

const api = kinesis();
const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

test('no body and no content type: CBOR says SerializationException for a known operation', async () => {
  const answer = await api.send({ headers: { 'X-Amz-Target': 'Kinesis_20131202.ListStreams' } });
  expect([answer.status, answer.headers['content-type']]).toEqual([400, CBOR_11]);
  expect(answer.bytes.toString('latin1')).toBe('\xa1\x66__type\x76SerializationException');
});

test('a GET is refused without a content type', async () => {
  const answer = await api.send({ method: 'GET' });
  expect([answer.status, answer.headers['content-type']]).toEqual([403, undefined]);
  expect(answer.text).toBe(
    '<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n</AccessDeniedException>\n',
  );
});

test('a call without credentials is told so', async () => {
  const { Authorization: _, ...headers } = headersFor('ListStreams');
  const answer = await api.send({ headers, body: '{}' });
  expect([answer.status, JSON.parse(answer.text)]).toEqual([
    400,
    { __type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' },
  ]);
});

test('plain JSON does not get through', async () => {
  const answer = await api.send({ headers: headersFor('ListStreams', 'application/json'), body: '{}' });
  expect([answer.status, JSON.parse(answer.text)]).toEqual([
    404,
    { Output: { __type: 'com.amazon.coral.service#UnknownOperationException' }, Version: '1.0' },
  ]);
});

test('every answer has a request id and an extended one', async () => {
  const answers = [await api.send(request('ListStreams', {})), await api.send({ method: 'GET' })];
  for (const { headers } of answers) {
    expect(headers['x-amzn-requestid']).toMatch(uuid);
    const bytes = Buffer.from(String(headers['x-amz-id-2']), 'base64').length;
    expect(bytes).toBeGreaterThanOrEqual(64);
    expect(bytes).toBeLessThanOrEqual(80);
    expect(headers.date).toBeDefined();
  }
});

test('CreateStream answers with nothing, and says so', async () => {
  const answer = await api.send(request('CreateStream', { StreamName: api.freshName(), ShardCount: 1 }));
  expect([answer.status, answer.text, answer.headers['content-length'], answer.headers['content-type']]).toEqual([
    200,
    '',
    '0',
    JSON_11,
  ]);
});

test('the path does not matter, and a content type may carry parameters', async () => {
  const headers = headersFor('ListStreams', `${JSON_11}; charset=utf-8`);
  expect((await api.send({ path: '/whatever/', headers, body: '{}' })).status).toBe(200);
});

test('null is absent and unknown members are ignored', async () => {
  const { name } = await api.stream(1);
  await api.call('DescribeStreamSummary', { StreamName: name, StreamARN: null, Nonsense: { a: [1] } });
});

test('an answer to CBOR is CBOR', async () => {
  const { name } = await api.stream(1);
  // {"StreamName": name}
  const body = Buffer.concat([
    Buffer.from('\xa1\x6aStreamName', 'latin1'),
    Buffer.of(0x78, name.length),
    Buffer.from(name),
  ]);
  const answer = await api.send({ headers: headersFor('DescribeStreamSummary', CBOR_11), body });
  expect([answer.status, answer.headers['content-type']]).toEqual([200, CBOR_11]);
  const text = answer.bytes.toString('latin1');
  expect(text).toContain('\x6cStreamStatus\x66ACTIVE');
  // 24 hours as an integer: 0x18 0x18.
  expect(text).toContain('RetentionPeriodHours\x18\x18');
});

test('a timestamp in CBOR is milliseconds under tag 1', async () => {
  const { name } = await api.stream(1);
  const sent = await api.call('PutRecord', { StreamName: name, PartitionKey: 'k', Data: '' });
  const [record] = (await api.read(name, 0)).Records;
  const ms = Math.round(record.ApproximateArrivalTimestamp * 1000);
  const timestamp = Buffer.alloc(8);
  timestamp.writeBigUInt64BE(BigInt(ms));
  // An indefinite map, as Java writes it: BF ... FF; tag 1, unsigned 64-bit.
  const body = Buffer.concat([
    Buffer.from('\xbf\x6aStreamName', 'latin1'),
    Buffer.of(0x78, name.length),
    Buffer.from(name),
    Buffer.from(
      '\x67ShardId\x74shardId-000000000000\x71ShardIteratorType\x6cAT_TIMESTAMP\x69Timestamp\xc1\x1b',
      'latin1',
    ),
    timestamp,
    Buffer.of(0xff),
  ]);
  const answer = await api.send({ headers: headersFor('GetShardIterator', CBOR_11), body });
  expect(answer.status, answer.text).toBe(200);
  // {"ShardIterator": text}: a map of one, a name of 13 characters, a text with its length in one or two bytes.
  const ShardIterator = answer.bytes.subarray(1 + 14 + (answer.bytes[15] === 0x78 ? 2 : 3)).toString();
  const page = await api.call('GetRecords', { ShardIterator });
  expect(page.Records[0].SequenceNumber).toBe(sent.SequenceNumber);
});
