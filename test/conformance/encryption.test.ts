/** StartStreamEncryption and StopStreamEncryption as callers see them. */
import { expect, test } from 'vitest';
import { base64, kinesis } from './kinesis.ts';

const api = kinesis();
const KeyId = 'alias/aws/kinesis';
const SHARD_0 = 'shardId-000000000000';

async function settled(StreamName: string): Promise<Record<string, unknown>> {
  await api.whenActive(StreamName);
  return (await api.call('DescribeStreamSummary', { StreamName })).StreamDescriptionSummary;
}

test('answers and new records say KMS while it is on, older ones keep theirs', async () => {
  const { name: StreamName, arn: StreamARN } = await api.stream(1);
  const put = (text: string) => ({ PartitionKey: 'k', Data: base64(text) });
  expect(await api.call('PutRecord', { StreamName, ...put('a') })).not.toHaveProperty('EncryptionType');
  expect(await api.call('StartStreamEncryption', { StreamARN, EncryptionType: 'KMS', KeyId })).toBeUndefined();
  expect(await settled(StreamName)).toMatchObject({ EncryptionType: 'KMS', KeyId });
  expect((await api.call('DescribeStream', { StreamName })).StreamDescription).toMatchObject({
    EncryptionType: 'KMS',
    KeyId,
  });
  expect(await api.call('PutRecord', { StreamName, ...put('b') })).toMatchObject({ EncryptionType: 'KMS' });
  const many = await api.call('PutRecords', { StreamName, Records: [put('c'), put('d')] });
  expect(many).toMatchObject({ EncryptionType: 'KMS', FailedRecordCount: 0 });
  await api.call('StopStreamEncryption', { StreamName, EncryptionType: 'KMS', KeyId });
  const after = await settled(StreamName);
  expect(after).toMatchObject({ EncryptionType: 'NONE' });
  expect(after).not.toHaveProperty('KeyId');
  expect(await api.call('PutRecord', { StreamName, ...put('e') })).not.toHaveProperty('EncryptionType');
  const { ShardIterator } = await api.call('GetShardIterator', {
    ...{ StreamName, ShardId: SHARD_0, ShardIteratorType: 'TRIM_HORIZON' },
  });
  const { Records } = await api.call('GetRecords', { ShardIterator });
  const types = Records.map((record: { EncryptionType?: string }) => record.EncryptionType ?? 'none');
  expect(types).toEqual(['none', 'KMS', 'KMS', 'KMS', 'none']);
});

test('a stream that is not there and a type that is none are refused', async () => {
  const missing = api.freshName();
  const call = { EncryptionType: 'KMS', KeyId };
  expect(await api.fault('StartStreamEncryption', { StreamName: missing, ...call })).toMatchObject({
    ...{ status: 400, type: 'ResourceNotFoundException' },
  });
  expect(await api.fault('StopStreamEncryption', { StreamName: missing, ...call })).toMatchObject({
    ...{ status: 400, type: 'ResourceNotFoundException' },
  });
  const { name: StreamName } = await api.stream(1);
  expect(await api.fault('StartStreamEncryption', { StreamName, KeyId, EncryptionType: 'AES' })).toMatchObject({
    ...{ status: 400, type: 'ValidationException' },
  });
  expect(await api.fault('StartStreamEncryption', { StreamName, KeyId })).toMatchObject({
    ...{ status: 400, type: 'ValidationException' },
  });
});
