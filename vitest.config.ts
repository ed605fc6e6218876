/** Test projects: what each holds and how long one test may take. */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const UNIT_POOL = { isolate: false, pool: 'threads' as const };

// What a run of the tests holds against a landing is the same each time; other seeds are for the loops run by hand.
const SEEDED = { setupFiles: ['./test/property-seed.ts'] };

const project = (name: string, include: string[], testTimeout = 30_000) => ({
  // Files of the unit project share a thread and its modules: they leave nothing behind, and start in half the time.
  test: {
    ...{ name, include, testTimeout, hookTimeout: 30_000 },
    ...(name === 'unit' && UNIT_POOL),
    ...(['unit', 'simulation'].includes(name) && SEEDED),
  },
});

export default defineConfig({
  test: {
    // Most of a test in a terminal is waiting: more of them at once than there are cores.
    maxWorkers: Math.max(4, availableParallelism()),
    projects: [
      project('unit', ['test/unit/**/*.test.{ts,tsx}', 'test/contract/**/*.test.ts', 'test/tidy.test.ts']),
      project('conformance', ['test/conformance/**/*.test.ts']),
      project('simulation', ['test/simulation/**/*.test.ts'], 120_000),
      project('cli', ['test/cli/**/*.test.ts', 'test/faults/**/*.test.ts'], 60_000),
      project('fuzz', ['test/fuzz/**/*.test.ts'], 120_000),
      project('interop', ['test/interop/**/*.test.ts'], 300_000),
    ],
  },
});
