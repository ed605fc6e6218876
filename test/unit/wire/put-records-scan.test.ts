/** The scanner against the plain path: where it does not give up, both give the same batch. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeBatch, recordAt } from '../../../src/model/record-batch.ts';
import { putRecord } from '../../../src/operations/kinesis/put-record.ts';
import { putRecords } from '../../../src/operations/kinesis/put-records.ts';
import type { Input } from '../../../src/operations/operation.ts';
import { check } from '../../../src/wire/check.ts';
import { coerceJson } from '../../../src/wire/json.ts';
import type { PutRecordsScan } from '../../../src/wire/put-records-fill.ts';
import { scanPutRecord, scanPutRecords } from '../../../src/wire/put-records-scan.ts';

const scan = (text: string) => scanPutRecords(Buffer.from(text));

/** What parsing, checking and encodeBatch give; undefined when they refuse. */
function plainly(body: Uint8Array): PutRecordsScan | undefined {
  try {
    const input = coerceJson(putRecords.input, JSON.parse(new TextDecoder().decode(body)));
    check(putRecords.input, input);
    const { Records, StreamName, StreamARN } = input as Input<typeof putRecords>;
    const records = Records.map(({ Data, PartitionKey, ExplicitHashKey }) => {
      const explicitHash = ExplicitHashKey === undefined ? undefined : BigInt(ExplicitHashKey);
      if (explicitHash !== undefined && explicitHash >= 1n << 128n) throw new RangeError('too large');
      return { data: Data, partitionKey: PartitionKey, explicitHash };
    });
    return { streamName: StreamName, streamArn: StreamARN, batch: encodeBatch(records) };
  } catch {
    return undefined;
  }
}

function expectSame(found: PutRecordsScan | undefined, plain: PutRecordsScan | undefined): void {
  expect(found?.streamName).toBe(plain?.streamName);
  expect(found?.streamArn).toBe(plain?.streamArn);
  expect(found?.batch.count).toBe(plain?.batch.count);
  expect(found && [...found.batch.starts]).toEqual(plain && [...plain.batch.starts]);
  expect(found && Buffer.from(found.batch.arena).toString('hex')).toBe(
    plain && Buffer.from(plain.batch.arena).toString('hex'),
  );
}

describe('the forms that clients write are scanned', () => {
  test.each([
    [
      'compact, as the JavaScript and Go SDKs',
      '{"Records":[{"Data":"aGVsbG8=","PartitionKey":"a"},{"Data":"","PartitionKey":"b c","ExplicitHashKey":"340282366920938463463374607431768211455"}],"StreamName":"s"}',
    ],
    [
      'with blanks, as botocore',
      '{"Records": [{"Data": "aGk=", "PartitionKey": "a"}], "StreamARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/s"}',
    ],
    ['with lines', '{\n\t"StreamName" : "s" ,\r\n "Records" : [ { "PartitionKey" : "a" , "Data" : "AAAA" } ] }\n'],
    ['without a partition key', '{"StreamName":"s","Records":[{"Data":"AA=="}]}'],
    ['without a stream', '{"Records":[{"Data":"AA=="}]}'],
  ])('%s', (_, body) => {
    const found = scan(body);
    expect(found).toBeDefined();
    expectSame(found, plainly(Buffer.from(body)));
  });

  test('data, key and hash key are the ones of the body', () => {
    const found = scan(
      '{"Records":[{"ExplicitHashKey":"18446744073709551617","Data":"aGVsbG8=","PartitionKey":"key"}],"StreamName":"s"}',
    );
    const { data, partitionKey, explicitHash } = recordAt(found!.batch, 0);
    expect([Buffer.from(data).toString(), partitionKey]).toEqual(['hello', 'key']);
    expect(Buffer.from(explicitHash!).toString('hex')).toBe('00000000000000010000000000000001');
  });
});

