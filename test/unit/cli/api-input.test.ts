/** Words and documents as the input of declared operations. */
import { describe, expect, test } from 'vitest';
import { assignedValue, checkDocument, findOperation, parseAssignment } from '../../../src/cli/api-input.ts';
import { CliError } from '../../../src/cli/cli-error.ts';
import { kinesisOperations } from '../../../src/operations/kinesis/index.ts';

const moment = { nowMs: Date.UTC(2026, 10, 21), zone: 'utc' } as const;
const typed = (operation: string, word: string) =>
  assignedValue(parseAssignment(findOperation(operation, kinesisOperations), word), moment);

/** What a person is told. */
function told(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CliError) return [error.message, ...error.lines].join('\n');
    throw error;
  }
  return 'nothing';
}

describe('a word is typed by its declaration', () => {
  test.each([
    ['CreateStream', 'StreamName=1', '1'],
    ['CreateStream', 'ShardCount=12', 12],
    ['DeleteStream', 'EnforceConsumerDeletion=false', false],
    ['PutRecord', 'Data=a=b', 'YT1i'],
    [
      'PutRecord',
      'SequenceNumberForOrdering=49612345678901234567890123456789012345678901234567890',
      '49612345678901234567890123456789012345678901234567890',
    ],
    ['GetShardIterator', 'Timestamp=1795082400.5', 1_795_082_400.5],
    ['GetShardIterator', 'Timestamp=2026-11-19T10:00:00Z', 1_795_082_400],
    ['RemoveTagsFromStream', 'TagKeys=["a","b"]', ['a', 'b']],
    ['AddTagsToStream', 'Tags={"a":"b"}', { a: 'b' }],
    ['UpdateStreamMode', 'StreamModeDetails={"StreamMode":"ON_DEMAND"}', { StreamMode: 'ON_DEMAND' }],
  ])('%s %s', (operation, word, value) => {
    expect(typed(operation, word)).toEqual(value);
  });

  test.each([
    ['CreateStream', 'ShardCount=1.5'],
    ['CreateStream', 'ShardCount='],
    ['DeleteStream', 'EnforceConsumerDeletion=yes'],
    ['RemoveTagsFromStream', 'TagKeys=a,b'],
    ['PutRecord', 'Data'],
    ['PutRecord', '=a'],
  ])('%s %s is refused', (operation, word) => {
    expect(() => typed(operation, word)).toThrow(CliError);
  });
});

test('a name that objects have of their own is no member', () => {
  expect(told(() => typed('PutRecord', 'constructor=1'))).toMatch(/^PutRecord has no member "constructor"/);
});

test('names are looked at however deep they stand', () => {
  const { input } = findOperation('PutRecords', kinesisOperations);
  const record = { Data: 'aGk=', PartitionKey: 'a' };
  const problem = (document: unknown) => told(() => checkDocument(input, document, 'PutRecords'));
  expect(problem({ StreamName: 'orders', Records: [record] })).toBe('nothing');
  expect(problem({ Records: [record, { ...record, partitionKey: 'b' }] })).toMatch(
    /^Records\[1\] has no member "partitionKey"\nDid you mean "PartitionKey"\?/,
  );
  expect(problem({ Records: record })).toMatch(/^Records takes a JSON list/);
  expect(problem({ Records: ['a'] })).toMatch(/^Records\[0\] takes a JSON object/);
  expect(problem([])).toMatch(/^PutRecords takes a JSON object/);
});

test('of the operations only the one that answers with events is refused', () => {
  const refused = kinesisOperations.filter(
    ({ name }) => told(() => findOperation(name, kinesisOperations)) !== 'nothing',
  );
  expect(refused.map(({ name }) => name)).toEqual(['SubscribeToShard']);
});
