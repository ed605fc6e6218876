/** The renderers of the hot path against JSON.parse and the plain forms. */
import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PutOutcome, PutRun, ReadPage } from '../../../src/model/delivery.ts';
import { encodeBatch, offsetIn, type RecordInput } from '../../../src/model/record-batch.ts';
import { sequenceNumber } from '../../../src/model/sequence-number.ts';
import type { Shard } from '../../../src/model/shard.ts';
import type { Offset, ShardKey } from '../../../src/model/shard-key.ts';
import { PiecewisePage } from '../../../src/wire/get-records-pieces.ts';
import { renderPageEndJson, renderRecordsJson } from '../../../src/wire/get-records-render.ts';
import {
  renderPutRecordJson,
  renderPutRecordsCbor,
  renderPutRecordsJson,
} from '../../../src/wire/put-records-render.ts';

const shard = (index: number, parents: number[] = []): Shard => ({
  key: 1 as ShardKey,
  creationSeconds: 1_700_000_000,
  index,
  range: { start: 0n, end: (1n << 128n) - 1n },
  parents,
  openedMs: 1_700_000_000_000,
  horizonMs: 0,
});
const parse = (bytes: Uint8Array) => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
const rendered = (page: ReadPage) => Buffer.concat([renderRecordsJson(page), renderPageEndJson(page)]);
const ARRIVAL_MS = 1_700_000_000_987;
/** Of shard 0: its starting number (created, index 0 and time all of second 1,700,000,000) with index 1. */
const FIRST_NUMBER = `${49646437577108476416916876405825929425585429676275269634n + (1n << 80n)}`;

function pageOf(blocks: readonly (readonly RecordInput[])[], rest: Partial<ReadPage> = {}): ReadPage {
  let first = 0;
  return {
    shard: shard(0),
    lagMs: 0,
    blocks: blocks.map((records, i) => {
      const block = { ...encodeBatch(records), first: first as Offset, arrivalMs: ARRIVAL_MS + i };
      first += records.length;
      return { ...block, next: first as Offset };
    }),
    ...rest,
  };
}

describe('GetRecords', () => {
  test('a record is rendered with its number, arrival in seconds, data in base64 and key', () => {
    const page = pageOf([[{ partitionKey: 'a"\\\n\u001fü', data: Buffer.from('hello') }]], {
      nextIterator: 'AAA=',
      lagMs: 7,
    });
    expect(parse(rendered(page))).toEqual({
      Records: [
        {
          SequenceNumber: FIRST_NUMBER,
          ApproximateArrivalTimestamp: 1700000000.987,
          Data: 'aGVsbG8=',
          PartitionKey: 'a"\\\n\u001fü',
        },
      ],
      NextShardIterator: 'AAA=',
      MillisBehindLatest: 7,
    });
  });

  test.each(['"', '\\', '\n', '\u0000', '\u007f', 'ü', '\u2028'])(
    'a key is escaped where JSON wants it: %j',
    (partitionKey) => {
      const page = pageOf([[{ partitionKey, data: Buffer.of() }]]);
      expect(parse(rendered(page)).Records[0].PartitionKey).toBe(partitionKey);
    },
  );

  test('KMS is said of encrypted records only, and a record without a key shows none', () => {
    const page = pageOf([
      [
        { data: Buffer.of(0), encrypted: true },
        { partitionKey: 'a', data: Buffer.of() },
      ],
    ]);
    const [encrypted, plain] = parse(rendered(page)).Records;
    expect(Object.keys(encrypted)).toEqual(['SequenceNumber', 'ApproximateArrivalTimestamp', 'Data', 'EncryptionType']);
    expect(encrypted.EncryptionType).toBe('KMS');
    expect(Object.keys(plain)).toEqual(['SequenceNumber', 'ApproximateArrivalTimestamp', 'Data', 'PartitionKey']);
    expect(plain.Data).toBe('');
  });

  test('an empty page at the end of a shard lists its children and no iterator', () => {
    const answer = parse(rendered(pageOf([], { children: [shard(3, [0, 1])] })));
    expect(answer).toEqual({
      Records: [],
      MillisBehindLatest: 0,
      ChildShards: [
        {
          ShardId: 'shardId-000000000003',
          ParentShards: ['shardId-000000000000', 'shardId-000000000001'],
          HashKeyRange: { StartingHashKey: '0', EndingHashKey: '340282366920938463463374607431768211455' },
        },
      ],
    });
  });

  test('in pieces it is the same answer, and as long as it says it is', () => {
    const keys = ['a', 'a"\\\n\u001fü', undefined];
    const records = Array.from(
      { length: 2_800 },
      (_, i): RecordInput => ({
        partitionKey: keys[i % keys.length],
        explicitHash: i % 4 === 0 ? BigInt(i) : undefined,
        data: new Uint8Array((i * 37) % 1_500).fill(i),
        encrypted: i % 5 === 0,
      }),
    );
    const large = [1_200_000, 1, 0].map(
      (bytes): RecordInput => ({ partitionKey: 'large', data: new Uint8Array(bytes) }),
    );
    const page = pageOf([records.slice(0, 3), large, records.slice(3)], { nextIterator: 'AAA=', lagMs: 7 });
    const pieces = new PiecewisePage(page);
    const given: Buffer[] = [];
    // The same memory each time, as its sender does it.
    const memory = new Uint8Array(2_000_000);
    const next = () => pieces.next(() => memory.fill(0x2a));
    for (let piece = next(); piece !== undefined; piece = next()) given.push(Buffer.from(piece));
    const whole = Buffer.concat(given);
    expect(given.length).toBeGreaterThan(4);
    expect(whole.length).toBe(pieces.bytes);
    expect(whole.equals(rendered(page))).toBe(true);
  });

  test('any page reads back as its records', () => {
    const record = fc.record({
      partitionKey: fc.option(fc.string({ unit: 'binary', minLength: 1, maxLength: 256 }), { nil: undefined }),
      explicitHash: fc.option(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), { nil: undefined }),
      data: fc.uint8Array({ maxLength: 50 }),
      encrypted: fc.boolean(),
    });
    const blocks = fc.array(fc.array(record, { minLength: 1, maxLength: 5 }), { maxLength: 4 });
    fc.assert(
      fc.property(blocks, (given) => {
        const page = pageOf(given, { nextIterator: 'x' });
        expect(parse(rendered(page)).Records).toEqual(
          given.flatMap((records, i) =>
            records.map(({ partitionKey, data, encrypted }, j) => ({
              SequenceNumber: sequenceNumber(shard(0), offsetIn(page.blocks[i]!.first, j), ARRIVAL_MS + i),
              ApproximateArrivalTimestamp: (ARRIVAL_MS + i) / 1000,
              Data: Buffer.from(data).toString('base64'),
              ...(partitionKey === undefined ? {} : { PartitionKey: partitionKey }),
              ...(encrypted ? { EncryptionType: 'KMS' } : {}),
            })),
          ),
        );
      }),
    );
  });
});