describe('whatever is not plain, or not right, is given up', () => {
  const record = (members: string) => `{"Records":[{${members}}],"StreamName":"s"}`;
  test.each([
    ['an escape in a key', record('"Data":"AAAA","PartitionKey":"a\\u0041"')],
    ['an escaped quote', record('"Data":"AAAA","PartitionKey":"a\\"')],
    ['an escaped slash in the data', record('"Data":"AAA\\/","PartitionKey":"a"')],
    ['a key that is not ASCII', record('"Data":"AAAA","PartitionKey":"ü"')],
    ['a control character', record('"Data":"AAAA","PartitionKey":"a\tb"')],
    ['a duplicate member', record('"Data":"AAAA","Data":"AAAB","PartitionKey":"a"')],
    ['a duplicate empty member', record('"Data":"","Data":"","PartitionKey":"a"')],
    ['a duplicate StreamName', '{"StreamName":"s","Records":[{"Data":""}],"StreamName":"s"}'],
    ['a second list', '{"Records":[{"Data":""}],"Records":[{"Data":""}],"StreamName":"s"}'],
    ['a name without its colon before another', record('"Data":"AAAA","PartitionKey""ExplicitHashKey":"1"')],
    [
      "a stream's name without its colon before another",
      '{"Records":[{"Data":""}],"StreamName""StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s"}',
    ],
    ['an unknown member', record('"Data":"AAAA","X":"a"')],
    ['an escaped name', record('"D\\u0061ta":"AAAA"')],
    ['DryRun', '{"Records":[{"Data":""}],"StreamName":"s","DryRun":true}'],
    ['null', record('"Data":"AAAA","PartitionKey":null')],
    ['no data', record('"PartitionKey":"a"')],
    ['an empty record', record('')],
    ['an empty key', record('"Data":"AAAA","PartitionKey":""')],
    ['a key of 257', record(`"Data":"AAAA","PartitionKey":"${'a'.repeat(257)}"`)],
    ['data that is no base64', record('"Data":"AA*A"')],
    ['a blank in the data', record('"Data":"AAA AAA "')],
    ["base64 of URLs'", record('"Data":"AA-_"')],
    ['padding in the middle', record('"Data":"AA==AAAA"')],
    ['three pads', record('"Data":"A==="')],
    ['only padding', record('"Data":"===="')],
    ['bits under the padding, one', record('"Data":"AAB="')],
    ['bits under the padding, two', record('"Data":"AB=="')],
    ['no padding', record('"Data":"AA"')],
    ['2^128', record('"Data":"","ExplicitHashKey":"340282366920938463463374607431768211456"')],
    ['a hash key with a leading zero', record('"Data":"","ExplicitHashKey":"01"')],
    ['an empty hash key', record('"Data":"","ExplicitHashKey":""')],
    ['no records', '{"Records":[],"StreamName":"s"}'],
    ['no list', '{"StreamName":"s"}'],
    ['501 records', `{"Records":[${Array(501).fill('{"Data":""}').join(',')}]}`],
    ['a comma too many', '{"Records":[{"Data":""},],"StreamName":"s"}'],
    ['a comma at the end', '{"Records":[{"Data":""}],}'],
    ['something behind the body', '{"Records":[{"Data":""}]} x'],
    ['a vertical tab', '{"Records":\v[{"Data":""}]}'],
    ['a byte order mark', '\ufeff{"Records":[{"Data":""}]}'],
    ['an empty name', '{"Records":[{"Data":""}],"StreamName":""}'],
    ['a name that is none', '{"Records":[{"Data":""}],"StreamName":"a b"}'],
    ['an ARN that is none', '{"Records":[{"Data":""}],"StreamARN":"a"}'],
    ['nothing', ''],
    ['a cut body', '{"Records":[{"Data":"AAAA'],
  ])('%s', (_, body) => {
    expect(scan(body)).toBeUndefined();
  });

  test('data above 10 MiB', () => {
    const data = (bytes: number) => record(`"Data":"${Buffer.alloc(bytes).toString('base64')}"`);
    expect(scan(data(10_485_760))).toBeDefined();
    expect(scan(data(10_485_761))).toBeUndefined();
  });
});

