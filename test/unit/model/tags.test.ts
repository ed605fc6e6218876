/** Tags: legal characters, the bound of fifty, the order of a list. Texts and order as mhart/kinesalite recorded them at AWS. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sortedTags, withoutTags, withTags } from '../../../src/model/tags.ts';

const SUBJECT = 'stream s under account 000000000000';
const INVALID =
  'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.';
const refused = (message: string) => expect.objectContaining({ code: 'InvalidArgumentException', message });

describe('characters', () => {
  test.each([';', '!', '*', '(', '#', '"', '\t', '\n', ',', '\u0000', '$', '~'])(
    '%j is no character of a tag',
    (sign) => {
      expect(() => withTags({}, { [`a${sign}`]: 'b' }, SUBJECT)).toThrow(refused(INVALID));
      expect(() => withTags({}, { a: `b${sign}` }, SUBJECT)).toThrow(refused(INVALID));
      expect(() => withoutTags({}, [`a${sign}`], SUBJECT)).toThrow(refused(INVALID));
    },
  );

  test('letters of any script, digits, the space and the signs named are', () => {
    const tags = { 'aZ0 _./=+-@:': 'ü', ÿ: '東京', a: '' };
    expect(withTags({}, tags, SUBJECT)).toEqual(tags);
  });

  test('a percent sign passes the first look and not the second', () => {
    const rest =
      ' because some tags contained illegal characters. The allowed characters are Unicode letters, white-spaces, ' +
      "'_',',','/','=','+','-','@'.";
    expect(() => withTags({}, { a: '%' }, SUBJECT)).toThrow(refused(`Failed to add tags to ${SUBJECT}${rest}`));
    expect(() => withoutTags({}, ['%'], SUBJECT)).toThrow(refused(`Failed to remove tags from ${SUBJECT}${rest}`));
  });

  test('keys of AWS itself are refused, values like them are not', () => {
    expect(() => withTags({}, { 'aws:x': '' }, SUBJECT)).toThrow(/aws:x begins with aws:/);
    expect(withTags({}, { a: 'aws:x' }, SUBJECT)).toEqual({ a: 'aws:x' });
  });
});

test('fifty tags are kept, overwriting included; a fifty-first is refused with the literal 10', () => {
  const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, '1']));
  expect(withTags(fifty, { k0: '2' }, SUBJECT)).toEqual({ ...fifty, k0: '2' });
  expect(() => withTags(fifty, { more: '1' }, SUBJECT)).toThrow(
    refused(
      `Failed to add tags to ${SUBJECT} because a given stream cannot have more than 10 tags associated with it.`,
    ),
  );
});

test('unknown keys are passed over when tags are removed', () => {
  expect(withoutTags({ a: '1', b: '2' }, ['b', 'c'], SUBJECT)).toEqual({ a: '1' });
});

test('a list is sorted by UTF-16 units', () => {
  const keys = ['ÿ', 'a', '_', 'Zb', '@', '=', '0', '/', '+', ' '];
  const tags = Object.fromEntries(keys.map((key) => [key, '']));
  expect(sortedTags(tags).map(([key]) => key)).toEqual([' ', '+', '/', '0', '=', '@', 'Zb', '_', 'a', 'ÿ']);
});

test('a key named like a member of every object is a key as any other', () => {
  const added = JSON.parse('{"__proto__": "x", "constructor": "y"}') as Record<string, string>;
  const tags = withTags({}, added, SUBJECT);
  expect(sortedTags(tags)).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
  expect(sortedTags(withoutTags(tags, ['a'], SUBJECT))).toHaveLength(2);
});

test('what was added is there, and removing it brings back what was before', () => {
  const key = fc.stringMatching(/^[a-z]{1,3}$/);
  const some = fc.dictionary(key, key, { maxKeys: 10 });
  fc.assert(
    fc.property(some, some, (before, added) => {
      const merged = withTags(before, added, SUBJECT);
      for (const [name, value] of Object.entries(added)) expect(merged[name]).toBe(value);
      const kept = Object.fromEntries(Object.entries(before).filter(([name]) => !(name in added)));
      expect(withoutTags(merged, Object.keys(added), SUBJECT)).toEqual(kept);
    }),
  );
});
