/** Short names of commands. */
import { expect, test } from 'vitest';
import { inFull } from '../../../src/cli/aliases.ts';

test.each([
  ['stream ls -l', 'stream list -l'],
  ['-C prod stream rm orders', '-C prod stream delete orders'],
  ['put stream ls', 'put stream ls'],
  ['stream describe ls', 'stream describe ls'],
  ['stream', 'stream'],
  ['help stream ls', 'help stream ls'],
])('%s is %s', (typed, full) => {
  expect(inFull(typed.split(' ')).join(' ')).toBe(full);
});
