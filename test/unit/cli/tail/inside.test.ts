/** A place inside an aggregate. */
import { describe, expect, test } from 'vitest';
import { parseDecoding } from '../../../../src/cli/record/decode.ts';
import { decodeBehind, placeInside } from '../../../../src/cli/tail/inside.ts';
import type { ConsumedRecord } from '../../../../src/client/shard-reader.ts';
import { aggregate } from '../../../../src/wire/kpl.ts';

const record = (sequenceNumber: string, data: Uint8Array): ConsumedRecord => ({
  ...{ sequenceNumber, partitionKey: 'a', data, arrivalMs: 0 },
});
const packed = aggregate(['x', 'y', 'z'].map((text) => ({ partitionKey: text, data: Buffer.from(text) })));
const behind = (sub: number, sequenceNumber: string, data: Uint8Array) => {
  const decode = decodeBehind(parseDecoding('auto'), { sequenceNumber: '495', subSequence: sub });
  return [decode(record(sequenceNumber, data), undefined)].flat().map((one) => Buffer.from(one.data).toString());
};

describe('after:<sequence number>.<sub>', () => {
  test('is a place like no other', () => {
    expect(placeInside('after:495.2')).toEqual({ sequenceNumber: '495', subSequence: 2 });
    for (const from of ['after:495', 'seq:495.2', '1.5', undefined]) expect(placeInside(from)).toBeUndefined();
  });

  test('leaves what comes behind it in the aggregate, and all of other records', () => {
    expect(behind(0, '495', packed)).toEqual(['y', 'z']);
    expect(behind(2, '495', packed)).toEqual([]);
    expect(behind(2, '496', packed)).toEqual(['x', 'y', 'z']);
  });

  test('is behind a record that is no aggregate', () => {
    expect(behind(0, '495', Buffer.from('plain'))).toEqual([]);
    expect(behind(0, '496', Buffer.from('plain'))).toEqual(['plain']);
  });
});