describe('PutRecords', () => {
  test('records are answered in the order of the request, failed ones with code and text', () => {
    const first = 0 as Offset;
    const outcome: PutOutcome = {
      count: 4,
      encrypted: false,
      runs: [
        { shard: shard(0), picks: Uint32Array.of(1, 3), result: { first, arrivalMs: ARRIVAL_MS } },
        {
          shard: shard(1),
          picks: Uint32Array.of(0),
          result: { code: 'ProvisionedThroughputExceededException', message: 'Rate "exceeded" ü' },
        },
        { shard: shard(12), picks: Uint32Array.of(2), result: { first, arrivalMs: ARRIVAL_MS } },
      ],
    };
    const number = (index: number, i: number) => sequenceNumber(shard(index), offsetIn(first, i), ARRIVAL_MS);
    const expected = {
      FailedRecordCount: 1,
      Records: [
        { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate "exceeded" ü' },
        { SequenceNumber: number(0, 0), ShardId: 'shardId-000000000000' },
        { SequenceNumber: number(12, 0), ShardId: 'shardId-000000000012' },
        { SequenceNumber: number(0, 1), ShardId: 'shardId-000000000000' },
      ],
    };
    expect(parse(renderPutRecordsJson(outcome))).toEqual(expected);
    expect(cbor.deserialize(renderPutRecordsCbor(outcome))).toEqual(expected);
  });

  test.each([1, 23, 24, 255, 256, 500])('%i records of the highest shard index', (count) => {
    const picks = Uint32Array.from({ length: count }, (_, i) => i);
    const runs: PutRun[] = [
      { shard: shard(2 ** 31 - 1), picks, result: { first: 0 as Offset, arrivalMs: ARRIVAL_MS } },
    ];
    const outcome: PutOutcome = { count, runs, encrypted: true };
    const { Records, ...rest } = parse(renderPutRecordsJson(outcome));
    expect(rest).toEqual({ FailedRecordCount: 0, EncryptionType: 'KMS' });
    expect(Records).toHaveLength(count);
    expect(Records[count - 1].ShardId).toBe('shardId-002147483647');
    expect(cbor.deserialize(renderPutRecordsCbor(outcome))).toEqual({ ...rest, Records });
  });

  test('KMS is said when the stream encrypts', () => {
    const runs: PutRun[] = [
      { shard: shard(0), picks: Uint32Array.of(0), result: { first: 0 as Offset, arrivalMs: ARRIVAL_MS } },
    ];
    expect(parse(renderPutRecordsJson({ count: 1, runs, encrypted: true })).EncryptionType).toBe('KMS');
    expect(parse(renderPutRecordsJson({ count: 1, runs, encrypted: false }))).not.toHaveProperty('EncryptionType');
  });
});

test.each([
  { ShardId: 'shardId-000000000003', SequenceNumber: FIRST_NUMBER },
  { ShardId: 'shardId-000000000000', SequenceNumber: FIRST_NUMBER, EncryptionType: 'KMS' },
])('PutRecord: %j', (answer) => {
  expect(parse(renderPutRecordJson(answer))).toEqual(answer);
});
