/**
 * How long a fuzz test runs and with which seed: SLUICE_FUZZ_SECONDS (5 unless given, a minute in CI) and SLUICE_FUZZ_SEED.
 * What must hold whatever is sent: nothing fails inside the daemon, it goes on answering, and it does not grow.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';
import { type Daemon, type DaemonOptions, startDaemon } from '../../src/index.ts';
import type { Logger } from '../../src/runtime/logger.ts';
import { type Random, seededRandom } from '../../src/runtime/random.ts';

export const SECONDS = Number(process.env['SLUICE_FUZZ_SECONDS'] ?? 5);
export const SEED = Number(process.env['SLUICE_FUZZ_SEED'] ?? Date.now() % 1_000_000_000);
/** What caches, pools and compiled code may add over a run. */
const GROWTH_BYTES_MAX = 200_000_000;
const QUIET_MS = 10_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

export interface FuzzRun {
  readonly random: Random;
  readonly daemon: Daemon;
  /** False once the time is up. */
  readonly goesOn: () => boolean;
}

/** Starts a daemon, lets `attack` have it until the time is up, then looks at what is left of it. */
export async function fuzz(options: DaemonOptions, attack: (run: FuzzRun) => Promise<void>): Promise<void> {
  console.log(`SLUICE_FUZZ_SEED=${SEED} SLUICE_FUZZ_SECONDS=${SECONDS}`);
  const failures: unknown[] = [];
  const logger: Logger = {
    log: (level, message, fields) => {
      if (level === 'error') failures.push({ message, ...fields });
    },
  };
  const daemon = await startDaemon({
    memory: true,
    port: 0,
    tls: 'own',
    shardLimit: 64,
    logger,
    ...options,
  });
  try {
    collectGarbage();
    const before = memoryUsed();
    const end = performance.now() + SECONDS * 1_000;
    await attack({ random: seededRandom(SEED), daemon, goesOn: () => performance.now() < end });
    expect(failures).toEqual([]);
    expect(await health(daemon)).toMatchObject({ state: 'ok' });
    await untilQuiet(daemon);
    collectGarbage();
    expect(memoryUsed() - before).toBeLessThan(GROWTH_BYTES_MAX + daemon.status().storedBytes * 4);
  } finally {
    await daemon.close({ drainMs: 0 });
  }
}

function memoryUsed(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function health(daemon: Daemon): Promise<unknown> {
  return (await fetch(`${daemon.url}/_sluice/health`, { headers: { connection: 'close' } })).json();
}

/** Connections that clients left must not stay. One is the answer's own. */
async function untilQuiet(daemon: Daemon): Promise<void> {
  const end = performance.now() + QUIET_MS;
  while (daemon.status().connections > 1 && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(daemon.status().connections).toBeLessThanOrEqual(1);
}

/** A whole number in [0, n). */
export function below(random: Random, n: number): number {
  return Math.floor(random.fraction() * n);
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[below(random, list.length)]!;
}

/** True once in so many times. */
export function oneIn(random: Random, times: number): boolean {
  return below(random, times) === 0;
}

/** The bytes with some of them changed, cut out, doubled or put in. */
export function damaged(random: Random, bytes: Uint8Array): Uint8Array {
  let result = Buffer.from(bytes);
  for (let i = below(random, 4); i >= 0; i--) {
    const at = below(random, result.length + 1);
    const [head, tail] = [result.subarray(0, at), result.subarray(at)];
    switch (below(random, 4)) {
      case 0:
        result = Buffer.concat([head, random.bytes(1 + below(random, 8)), tail]);
        break;
      case 1:
        result = Buffer.concat([head, tail.subarray(below(random, 16))]);
        break;
      case 2:
        result = Buffer.concat([head, tail.subarray(0, 64), tail]);
        break;
      default:
        if (at < result.length) result[at] = below(random, 256);
    }
  }
  return result;
}
