/** Tags as people write them. */
import { expect, test } from 'vitest';
import { CliError } from '../../../src/cli/cli-error.ts';
import { parseTags } from '../../../src/cli/tags.ts';

test('the first = parts key and value; a value may be empty or hold another =', () => {
  expect(parseTags(['a=1', 'b=', 'c=x=y'])).toEqual({ a: '1', b: '', c: 'x=y' });
});

test('a key that objects know already is a key like any other', () => {
  expect(Object.keys(parseTags(['__proto__=1', 'constructor=2']))).toEqual(['__proto__', 'constructor']);
});

test.each(['a', '=1', ''])('"%s" is no tag', (text) => {
  expect(() => parseTags([text])).toThrow(CliError);
});
