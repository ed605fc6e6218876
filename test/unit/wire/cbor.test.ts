/** CBOR of the forms that the Java SDKs write (RFC 8949 for the bytes), and what we write. */
import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../../src/model/fault.ts';
import { decodeCbor, encodeCbor } from '../../../src/wire/cbor.ts';
import { isOneCborItem } from '../../../src/wire/cbor-bounds.ts';
import { blob, boolean, integer, list, long, map, string, structure, timestamp } from '../../../src/wire/shape.ts';

const members = {
  Text: string(),
  Number: integer(),
  Long: long(),
  Flag: boolean(),
  Bytes: blob(),
  At: timestamp(),
  Items: list(structure('Item', { Name: string(), Bytes: blob() })),
  Tags: map(string(), string()),
};
const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const key = (name: string) => (0x60 + name.length).toString(16) + Buffer.from(name).toString('hex');

describe('decoding', () => {
  test('indefinite maps, lists, texts and byte strings', () => {
    const items = `9f bf ${key('Name')} 7f 6161 6162 ff ${key('Bytes')} 5f 4101 4102 ff ff ff`;
    expect(decodeCbor(members, bytes(`bf ${key('Items')} ${items} ff`))).toEqual({
      Items: [{ Name: 'ab', Bytes: Buffer.of(1, 2) }],
    });
  });

  test.each([
    ['tag 1 and an integer, as Java writes it', 'c1 1b 0000018bcfe568ff', 1_700_000_000_255],
    ['an integer without a tag', '1b 0000018bcfe568ff', 1_700_000_000_255],
    ['tag 1 and a double', 'c1 fb 4278bcfe568ff000', 1_700_000_000_255],
  ])('a timestamp is milliseconds: %s', (_, hex, epochMs) => {
    expect(decodeCbor(members, bytes(`a1 ${key('At')} ${hex}`))).toEqual({ At: epochMs });
  });

  test('tagged seconds are seconds', () => {
    const body = bytes(`a1 ${key('At')} c1 fb 41d954fc4010624e`);
    expect(decodeCbor(members, body, 'taggedSeconds')).toEqual({ At: 1_700_000_000_256 });
  });

  test('a blob in base64 is refused: it must be a byte string', () => {
    expect(() => decodeCbor(members, bytes(`a1 ${key('Bytes')} 6441513d3d`))).toThrow(
      'class java.lang.String can not be converted to a Blob',
    );
  });

  test('bytes where text is wanted are refused', () => {
    expect(() => decodeCbor(members, bytes(`a1 ${key('Text')} 4101`))).toThrow(Fault);
  });

  test('a number that is none is refused', () => {
    expect(() => decodeCbor(members, bytes(`a1 ${key('Number')} f97e00`))).toThrow(Fault);
    expect(() => decodeCbor(members, bytes(`a1 ${key('At')} f97e00`))).toThrow(Fault);
  });

  test('a __proto__ member does no harm', () => {
    expect(decodeCbor(members, bytes(`a1 ${key('__proto__')} a1 ${key('Text')} 6161`))).toEqual({});
  });

  test('what is no map of CBOR is refused without a text', () => {
    for (const hex of [
      '',
      '80',
      '4101',
      'f6',
      'bf',
      '9b0000ffffffffffff',
      '9a01ffffff'.repeat(50),
      'a000',
      '81'.repeat(200_000),
    ]) {
      expect(() => decodeCbor(members, bytes(hex))).toThrow(expect.objectContaining({ message: '' }));
    }
  });

  test('random bytes never throw anything but a fault', () => {
    const body = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(body, (given) => {
        try {
          decodeCbor(members, given);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
    );
  });
});

describe('the bounds of an item', () => {
  test('whatever the encoder writes is one item, and no part of it is', () => {
    fc.assert(
      fc.property(
        fc.object({ maxDepth: 4, values: [fc.string(), fc.integer(), fc.double(), fc.uint8Array()] }),
        (value) => {
          const whole = cbor.serialize(value);
          expect(isOneCborItem(whole)).toBe(true);
          expect(isOneCborItem(whole.subarray(0, -1))).toBe(false);
          expect(isOneCborItem(Uint8Array.of(...whole, 0))).toBe(false);
        },
      ),
    );
  });

  test('an indefinite string of strings of another kind is malformed', () => {
    expect(isOneCborItem(bytes('7f6161ff'))).toBe(true);
    expect(isOneCborItem(bytes('7f4161ff'))).toBe(false);
    expect(isOneCborItem(bytes('7f7f6161ffff'))).toBe(false);
    expect(isOneCborItem(bytes('bf6161ff'))).toBe(false);
  });
});

describe('encoding', () => {
  test('integers stay integers and timestamps are untagged whole milliseconds', () => {
    const encoded = encodeCbor(members, { At: 1_700_000_000_255, Long: 3, Text: undefined });
    expect(Buffer.from(encoded).toString('hex')).toBe(
      bytes(`a2 ${key('Long')} 03 ${key('At')} 1b 0000018bcfe568ff`).toString('hex'),
    );
  });

  test('what is encoded decodes to itself, in both kinds of timestamps', () => {
    const value = fc.record(
      {
        Text: fc.string(),
        Number: fc.integer(),
        Long: fc.maxSafeNat(),
        Flag: fc.boolean(),
        Bytes: fc.uint8Array().map((given) => Buffer.from(given)),
        At: fc.integer({ min: 0, max: 4_102_444_800_000 }),
        Items: fc.array(fc.record({ Name: fc.string() })),
        Tags: fc.dictionary(
          fc.string().filter((name) => name !== '__proto__'),
          fc.string(),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(value, fc.constantFrom('milliseconds' as const, 'taggedSeconds' as const), (given, timestamps) => {
        const encoded = encodeCbor(members, given, timestamps);
        expect(decodeCbor(members, encoded, timestamps)).toEqual(given);
      }),
    );
  });
});

test.each([
  ['a number', 'a1006162'],
  ['a number of eight bytes', 'a11bce51a2b3c4d5e6f400'],
  ['bytes', 'a1416100'],
  ['a list', 'a18000'],
  ['a number, in a map without a length', 'bf0000ff'],
])('a map whose key is %s is no map', (_, hex) => {
  expect(() => decodeCbor({}, Buffer.from(hex, 'hex'))).toThrow(Fault);
});
