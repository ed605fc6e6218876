/** How many records are due by when: a steady rate, or stages of it with bursts. Pure. */
import { MINUTE_MS, SECOND_MS } from '../../model/time.ts';

export interface Stage {
  /** Records a second outside of bursts; Infinity: as fast as they are taken. */
  readonly rate: number;
  readonly ms: number;
  /** How many times the rate a burst has, for BURST_MS of each BURST_EVERY_MS; 1: none. */
  readonly burst: number;
}

const BURST_MS = SECOND_MS;
const BURST_EVERY_MS = 5 * SECOND_MS;

/** Records due `ms` after the start of the first stage. */
export function dueBy(stages: readonly Stage[], ms: number): number {
  let due = 0;
  let left = ms;
  for (const { rate, ms: length, burst } of stages) {
    const spent = Math.min(left, length);
    if (spent <= 0) break;
    due += rate === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : (rate * weighted(spent, burst)) / SECOND_MS;
    left -= spent;
  }
  return due;
}

/** Time, in which that of bursts counts `burst` times: they come at the end of each period. */
function weighted(ms: number, burst: number): number {
  const whole = Math.floor(ms / BURST_EVERY_MS);
  const rest = ms - whole * BURST_EVERY_MS;
  const inBurst = whole * BURST_MS + Math.max(0, rest - (BURST_EVERY_MS - BURST_MS));
  return ms + inBurst * (burst - 1);
}

/** How long all stages take. */
export function lengthOf(stages: readonly Stage[]): number {
  return stages.reduce((sum, { ms }) => sum + ms, 0);
}

/** The most records due in any second. */
export function peakRate(stages: readonly Stage[]): number {
  return Math.max(...stages.map(({ rate, burst }) => rate * burst));
}

/** An ordinary day of a news site, then an event: each half the time, with bursts of three times the rate. */
export function newsroom(ms: number = MINUTE_MS): readonly Stage[] {
  return [
    { rate: 4_000, ms: ms / 2, burst: 3 },
    { rate: 10_000, ms: ms / 2, burst: 3 },
  ];
}
