/** When a producer may send: so many records or bytes a second, reached at once or along a ramp. Pure. */
import { SECOND_MS } from '../model/time.ts';

export interface Pace {
  readonly unit: 'records' | 'bytes';
  readonly perSecond: number;
  /** How long the rate grows from nothing, evenly. */
  readonly rampMs: number;
}

/** A request carries at most what is due in so long, so that a slow rate is a steady one. */
const REQUEST_MS = 100;

/** What one request may carry of the pace's unit: at least 1. */
export function requestShare({ perSecond }: Pace): number {
  return Math.max(1, Math.floor((perSecond * REQUEST_MS) / SECOND_MS));
}

/** Milliseconds after the start when `amount` may have been sent. */
export function dueMs(amount: number, { perSecond, rampMs }: Pace): number {
  const perMs = perSecond / SECOND_MS;
  const onRamp = (perMs * rampMs) / 2;
  if (amount <= onRamp) return Math.sqrt((2 * rampMs * amount) / perMs);
  return rampMs / 2 + amount / perMs;
}

export interface PaceState {
  /** When the start would have been, had the source never been slower than the pace. */
  readonly startMs: number;
  readonly sent: number;
}

/** The state at `nowMs`, before the next request: time in which nothing was sent is not made up for. */
export function caughtUp(state: PaceState, nowMs: number, pace: Pace): PaceState {
  const lateMs = nowMs - (state.startMs + dueMs(state.sent, pace));
  return lateMs <= REQUEST_MS ? state : { ...state, startMs: state.startMs + lateMs - REQUEST_MS };
}
