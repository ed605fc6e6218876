/** When a replayed record is due: the rhythm in which records arrived, sped up, long silences shortened; or a rate. Pure. */
import { usageError } from '../cli-error.ts';
import { parseRate, type Rate } from '../values.ts';

/** `factor` is how much faster than it happened: 1 is the original rhythm. */
export type Pace =
  | { readonly kind: 'max' }
  | { readonly kind: 'factor'; readonly factor: number; readonly maxGapMs: number }
  | { readonly kind: 'rate'; readonly rate: Rate };

/** After a stall of the destination, a rate makes up for no more than this. */
const CATCH_UP_MS = 1_000;

/** `original`, `4x`, `max`, `500/s` or `2MB/s`. */
export function parsePace(text: string, maxGapMs: number): Pace {
  if (text === 'max') return { kind: 'max' };
  if (text === 'original') return { kind: 'factor', factor: 1, maxGapMs };
  const factor = Number(/^(\d+(?:\.\d+)?)x$/.exec(text)?.[1] ?? 0);
  if (factor > 0) return { kind: 'factor', factor, maxGapMs };
  if (/^\d.*\/s$|^\d+(\.\d+)?([kmg]i?)?b$|^[1-9]\d*$/i.test(text)) return { kind: 'rate', rate: parseRate(text) };
  throw usageError(
    `"${text}" is no pace`,
    'Write original, max, a factor like 4x or 0.5x, or a rate like 500/s or 2MB/s.',
  );
}

export interface PaceState {
  /** Arrival of the record before. */
  readonly arrivalMs: number;
  /** When it was due, on the clock of the replay. */
  readonly dueMs: number;
  /** What was left out of silences so far, and of how many. */
  readonly shortenedMs: number;
  readonly shortened: number;
}

/** What pacing looks at in a record. */
export interface Paced {
  readonly arrivalMs: number;
  readonly bytes: number;
}

/** Due at once. */
export function firstDue(record: Paced, nowMs: number): PaceState {
  return { arrivalMs: record.arrivalMs, dueMs: nowMs, shortenedMs: 0, shortened: 0 };
}

/** When the next record is due. A silence of more than `maxGapMs` counts as that long. */
export function nextDue(before: PaceState, record: Paced, pace: Pace, nowMs: number): PaceState {
  const { shortenedMs, shortened } = before;
  const arrivalMs = Math.max(record.arrivalMs, before.arrivalMs);
  switch (pace.kind) {
    case 'max':
      return { ...before, arrivalMs };
    case 'rate': {
      const { unit, perSecond } = pace.rate;
      const stepMs = ((unit === 'bytes' ? record.bytes : 1) * 1_000) / perSecond;
      return { ...before, arrivalMs, dueMs: Math.max(before.dueMs + stepMs, nowMs - CATCH_UP_MS) };
    }
    case 'factor': {
      const gapMs = arrivalMs - before.arrivalMs;
      const overMs = Math.max(0, gapMs - pace.maxGapMs);
      return {
        arrivalMs,
        dueMs: before.dueMs + (gapMs - overMs) / pace.factor,
        shortenedMs: shortenedMs + overMs,
        shortened: shortened + (overMs > 0 ? 1 : 0),
      };
    }
  }
}
