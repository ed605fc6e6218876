/**
 * How the faults are run: short in `npm test`, long in `npm run test:faults`, each from a seed that is printed, so that
 * SLUICE_FAULT_SEED repeats what was chosen by chance.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type Random, seededRandom } from '../../src/runtime/random.ts';

/** Whether `npm run test:faults` asks for all of it. */
export const isLong = process.env['SLUICE_FAULTS'] === 'long';

/** Chance from a printed seed. */
export function printedRandom(what: string): Random {
  const seed = Number(process.env['SLUICE_FAULT_SEED'] ?? Date.now() % 1_000_000_007);
  process.stdout.write(`${what}: SLUICE_FAULT_SEED=${seed}\n`);
  return seededRandom(seed);
}

/** One line about how it went, for docs/reliability.md. */
export function report(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Where files cost no disk; undefined where there is no such place. */
export const memoryFolder = existsSync('/dev/shm') ? '/dev/shm' : undefined;

/** A folder that goes with the test file, and with it what was mounted there. */
export function privateFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'sluice-faults-'));
  afterAll(() => {
    const mounts = process.platform === 'linux' ? readFileSync('/proc/mounts', 'utf8') : '';
    for (const line of mounts.split('\n')) {
      const place = line.split(' ')[1] ?? '';
      if (place.startsWith(`${folder}/`)) spawnSync('umount', ['-l', place]);
    }
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Why a test that needs these commands (and root) cannot run here; printed, undefined where it can. */
export function missing(
  what: string,
  needs: { readonly root?: boolean; readonly commands: readonly string[] },
): string | undefined {
  const absent = needs.commands.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
  const isRoot = process.getuid?.() === 0;
  const reason =
    process.platform !== 'linux'
      ? 'it needs Linux'
      : absent.length > 0
        ? `${absent.join(', ')} not found`
        : needs.root === true && !isRoot
          ? 'it needs root'
          : undefined;
  if (reason !== undefined) process.stdout.write(`skipped: ${what}: ${reason}\n`);
  return reason;
}

/** Rests for a real while: other processes cannot be told to hurry. */
export function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
