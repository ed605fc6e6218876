/** The example of twelve daily tasks: every one that this version has works as it is written there. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const script = join(import.meta.dirname, '../../examples/twelve-tasks.mjs');

test('twelve daily tasks', { timeout: 300_000 }, () => {
  const { stdout, stderr, status } = spawnSync('timeout', ['-s', 'KILL', '290', process.execPath, script], {
    encoding: 'utf8',
  });
  expect(stdout.split('\n').filter((line) => /FAILS|^\d+ of/.test(line))).toEqual([
    expect.stringMatching(/^\d+ of 12 work as written/),
  ]);
  expect([status, stderr]).toEqual([0, '']);
});
