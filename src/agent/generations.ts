/** Generations of files side by side: which one a file belongs to, and which ones are no longer of interest. Pure. */
import { AGENT_GENERATIONS_MAX } from '../model/limits.ts';
import type { Tailer } from './tailer.ts';

/** Of several generations of one file the newest one has the first claim to it; what is gone has the last. */
export function byClaim(a: Tailer, b: Tailer): number {
  return Number(a.place === 'gone') - Number(b.place === 'gone') || b.generation - a.generation;
}

/**
 * Tailers of files that are gone and fully accounted for, seen last before `seenBeforeMs` or followed by many others
 * under their name. The others are kept: their files may come back, and a copy may turn up.
 */
export function expiredTailers(tailers: readonly Tailer[], seenBeforeMs: number): ReadonlySet<Tailer> {
  const gone = tailers.filter((tailer) => tailer.place === 'gone' && tailer.acks.isEmpty);
  const expired = new Set(gone.filter((tailer) => tailer.seenMs < seenBeforeMs));
  const perPath = new Map<string, number>();
  for (const tailer of gone.reverse()) {
    const count = (perPath.get(tailer.path) ?? 0) + 1;
    perPath.set(tailer.path, count);
    if (count > AGENT_GENERATIONS_MAX) expired.add(tailer);
  }
  return expired;
}
