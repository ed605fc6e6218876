/** Lines that people are told to repeat: the shell reads the same words, and they lead to the same server. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellLine, targetWords } from '../../../src/cli/shell-line.ts';

test('a shell reads the words of a line as they were', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', ' ', "'", '"', '$', '\\', '>', '*', '~', '{', 'é', '\n'),
    maxLength: 8,
  });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 5 }), (words) => {
      const script = `sluice() { printf '%s\\0' "$#" "$@"; }\n${shellLine(words)}`;
      const read = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0');
      expect(read.slice(0, -1)).toEqual([String(words.length), ...words]);
    }),
    { numRuns: 20 },
  );
});

test.each([
  ['put orders -f x', ''],
  ['--endpoint http://h:1 put orders', '--endpoint http://h:1'],
  ['put orders -C prod --region=eu-west-1 -f x', '-C prod --region=eu-west-1'],
  ['-Cprod put orders --profile ro', '-Cprod --profile ro'],
  ['consume orders -g g -- cat --endpoint x', ''],
])('of %j the server is said by %j', (typed, expected) => {
  expect(targetWords(typed.split(' ')).join(' ')).toBe(expected);
});
