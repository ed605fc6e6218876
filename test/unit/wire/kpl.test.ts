/** KPL aggregates: what another implementation wrote, round trips, and what counts as an ordinary record. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aggregate, deaggregate, KplAggregate, type KplRecord } from '../../../src/wire/kpl.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Written by aws-kinesis-agg 1.2.3 (Python) from `RECORDS`, added in this order. */
const GOLDEN = Buffer.from(
  'f3899ac20a06757365722d310a06757365722d320a08d0bad0bbd18ed187122731373031343131383334363034363932333137333136383733' +
    '30333731353838343130353732381201301a0d080010001a077b226e223a317d1a06080110011a001a10080010001a0a7a61c5bcc3b3c582c4' +
    `871acf01080210011ac801${'78'.repeat(200)}40de2116d2f647cb7527b3750a66b918`,
  'hex',
);
const MIDDLE = '170141183460469231731687303715884105728';
const RECORDS: readonly KplRecord[] = [
  { partitionKey: 'user-1', explicitHashKey: MIDDLE, data: utf8('{"n":1}') },
  { partitionKey: 'user-2', explicitHashKey: '0', data: utf8('') },
  { partitionKey: 'user-1', explicitHashKey: MIDDLE, data: utf8('zażółć') },
  { partitionKey: 'ключ', explicitHashKey: '0', data: utf8('x'.repeat(200)) },
];

const record = fc
  .record({
    partitionKey: fc.oneof(fc.constantFrom('a', 'b'), fc.string({ unit: 'grapheme' })),
    explicitHashKey: fc.option(fc.constantFrom('0', '1', MIDDLE), { nil: undefined }),
    data: fc.uint8Array({ maxLength: 300 }),
  })
  .map(
    ({ explicitHashKey, ...rest }): KplRecord => (explicitHashKey === undefined ? rest : { ...rest, explicitHashKey }),
  );

/** Every copy of bytes as plain Uint8Array, so that views compare. */
const plain = (records: readonly KplRecord[] | undefined) =>
  records?.map((one) => ({ ...one, data: Uint8Array.from(one.data) }));

/** An aggregate around any protobuf, with a digest that holds. */
function framed(hex: string): Uint8Array {
  const message = Buffer.from(hex, 'hex');
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), message, createHash('md5').update(message).digest()]);
}

describe('another implementation', () => {
  test('writes the same bytes', () => expect(Buffer.from(aggregate(RECORDS)).equals(GOLDEN)).toBe(true));
  test('is read back', () => expect(plain(deaggregate(GOLDEN))).toEqual(RECORDS));
});

test('what is aggregated comes back, in order', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 40 }), (records) => {
      expect(plain(deaggregate(aggregate(records)))).toEqual(records);
    }),
  );
});

test('the size is known before the bytes are made, and before a record is added', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 200 }), (records) => {
      const all = new KplAggregate();
      for (const one of records) {
        const expected = all.bytesWith(one);
        all.add(one);
        expect(all.bytes).toBe(expected);
      }
      expect(all.encode()).toHaveLength(all.bytes);
    }),
  );
});

test('tables of more than 127 keys are indexed with longer numbers', () => {
  const records = Array.from({ length: 20_000 }, (_, i) => ({ partitionKey: `k${i}`, data: utf8(String(i)) }));
  expect(plain(deaggregate(aggregate(records)))).toEqual(records.map((one) => ({ ...one })));
});

describe('an ordinary record', () => {
  test('is any bytes at all', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (data) => deaggregate(data) === undefined));
  });
  test('is an aggregate with any one byte changed', () => {
    fc.assert(
      fc.property(fc.nat(GOLDEN.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Uint8Array.from(GOLDEN);
        bytes[at]! ^= change;
        expect(deaggregate(bytes)).toBeUndefined();
      }),
    );
  });
  test('is an aggregate cut anywhere', () => {
    for (let end = 0; end < GOLDEN.length; end++) expect(deaggregate(GOLDEN.subarray(0, end))).toBeUndefined();
  });
  test.each([
    ['no message at all', ''],
    ['a record whose key is in no table', '0a01611a04080120ff1a00'],
    ['a record of the second key where there is one', '0a01611a0508011a0178'],
    ['a record whose hash key is in no table', '0a01611a07080010001a0178'],
    ['a record without data', '0a01611a020800'],
    ['a record without a key', '0a01611a031a0178'],
    ['a length beyond the end', '0aff01'],
    ['a number that does not end', '0a01611a0c08ffffffffffffffffffffff'],
    ['a member number of nought', '0001'],
    ['a group that is not closed', '0a01611b0801'],
    ['a wire type that does not exist', '0e00'],
  ])('is one of %s', (_, message) => expect(deaggregate(framed(message))).toBeUndefined());
  test('is any message at all with a digest that holds, or its records are whole', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (message) => {
        const records = deaggregate(framed(Buffer.from(message).toString('hex')));
        for (const one of records ?? []) expect(typeof one.partitionKey).toBe('string');
      }),
    );
  });
});

describe('members that this program does not know are passed over', () => {
  test.each([
    ['a tag of the record', '0a01611a0c08001a017822050a036b6579'],
    ['fixed numbers and a group', '0a01613d010203044900000000000000005b08015c1a0508001a0178'],
  ])('%s', (_, message) => {
    expect(plain(deaggregate(framed(message)))).toEqual([{ partitionKey: 'a', data: utf8('x') }]);
  });
});
