/** Latencies as counts in fixed buckets, and the quantiles of what happened between two such counts. Pure. */

/** Upper bounds in milliseconds, each inclusive; a last bucket holds what is above all of them. */
export const LATENCY_BOUNDS_MS: readonly number[] = [
  0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 75, 100, 200, 500, 1_000, 2_500, 5_000,
  10_000,
];

/** Since the start, so two of them differ by what lies between. */
export interface LatencyCounts {
  readonly count: number;
  readonly sumMs: number;
  /** Not cumulative: each holds what lies above the bound before and not above its own; one more than there are bounds. */
  readonly buckets: readonly number[];
}

/** Nothing yet. */
export const noLatency: LatencyCounts = { count: 0, sumMs: 0, buckets: LATENCY_BOUNDS_MS.map(() => 0).concat(0) };

/**
 * The latency in milliseconds that a share `q` (0 to 1) of what came after `before` did not exceed, interpolated within
 * its bucket as Prometheus does; the highest bound when it is above that. undefined when nothing came.
 */
export function latencyQuantile(
  q: number,
  after: LatencyCounts,
  before: LatencyCounts = noLatency,
): number | undefined {
  const counts = after.buckets.map((count, i) => count - (before.buckets[i] ?? 0));
  const rank = q * counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (const [i, count] of counts.entries()) {
    if (count === 0 || below + count < rank) {
      below += count;
      continue;
    }
    const low = i === 0 ? 0 : LATENCY_BOUNDS_MS[i - 1]!;
    const high = LATENCY_BOUNDS_MS[i] ?? low;
    return low + ((high - low) * (rank - below)) / count;
  }
  return undefined;
}
