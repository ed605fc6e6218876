/** The scanner for CBOR against the plain path: where it does not give up, both give the same batch. */
import { describe, expect, test } from 'vitest';
import { encodeBatch, recordAt } from '../../../src/model/record-batch.ts';
import { putRecords } from '../../../src/operations/kinesis/put-records.ts';
import type { Input } from '../../../src/operations/operation.ts';
import { decodeCbor } from '../../../src/wire/cbor.ts';
import { check } from '../../../src/wire/check.ts';
import { scanPutRecordCbor, scanPutRecordsCbor } from '../../../src/wire/put-records-cbor.ts';

/** Hex digits between blanks. */
const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
/** A text of less than 24 bytes. */
const text = (value: string) => (0x60 + value.length).toString(16) + Buffer.from(value).toString('hex');
const DATA = `${text('Data')} 45 68656c6c6f`;
const KEY = `${text('PartitionKey')} ${text('key')}`;
const HASH = `${text('ExplicitHashKey')} ${text('18446744073709551617')}`;
const STREAM = `${text('StreamName')} ${text('s')}`;
const ARN = 'arn:aws:kinesis:eu-west-1:123456789012:stream/s';

const records = (...items: string[]) => `${text('Records')} ${(0x80 + items.length).toString(16)} ${items.join(' ')}`;
const scan = (hex: string) => scanPutRecordsCbor(bytes(hex));

/** What decoding, checking and encodeBatch give. */
function plainly(hex: string) {
  const input = decodeCbor(putRecords.input, bytes(hex));
  check(putRecords.input, input);
  const { Records, StreamName, StreamARN } = input as Input<typeof putRecords>;
  const inputs = Records.map(({ Data, PartitionKey, ExplicitHashKey }) => ({
    data: Data,
    partitionKey: PartitionKey,
    explicitHash: ExplicitHashKey === undefined ? undefined : BigInt(ExplicitHashKey),
  }));
  return { streamName: StreamName, streamArn: StreamARN, batch: encodeBatch(inputs) };
}

describe('the forms that clients write are scanned', () => {
  const long = Buffer.alloc(700, 7).toString('hex');
  test.each([
    ['counted, as the JavaScript SDK', `a2 ${records(`a2 ${DATA} ${KEY}`, `a1 ${text('Data')} 40`)} ${STREAM}`],
    ['up to breaks, as the Java SDKs', `bf ${STREAM} ${text('Records')} 9f bf ${KEY} ${DATA} ff bf ${DATA} ff ff ff`],
    ['with a hash key', `a2 ${records(`a3 ${HASH} ${DATA} ${KEY}`)} ${STREAM}`],
    ['with lengths of one, two and four bytes', `a2 ${records(`a1 ${text('Data')} 5902bc ${long}`)} ${STREAM}`],
    [
      'with longer heads than need be',
      `b802 ${text('Records')} 9a00000001 b90001 ${text('Data')} 5a00000001 61 ${STREAM}`,
    ],
    ['by ARN', `a2 ${records(`a1 ${DATA}`)} ${text('StreamARN')} 782f ${Buffer.from(ARN).toString('hex')}`],
    ['without a stream', `a1 ${records(`a1 ${DATA}`)}`],
  ])('%s', (_, hex) => {
    const found = scan(hex);
    const plain = plainly(hex);
    expect([found?.streamName, found?.streamArn]).toEqual([plain.streamName, plain.streamArn]);
    expect([...found!.batch.starts]).toEqual([...plain.batch.starts]);
    expect(Buffer.from(found!.batch.arena).toString('hex')).toBe(Buffer.from(plain.batch.arena).toString('hex'));
  });

  test('data, key and hash key are the ones of the body', () => {
    const { batch, streamName } = scanPutRecordCbor(bytes(`bf ${STREAM} ${HASH} ${KEY} ${DATA} ff`))!;
    const { data, partitionKey, explicitHash } = recordAt(batch, 0);
    expect([streamName, Buffer.from(data).toString(), partitionKey]).toEqual(['s', 'hello', 'key']);
    expect(Buffer.from(explicitHash!).toString('hex')).toBe('00000000000000010000000000000001');
  });
});

describe('whatever is not plain, or not right, is given up', () => {
  const one = (members: string, count = 1) => `a2 ${records(`a${count} ${members}`)} ${STREAM}`;
  test.each([
    ['a byte string in pieces', one(`${text('Data')} 5f 4161 4162 ff`)],
    ['a text in pieces', one(`${DATA} ${text('PartitionKey')} 7f 6161 ff`, 2)],
    ['a tag', one(`${text('Data')} d7 4161`)],
    ['data as text', one(`${text('Data')} 6461414141`)],
    ['a key as bytes', one(`${DATA} ${text('PartitionKey')} 4161`, 2)],
    ['a length of eight bytes', one(`${text('Data')} 5b0000000000000001 61`)],
    ['null', one(`${DATA} ${text('PartitionKey')} f6`, 2)],
    ['a duplicate member', one(`${DATA} ${DATA}`, 2)],
    ['a duplicate StreamName', `a3 ${records(`a1 ${DATA}`)} ${STREAM} ${STREAM}`],
    ['a second list', `a3 ${records(`a1 ${DATA}`)} ${records(`a1 ${DATA}`)} ${STREAM}`],
    ['an unknown member', one(`${DATA} ${text('X')} ${text('a')}`, 2)],
    ['DryRun', `a3 ${records(`a1 ${DATA}`)} ${STREAM} ${text('DryRun')} f5`],
    ['a key that is not ASCII', one(`${DATA} ${text('PartitionKey')} 62c3bc`, 2)],
    ['an empty key', one(`${DATA} ${text('PartitionKey')} 60`, 2)],
    ['a key of 257', one(`${DATA} ${text('PartitionKey')} 790101 ${'61'.repeat(257)}`, 2)],
    ['2^128', one(`${DATA} ${text('ExplicitHashKey')} 7827 ${Buffer.from(`${1n << 128n}`).toString('hex')}`, 2)],
    ['no data', one(KEY)],
    ['an empty record', `a2 ${records('a0')} ${STREAM}`],
    ['no records', `a2 ${text('Records')} 80 ${STREAM}`],
    ['501 records', `a2 ${text('Records')} 9901f5 ${`a1${DATA}`.repeat(501)} ${STREAM}`],
    ['records that are no list', `a2 ${text('Records')} a0 ${STREAM}`],
    ['a list', `81 ${one(DATA)}`],
    ['a name that is none', `a2 ${records(`a1 ${DATA}`)} ${text('StreamName')} ${text('a b')}`],
    ['something behind the body', `${one(DATA)} 00`],
    ['a break too many', `${one(DATA)} ff`],
    ['no break', `bf ${records(`a1 ${DATA}`)} ${STREAM}`],
    ['a break in a counted map', `a3 ${records(`a1 ${DATA}`)} ${STREAM} ff`],
    ['fewer members than were counted', one(DATA, 2)],
    ['data that are cut off', one(DATA).slice(0, -STREAM.length).trimEnd().slice(0, -2)],
    ['nothing', ''],
    ['a length that is cut off', `a1 ${text('Records')} 99`],
  ])('%s', (_, hex) => {
    expect(scan(hex)).toBeUndefined();
  });

  test('of PutRecord: a number for ordering', () => {
    const hex = `a3 ${DATA} ${STREAM} ${text('SequenceNumberForOrdering').replace(/^../, '7819')} ${text('1')}`;
    expect(() => decodeCbor(putRecords.input, bytes(hex))).not.toThrow();
    expect(scanPutRecordCbor(bytes(hex))).toBeUndefined();
  });
});
