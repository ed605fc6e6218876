/** Small files written at once: with the folders above them, and without a word where there can be none. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readNow, writeNow } from '../../../src/runtime/small-files.ts';

test('the folders above are made, for their owner only', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-small-'));
  const path = join(folder, 'one', 'two', 'names.json');
  writeNow(path, 'first');
  writeNow(path, 'second');
  expect(readNow(path)).toBe('second');
  expect([path, join(folder, 'one')].map((at) => statSync(at).mode & 0o777)).toEqual([0o600, 0o700]);
  rmSync(folder, { recursive: true });
});

test.skipIf(!existsSync('/proc/self'))('where the system takes no folder it is over at once', () => {
  writeNow('/proc/nope/sluice/names.json', 'text');
  expect(readNow('/proc/nope/sluice/names.json')).toBeUndefined();
});
