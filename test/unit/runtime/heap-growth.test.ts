/** How large the space of young objects becomes in a process of its own, when many of them survive. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import { expect, test } from 'vitest';

const SOURCE = new URL('../../../src/runtime/heap-growth.ts', import.meta.url);
const { code } = transformSync(readFileSync(SOURCE, 'utf8'), { loader: 'ts' });
const MIB = 1_048_576;

/** MiB of it after 40 times 25,000 objects were alive at once. */
function youngMiB(prepare: string): number {
  const program = `
    ${code}
    ${prepare}
    for (let i = 0; i < 40; i++) {
      globalThis.kept = Array.from({ length: 25_000 }, (_, n) => ({ n, more: [n] }));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size);`;
  const flags = ['--max-semi-space-size=16', '--input-type=module', '-e', program];
  return Number(execFileSync(process.execPath, flags, { encoding: 'utf8' })) / MIB;
}

test('young objects of the daemon get half the space that V8 would give them, or less', () => {
  expect(youngMiB('')).toBe(32);
  expect(youngMiB('boundYoungSpace(process.versions.node, 1);')).toBeLessThanOrEqual(16);
});
