/** Every session in sessions/ goes as written, against the built program. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { difference, parseSession, playSession } from './session.ts';

const folder = join(import.meta.dirname, 'sessions');

describe('sessions', () => {
  test.each(readdirSync(folder))('%s', (name) => {
    expect(playSession(join(folder, name)).join('\n\n')).toBe('');
  });
});

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
