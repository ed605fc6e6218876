/** When a replayed record is due: the rhythm in which records arrived, sped up, long silences shortened. Pure. */
import { usageError } from './cli-error.ts';

/** How much faster than it happened: 1 is the original rhythm, Infinity does not wait. */
export function parsePace(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  if (text === 'original') return 1;
  const match = /^(\d+(?:\.\d+)?)x$/.exec(text);
  const factor = Number(match?.[1] ?? 0);
  if (factor > 0) return factor;
  throw usageError(`"${text}" is no pace`, 'Write max, original, or a factor like 4x or 0.5x.');
}

export interface PaceState {
  /** Arrival of the record before. */
  readonly arrivalMs: number;
  /** When it was due, on the clock of the replay. */
  readonly dueMs: number;
}

/** When the next record is due. A silence of more than `maxGapMs` counts as that long. */
export function nextDue(
  before: PaceState,
  arrivalMs: number,
  pace: { readonly factor: number; readonly maxGapMs: number },
): PaceState {
  const gapMs = Math.min(pace.maxGapMs, Math.max(0, arrivalMs - before.arrivalMs));
  return { arrivalMs: Math.max(arrivalMs, before.arrivalMs), dueMs: before.dueMs + gapMs / pace.factor };
}
