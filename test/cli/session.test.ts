/** How sessions are read and compared; sessions-1 to sessions-4 play them. */
import { expect, test } from 'vitest';
import { difference, parseSession } from './session.ts';

test('a session is read as commands with what they print', () => {
  expect(parseSession('# a remark\n$ a\nx\n! y\n[exit 2]\n\n$ b\n')).toEqual([
    { command: 'a', expected: ['x', '! y', '[exit 2]'] },
    { command: 'b', expected: [] },
  ]);
});

test('wildcards stand for text and for lines, and nothing else does', () => {
  expect(difference(['a {*} c', '{...}', 'z'], ['a b c', 'x', 'y', 'z'])).toBeUndefined();
  expect(difference(['{...}', 'z'], ['z'])).toBeUndefined();
  expect(difference(['a.c'], ['abc'])).toContain('but got');
  expect(difference([], ['a'])).toContain('but got');
  expect(difference(['a'], [])).toContain('but got');
});
