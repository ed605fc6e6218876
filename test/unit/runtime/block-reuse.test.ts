/** Whether memory that was freed is used again, by the page faults of a process of its own. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { reuseLargeBlocks } from '../../../src/runtime/block-reuse.ts';

const header = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
const isGlibc = header.header.glibcVersionRuntime !== undefined;

/** Page faults while 50 buffers of 1.4 MB are filled and freed, one after the other. */
function faults(prepare: string): number {
  const program = `
    ${prepare}
    const fill = () => { Buffer.allocUnsafeSlow(1_400_000).fill(1); gc(); };
    for (let i = 0; i < 5; i++) fill();
    const before = process.resourceUsage().minorPageFault;
    for (let i = 0; i < 50; i++) fill();
    console.log(process.resourceUsage().minorPageFault - before);`;
  const flags = ['--expose-gc', '-e', program];
  return Number(execFileSync(process.execPath, flags, { encoding: 'utf8' }));
}

describe('reuseLargeBlocks', () => {
  it.skipIf(!isGlibc)('lets buffers of an answer be filled with less than half the page faults', () => {
    expect(faults(`(${reuseLargeBlocks})();`)).toBeLessThan(faults('') / 2);
  });
});
