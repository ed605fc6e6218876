/** Coercion of parsed JSON: every text stands in the service's public test suite (mhart/kinesalite, test/helpers.js). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../../src/model/fault.ts';
import { coerceJson, encodeJson } from '../../../src/wire/json.ts';
import { blob, boolean, integer, list, long, map, string, structure, timestamp } from '../../../src/wire/shape.ts';

const members = {
  Text: string(),
  Number: integer(),
  Long: long(),
  Flag: boolean(),
  Bytes: blob(),
  At: timestamp(),
  Items: list(structure('Item', { Name: string() })),
  Names: list(string()),
  Tags: map(string(), string()),
  Inner: structure('Inner', { Name: string(), Bytes: blob() }),
};
const NUMBER = 'class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to';
const LIST = 'Start of list found where not expected';
const MAP = 'Start of structure or map found where not expected.';

function refusal(name: string, value: unknown): string {
  try {
    coerceJson(members, { [name]: value });
  } catch (error) {
    expect(error).toBeInstanceOf(Fault);
    expect((error as Fault).code).toBe('SerializationException');
    return (error as Fault).message;
  }
  throw new Error(`${name} took ${JSON.stringify(value)}`);
}

describe('a value of the wrong kind is refused in the words of the service', () => {
  test.each([
    ['Text', true, 'class java.lang.Boolean can not be converted to an String'],
    ['Text', 34.56, `${NUMBER} an String`],
    ['Text', [], LIST],
    ['Text', {}, MAP],
    ['Number', '23', 'class java.lang.String can not be converted to an Integer'],
    ['Number', true, 'class java.lang.Boolean can not be converted to an Integer'],
    ['Number', [], LIST],
    ['Long', '23', 'class java.lang.String can not be converted to an Long'],
    ['Flag', 'hellowtf', "'HELLOWTF' can not be converted to an Boolean"],
    ['Flag', 23, `${NUMBER} an Boolean`],
    ['Bytes', true, 'class java.lang.Boolean can not be converted to a Blob'],
    ['Bytes', 23, `${NUMBER} a Blob`],
    [
      'Bytes',
      '23456',
      "'23456' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 5",
    ],
    ['Bytes', '=+/=', "'=+/=' can not be converted to a Blob: Invalid Base64 character: '='"],
    ['Bytes', 'a_bc', "'a_bc' can not be converted to a Blob: Invalid Base64 character: '_'"],
    ['Bytes', '+/+=', "'+/+=' can not be converted to a Blob: Invalid last non-pad Base64 character dectected"],
    ['Bytes', {}, MAP],
    ['At', '2016', 'class java.lang.String can not be converted to milliseconds since epoch'],
    ['At', true, 'class java.lang.Boolean can not be converted to milliseconds since epoch'],
    ['Items', '23', 'Expected list or null'],
    ['Items', {}, MAP],
    ['Items', ['23'], 'Expected null'],
    ['Items', [[]], LIST],
    ['Items', [{ Name: 1 }], `${NUMBER} an String`],
    ['Tags', 34.56, 'Expected map or null'],
    ['Tags', [], LIST],
    ['Tags', { a: true }, 'class java.lang.Boolean can not be converted to an String'],
    ['Inner', '23', 'Expected null'],
    ['Inner', [], LIST],
  ])('%s: %j', (name, value, message) => {
    expect(refusal(name, value)).toBe(message);
  });
});

describe('a value of the right kind', () => {
  test('null is absent and an unknown member is ignored', () => {
    expect(coerceJson(members, { Text: null, Other: 1, Tags: { a: null, b: 'c' } })).toEqual({ Tags: { b: 'c' } });
  });

  test('integers are floored and clamped to 32 bits; longs are not clamped', () => {
    expect(coerceJson(members, { Number: 1.9, Long: 2 ** 40 })).toEqual({ Number: 1, Long: 2 ** 40 });
    expect(coerceJson(members, { Number: 1e300 })).toEqual({ Number: 2_147_483_647 });
    expect(coerceJson(members, { Number: -1.5 })).toEqual({ Number: -2 });
  });

  test('a timestamp in seconds becomes whole milliseconds, and none is beyond the calendar', () => {
    expect(coerceJson(members, { At: 1459799926.48 })).toEqual({ At: 1_459_799_926_480 });
    expect(coerceJson(members, { At: JSON.parse('1e999') })).toEqual({ At: 8_640_000_000_000_000 });
  });

  test('a null in a list is kept as undefined, for the check to refuse', () => {
    expect(coerceJson(members, { Names: ['a', null] })).toEqual({ Names: ['a', undefined] });
  });

  test('a __proto__ member does no harm', () => {
    const parsed = JSON.parse('{"__proto__":{"Text":"a"},"Inner":{"__proto__":{"Name":"b"}},"Tags":{"__proto__":"c"}}');
    const value = coerceJson(members, parsed);
    expect(value['Text']).toBeUndefined();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value['Tags'] as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['Text']).toBeUndefined();
  });
});

describe('encoding', () => {
  test('members come in declared order, undefined ones not at all, instants with up to three decimals', () => {
    const value = { Inner: { Bytes: Uint8Array.of(1, 2) }, Text: 'a', Flag: undefined, At: 1_545_084_650_987, X: 1 };
    expect(new TextDecoder().decode(encodeJson(members, value))).toBe(
      '{"Text":"a","At":1545084650.987,"Inner":{"Bytes":"AQI="}}',
    );
  });

  test('what is encoded decodes to itself', () => {
    const value = fc.record(
      {
        Text: fc.string({ unit: 'binary' }),
        Number: fc.integer(),
        Flag: fc.boolean(),
        Bytes: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        At: fc.integer({ min: 0, max: 4_102_444_800_000 }),
        Items: fc.array(fc.record({ Name: fc.string() })),
        Tags: fc.dictionary(fc.string(), fc.string()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(value, (given) => {
        const text = new TextDecoder().decode(encodeJson(members, given));
        expect(coerceJson(members, JSON.parse(text))).toEqual(given);
      }),
    );
  });
});
