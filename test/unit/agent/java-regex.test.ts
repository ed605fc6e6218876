/** Java patterns as JavaScript: the meanings that differ, and what is refused. Java's documentation says what is right. */
import { describe, expect, test } from 'vitest';
import { type MatchMode, translateJavaRegex } from '../../../src/agent/java-regex.ts';
import { JavaRegexError } from '../../../src/agent/java-regex-cursor.ts';

function groups(
  pattern: string,
  text: string,
  mode: MatchMode = 'matches',
): readonly (string | undefined)[] | undefined {
  const { regexp, groups: places } = translateJavaRegex(pattern, mode);
  const match = regexp.exec(text);
  return match === null ? undefined : places.map((place) => match[place]);
}

const matches = (pattern: string, text: string, mode: MatchMode = 'matches') =>
  groups(pattern, text, mode) !== undefined;

describe('what means something else in JavaScript', () => {
  test.each([
    ['. takes no carriage return', '.*', 'a\r', false],
    ['. takes no next-line character', '.*', 'a\u0085', false],
    ['(?s) lets . take everything', '(?s).*', 'a\r\n\u0085b', true],
    ['(?d) lets . take a carriage return', '(?d).*', 'a\r', true],
    ['$ stands before a last line end', 'a$\\n', 'a\n', true],
    ['\\z does not', 'a\\z\\n', 'a\n', false],
    ['\\s is ASCII', '\\s', '\u00a0', false],
    ['\\h knows the no-break space', '\\h', '\u00a0', true],
    ['\\d is ASCII', '\\d', '٣', false],
    ['\\R takes CR LF as one', 'a\\Rb', 'a\r\nb', true],
    ['(?i) covers ASCII letters', '(?i)straSSe', 'STRASSE', true],
    ['(?i) leaves other letters alone', '(?i)é', 'É', false],
    ['(?i) reaches ranges', '(?i)[a-f]+', 'CAFE', true],
    ['(?i:...) ends with its group', '(?i:a)b', 'AB', false],
    ['(?-i) turns it off', '(?i)a(?-i)b', 'AB', false],
    ['(?x) skips blanks and comments', '(?x) a # first\n b', 'ab', true],
    ['\\Q...\\E quotes', '\\Qa.b*\\E+', 'a.b**', true],
    ['POSIX names are ASCII', '\\p{Alpha}+', 'é', false],
    ['Unicode categories', '\\p{Lu}\\p{IsL}', 'Éa', true],
    ['Unicode scripts', '\\p{IsGreek}', 'λ', true],
    ['an intersection', '[a-z&&[^aeiou]]+', 'xyz', true],
    ['an intersection excludes', '[a-z&&[^aeiou]]+', 'xaz', false],
    ['a union of classes', '[[a-c][x-z]_]+', 'ax_', true],
    ['a possessive quantifier gives nothing back', 'a*+a', 'aaa', false],
    ['an atomic group neither', '(?>a|ab)c', 'abc', false],
    ['\\x{...} is one character', '\\x{1F600}', '😀', true],
    ['two \\u are one character', '\\uD83D\\uDE00', '😀', true],
    ['] first in a class is itself', '[]a]+', ']a', true],
    ['octal', '\\0101', 'A', true],
  ])('%s', (_, pattern, text, expected) => expect(matches(pattern, text)).toBe(expected));

  test('^ under (?m) stands after every line end but not at the end of the text', () => {
    expect(matches('(?m)a\\n^b', 'a\nb')).toBe(true);
    expect(matches('(?m)a\\n^', 'a\n')).toBe(false);
  });
});

test('groups keep Java’s numbers when an atomic group stands between them', () => {
  expect(groups('(a)(?>b+)(c)\\2', 'abbcc')).toEqual(['a', 'c']);
  expect(groups('(a++)(?<word>b)\\k<word>', 'aabb')).toEqual(['aa', 'b']);
});

test('an optional group that matched nothing holds the empty text', () => {
  expect(groups('(a*)?b', 'b')).toEqual(['']);
  expect(groups('(a)?b', 'b')).toEqual([undefined]);
});

test('lookingAt begins at the first character and may end anywhere', () => {
  expect(matches('b', 'abc', 'lookingAt')).toBe(false);
  expect(matches('a|ab', 'abc', 'lookingAt')).toBe(true);
});

describe('refused, with the construct by name', () => {
  test.each([
    ['\\G', /\\G/],
    ['\\X', /\\X/],
    ['\\N{DIGIT ONE}', /\\N/],
    ['\\p{javaLowerCase}', /\\p\{javaLowerCase\}/],
    ['\\p{InGreek}', /\\p\{InGreek\}/],
    ['(?u)a', /\(\?u\)/],
    ['(?i)\\p{Lower}', /\\p\{Lower\}/],
    ['(?i)(a)\\1', /back-reference/],
    ['(a)|b\\1', /back-reference/],
    ['(?<=(a))b', /\(\?<=/],
    ['((a)|b)*', /repeated group/],
    ['(a*)*', /nothing/],
    ['[^a&&b]', /&&/],
    ['a{,3}', /quantifier/],
    ['(a', /not closed/],
    ['a)', /has no/],
    ['[a', /not closed/],
    ['*a', /before \*/],
    ['[b-a]', /backwards/],
    ['\\2(a)', /not before/],
  ])('%s', (pattern, reason) => {
    expect(() => translateJavaRegex(pattern, 'matches')).toThrow(JavaRegexError);
    expect(() => translateJavaRegex(pattern, 'matches')).toThrow(reason);
  });
});

test('a pattern with a repetition inside a repetition is marked', () => {
  expect(translateJavaRegex('(\\S+)+', 'matches').timed).toBe('always');
  expect(translateJavaRegex('(\\S+) (\\S+)', 'matches').timed).toBe('long');
});
