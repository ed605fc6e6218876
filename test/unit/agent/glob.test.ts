/** Globs of file names as Java reads them. Expected values: the documentation of FileSystem.getPathMatcher. */
import { expect, test } from 'vitest';
import { GlobError, globPattern } from '../../../src/agent/glob.ts';

test.each([
  ['*.java', 'A.java', true],
  ['*.java', 'A.javac', false],
  ['*.*', 'a.b', true],
  ['*.*', 'ab', false],
  ['*.{java,class}', 'A.class', true],
  ['*.{java,class}', 'A.jar', false],
  ['foo.?', 'foo.x', true],
  ['foo.?', 'foo.', false],
  ['app.log*', 'app.log', true],
  ['*', '.hidden', true],
  ['[a-c]x', 'bx', true],
  ['[!a-c]x', 'bx', false],
  ['[!a-c]x', 'dx', true],
  ['[*]', '*', true],
  ['[*]', 'a', false],
  ['[]a]x', ']x', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['a,b}', 'a,b}', true],
  ['a+(b)', 'a+(b)', true],
  ['é?', 'é😀', true],
])('%s and %s: %s', (glob, name, expected) => expect(globPattern(glob).test(name)).toBe(expected));

test.each([['[a'], ['{a'], ['a\\'], ['{a{b}}']])('%s is refused', (glob) =>
  expect(() => globPattern(glob)).toThrow(GlobError),
);
