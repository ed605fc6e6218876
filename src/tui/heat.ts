/** When a shard counts as hot, and when no longer: a pure step, so that a figure at the border does not flicker. */
import type { Heat } from './figures.ts';

/** Of the limit: amber, red, and how far below either it must fall to leave. */
const WARM_SHARE = 0.8;
const HOT_SHARE = 0.95;
const LEAVE_SHARE = 0.1;
/** Observations in a row until amber. */
const WARM_TICKS = 3;

export interface HeatState {
  readonly heat: Heat;
  /** Observations in a row at or above the amber line. */
  readonly ticks: number;
}

export const COOL: HeatState = { heat: 'cool', ticks: 0 };

/** The state after one more observation: red at 95 % or when writes are refused, amber after three at 80 %. */
export function heatAfter(before: HeatState, share: number, isThrottled: boolean): HeatState {
  const ticks = share >= WARM_SHARE ? before.ticks + 1 : 0;
  const staysHot = before.heat === 'hot' && share >= HOT_SHARE - LEAVE_SHARE;
  if (share >= HOT_SHARE || isThrottled || staysHot) return { heat: 'hot', ticks };
  const staysWarm = before.heat !== 'cool' && share >= WARM_SHARE - LEAVE_SHARE;
  return { heat: ticks >= WARM_TICKS || staysWarm ? 'warm' : 'cool', ticks };
}
