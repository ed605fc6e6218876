/** Test projects: what each holds and how long one test may take. */
import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], testTimeout = 10_000) => ({
  test: { name, include, testTimeout, hookTimeout: 30_000, environment: 'node' as const },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/unit/**/*.test.{ts,tsx}', 'test/contract/**/*.test.ts', 'test/tidy.test.ts']),
      project('conformance', ['test/conformance/**/*.test.ts'], 30_000),
      project('simulation', ['test/simulation/**/*.test.ts'], 120_000),
      project('cli', ['test/cli/**/*.test.ts', 'test/faults/**/*.test.ts'], 60_000),
      project('interop', ['test/interop/**/*.test.ts'], 300_000),
    ],
  },
});
