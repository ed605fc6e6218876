/** JSON as text: what stands at a path is exactly what was written, and lines for people change no value. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePath, valueAt } from '../../../../src/cli/expression/path.ts';
import { prettyJson, textAt } from '../../../../src/cli/record/json-text.ts';

const at = (json: string, path: string) => textAt(json, parsePath(path));

describe('the text at a path', () => {
  test.each([
    ['{"a":{"b":12345678901234567890}}', '.a.b', '12345678901234567890'],
    ['{"a":1.10}', '.a', '1.10'],
    [' { "a" : [ 1 , {"b":"x,]}\\"" } ] } ', '.a[1].b', '"x,]}\\""'],
    ['{"a":[1,2,3]}', '.a[-1]', '3'],
    ['{"a":[1,2,3]}', '.a[3]', undefined],
    ['{"a":[1,2,3]}', '.a[-4]', undefined],
    ['{"a":1,"a":2}', '.a', '2'],
    ['{"\\u0061":1}', '.a', '1'],
    ['{"odd name":{"x":null}}', '.["odd name"].x', 'null'],
    ['{"a":"\\\\"}', '.a', '"\\\\"'],
    ['[{"b":1}]', '.[0].b', '1'],
    ['"text"', '.', '"text"'],
    ['"text"', '.a', undefined],
    ['{}', '.a', undefined],
    ['{"__proto__":7}', '.__proto__', '7'],
    ['{"a":{}}', '.a.constructor', undefined],
  ])('%s at %s', (json, path, text) => expect(at(json, path)).toBe(text));

  test('is what the parsed value holds there', () => {
    const value = fc.jsonValue();
    fc.assert(
      fc.property(value, value, fc.string(), fc.string(), (inner, other, name, otherName) => {
        fc.pre(name !== otherName);
        const json = JSON.stringify([other, { [otherName]: other, [name]: inner, z: [inner] }], null, 1);
        const text = textAt(json, [1, name]);
        expect(JSON.parse(text!)).toEqual(JSON.parse(JSON.stringify(valueAt(JSON.parse(json), [1, name]))));
      }),
    );
  });
});

test('lines for people mean the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.stringify(value);
      expect(prettyJson(json)).toBe(JSON.stringify(JSON.parse(json), null, 2));
      expect(prettyJson(JSON.stringify(value, null, 3))).toBe(prettyJson(json));
    }),
  );
  expect(prettyJson('{"n":12345678901234567890}')).toBe('{\n  "n": 12345678901234567890\n}');
});