describe('scanner and plain path agree', () => {
  const odd = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom('', 'a'.repeat(256), 'a'.repeat(257), '01', `${1n << 128n}`),
  );
  const mostly = <T>(usual: fc.Arbitrary<T>, unusual: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: unusual });
  const name = mostly(fc.constantFrom('s', 'stream-1', 'a_b.c'), odd);
  const text = mostly(fc.stringMatching(/^[a-z -~]{1,20}$/), odd);
  const data = mostly(
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    fc.string({ maxLength: 8, unit: fc.constantFrom('A', 'B', 'Q', '=', '-', '_', '/', '+', ' ') }),
  );
  const digits = mostly(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map(String), odd);
  const records = fc.array(
    fc.record({ Data: data, PartitionKey: text, ExplicitHashKey: digits }, { requiredKeys: ['Data'] }),
    { maxLength: 3 },
  );
  const arn = fc.constantFrom('arn:aws:kinesis:us-east-1:000000000000:stream/s', 'arn:aws:kinesis:::stream/s');
  const requests = fc.record({ Records: records, StreamName: name, StreamARN: arn }, { requiredKeys: ['Records'] });

  test('on requests: the same batch, or the scanner gives up', () => {
    let scanned = 0;
    fc.assert(
      fc.property(requests, fc.constantFrom(undefined, 1), (request, indent) => {
        const body = Buffer.from(JSON.stringify(request, undefined, indent));
        const found = scanPutRecords(body);
        if (found === undefined) return;
        scanned += 1;
        expectSame(found, plainly(body));
      }),
      { numRuns: 2_000 },
    );
    expect(scanned).toBeGreaterThan(400);
  });

  test('on well-formed requests in ASCII: the scanner never gives up', () => {
    const plain = fc.record({
      Data: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      PartitionKey: fc.string({ minLength: 1, maxLength: 256 }).map((key) => key.replace(/["\\]/g, 'x')),
    });
    fc.assert(
      fc.property(fc.array(plain, { minLength: 1, maxLength: 20 }), (Records) => {
        const body = Buffer.from(JSON.stringify({ Records, StreamName: 's' }));
        const found = scanPutRecords(body);
        expect(found).toBeDefined();
        expectSame(found, plainly(body));
      }),
    );
  });

  test('on damaged bodies: the same batch, or the scanner gives up', () => {
    const good =
      '{"Records":[{"Data":"aGVsbG8=","PartitionKey":"a"},{"ExplicitHashKey":"17","Data":"AAAA"}],"StreamName":"s"}';
    const damage = fc.record({
      at: fc.nat({ max: good.length }),
      cut: fc.nat({ max: 12 }),
      put: fc.oneof(
        fc.string({ maxLength: 3 }),
        fc.constantFrom('"', '\\', ',', '"Data":"AA==",', '=', 'null', '{', ']'),
      ),
    });
    fc.assert(
      fc.property(damage, ({ at, cut, put }) => {
        const body = Buffer.from(good.slice(0, at) + put + good.slice(at + cut));
        const found = scanPutRecords(body);
        if (found !== undefined) expectSame(found, plainly(body));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a single record', () => {
  /** What PutRecord's plain path makes of a body; undefined when it refuses. */
  function plainlySingle(body: Uint8Array): PutRecordsScan | undefined {
    try {
      const input = coerceJson(putRecord.input, JSON.parse(new TextDecoder().decode(body)));
      check(putRecord.input, input);
      const { StreamName, StreamARN, ...record } = input as Input<typeof putRecord>;
      if (record.SequenceNumberForOrdering !== undefined || record.DryRun !== undefined) return undefined;
      const found = plainly(Buffer.from(JSON.stringify({ Records: [{ ...record, Data: '' }], StreamName, StreamARN })));
      if (found === undefined) return undefined;
      const { Data: data, PartitionKey: partitionKey, ExplicitHashKey: hash } = record;
      const explicitHash = hash === undefined ? undefined : BigInt(hash);
      return {
        streamName: StreamName,
        streamArn: StreamARN,
        batch: encodeBatch([{ data, partitionKey, explicitHash }]),
      };
    } catch {
      return undefined;
    }
  }

  test.each([
    '{"StreamName":"s","Data":"aGVsbG8=","PartitionKey":"a"}',
    '{"Data": "", "PartitionKey": "a", "ExplicitHashKey": "17", "StreamARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/s"}',
    '{"Data":"AAAA"}\n',
  ])('%s is scanned', (text) => {
    const found = scanPutRecord(Buffer.from(text));
    expect(found).toBeDefined();
    expectSame(found, plainlySingle(Buffer.from(text)));
  });

  test.each([
    '{"StreamName":"s","PartitionKey":"a"}',
    '{"StreamName":"s","Data":"AA==","Data":"AA=="}',
    '{"StreamName":"s","Data":"AA==","StreamName":"s"}',
    '{"StreamName":"s","Data":"AA==","SequenceNumberForOrdering":"1"}',
    '{"StreamName":"s","Data":"AA==","DryRun":true}',
    '{"StreamName":"s","Data":"AA==","Records":[]}',
    '{"StreamName":"s","Data":"AA==","PartitionKey":"\\u0061"}',
    '{"StreamName":"s","Data""PartitionKey":"a","Data":"AA=="}',
    '{"StreamName":"s","Data":"A"}',
    '{"StreamName":"s","Data":"AA=="} x',
    '[{"Data":"AA=="}]',
    '{}',
  ])('%s is given up', (text) => {
    expect(scanPutRecord(Buffer.from(text))).toBeUndefined();
  });

  test('on damaged bodies: the same record, or the scanner gives up', () => {
    const good = '{"StreamName":"s","Data":"aGVsbG8=","PartitionKey":"a","ExplicitHashKey":"17"}';
    const damage = fc.tuple(
      fc.nat({ max: good.length }),
      fc.nat({ max: 12 }),
      fc.constantFrom('"', '\\', ',', '=', '{', 'a', ''),
    );
    fc.assert(
      fc.property(damage, ([at, cut, put]) => {
        const body = Buffer.from(good.slice(0, at) + put + good.slice(at + cut));
        const found = scanPutRecord(body);
        if (found !== undefined) expectSame(found, plainlySingle(body));
      }),
      { numRuns: 3_000 },
    );
  });
});
