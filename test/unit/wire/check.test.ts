/** Constraint texts, as the service's public test suite records them (mhart/kinesalite). Order of entries is free there. */
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../../src/model/fault.ts';
import { createStream } from '../../../src/operations/kinesis/create-stream.ts';
import { enableEnhancedMonitoring } from '../../../src/operations/kinesis/enhanced-monitoring.ts';
import { getRecords } from '../../../src/operations/kinesis/get-records.ts';
import { getShardIterator } from '../../../src/operations/kinesis/get-shard-iterator.ts';
import { putRecord } from '../../../src/operations/kinesis/put-record.ts';
import { putRecords } from '../../../src/operations/kinesis/put-records.ts';
import { addTagsToStream, removeTagsFromStream } from '../../../src/operations/kinesis/tags.ts';
import type { Operation } from '../../../src/operations/operation.ts';
import { check } from '../../../src/wire/check.ts';
import { coerceJson } from '../../../src/wire/json.ts';

/** Entries of the refusal, sorted; [] when the input passes. */
function entries(operation: Operation, input: object): string[] {
  try {
    check(operation.input, coerceJson(operation.input, input));
    return [];
  } catch (error) {
    expect((error as Fault).code).toBe('ValidationException');
    const [, count, plural, rest] = /^(\d+) validation error(s?) detected: (.*)$/s.exec((error as Fault).message)!;
    const found = rest!.split('; ');
    expect([found.length, plural]).toEqual([Number(count), found.length === 1 ? '' : 's']);
    return found.sort();
  }
}

const broken = (printed: string, path: string, constraint: string) =>
  `Value ${printed} at '${path}' failed to satisfy constraint: ${constraint}`;
const MIN_1 = 'Member must have length greater than or equal to 1';
const NAME = 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+';
const LENGTHS_128 =
  '[Member must have length less than or equal to 128, Member must have length greater than or equal to 1]';

describe('what breaks a constraint is told as the service tells it', () => {
  test('a missing member prints null without quotes', () => {
    expect(entries(getShardIterator, {})).toEqual([
      broken('null', 'shardId', 'Member must not be null'),
      broken('null', 'shardIteratorType', 'Member must not be null'),
    ]);
  });

  test('an empty name breaks pattern and length; an empty sequence number only the pattern; an enum prints its set', () => {
    const input = { StreamName: '', ShardIteratorType: '', ShardId: '', StartingSequenceNumber: '' };
    const set = '[AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]';
    expect(entries(getShardIterator, input)).toEqual(
      [
        broken("''", 'shardId', NAME),
        broken("''", 'shardId', MIN_1),
        broken("''", 'shardIteratorType', `Member must satisfy enum value set: ${set}`),
        broken(
          "''",
          'startingSequenceNumber',
          'Member must satisfy regular expression pattern: ^(0|([1-9]\\d{0,128}))$',
        ),
        broken("''", 'streamName', NAME),
        broken("''", 'streamName', MIN_1),
      ].sort(),
    );
  });

  test('numbers', () => {
    expect(entries(createStream, { StreamName: 'a', ShardCount: 0 })).toEqual([
      broken("'0'", 'shardCount', 'Member must have value greater than or equal to 1'),
    ]);
    expect(entries(getRecords, { ShardIterator: 'a', Limit: 100000 })).toEqual([
      broken("'100000'", 'limit', 'Member must have value less than or equal to 10000'),
    ]);
  });

  test('a blob prints its length only', () => {
    const Data = Buffer.alloc(10_485_761).toString('base64');
    expect(entries(putRecord, { StreamName: 'a', PartitionKey: 'a', Data })).toEqual([
      broken(
        "'java.nio.HeapByteBuffer[pos=0 lim=10485761 cap=10485761]'",
        'data',
        'Member must have length less than or equal to 10485760',
      ),
    ]);
  });

  test('records are counted from 1, and a list of them prints their class', () => {
    expect(entries(putRecords, { Records: [{ Data: '', PartitionKey: 'a' }, { PartitionKey: '' }] })).toEqual([
      broken("''", 'records.2.member.partitionKey', MIN_1),
      broken('null', 'records.2.member.data', 'Member must not be null'),
    ]);
    const [entry] = entries(putRecords, { Records: Array(501).fill({ Data: '', PartitionKey: 'a' }) });
    expect(entry).toMatch(
      /^Value '\[(com\.amazonaws\.kinesis\.v20131202\.PutRecordsRequestEntry@[0-9a-f]+(, |(?=\]'))){501}\]' at 'records' failed to satisfy constraint: Member must have length less than or equal to 500$/,
    );
  });

  test('a null in a list is a missing member', () => {
    expect(entries(putRecords, { Records: [null] })).toEqual([
      broken('null', 'records.1.member', 'Member must not be null'),
    ]);
  });

  test('a list of strings is told as a whole, with what its items must satisfy', () => {
    expect(entries(removeTagsFromStream, { TagKeys: ['a', ''] })).toEqual([
      broken("'[a, ]'", 'tagKeys', `Member must satisfy constraint: ${LENGTHS_128}`),
    ]);
    expect(entries(enableEnhancedMonitoring, { ShardLevelMetrics: ['a'] })[0]).toContain(
      "Value '[a]' at 'shardLevelMetrics' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [IncomingBytes, ",
    );
  });

  test('maps print as {k=v} and tell keys and values apart', () => {
    const long = 'v'.repeat(257);
    expect(entries(addTagsToStream, { StreamName: 'a', Tags: { '': 'b', c: long } })).toEqual([
      broken(`'{=b, c=${long}}'`, 'tags', `Map keys must satisfy constraint: ${LENGTHS_128}`),
      broken(
        `'{=b, c=${long}}'`,
        'tags',
        'Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0]',
      ),
    ]);
    expect(entries(addTagsToStream, { Tags: {} })).toEqual([broken("'{}'", 'tags', MIN_1)]);
  });

  test('a nested member has its path', () => {
    expect(entries(createStream, { StreamName: 'a', StreamModeDetails: { StreamMode: 'X' } })).toEqual([
      broken("'X'", 'streamModeDetails.streamMode', 'Member must satisfy enum value set: [PROVISIONED, ON_DEMAND]'),
    ]);
  });

  test('at most ten entries', () => {
    expect(entries(putRecords, { Records: Array(501).fill({ PartitionKey: '', Data: '' }) })).toHaveLength(10);
    expect(entries(putRecords, { Records: Array(20).fill({}) })).toHaveLength(10);
  });

  test('the pattern must match the whole value', () => {
    expect(entries(createStream, { StreamName: 'a b' })).toEqual([broken("'a b'", 'streamName', NAME)]);
    expect(entries(createStream, { StreamName: 'a\n' })).toHaveLength(1);
    expect(entries(putRecord, { Data: '', PartitionKey: 'a', ExplicitHashKey: '01' })).toHaveLength(1);
  });
});

test('what keeps every constraint passes', () => {
  expect(entries(putRecord, { StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/a', Data: '' })).toEqual([]);
  expect(entries(addTagsToStream, { StreamName: 'a', Tags: { a: '' } })).toEqual([]);
});
