/**
 * How fast and how many at once a flow may send just now: pauses after failures, a rate after throttles, a single
 * probe while the endpoint is away and a ramp when it comes back. Decides; the publisher acts.
 */
import { AGENT_CIRCUIT_FAILURES } from '../model/limits.ts';
import type { Random } from '../runtime/random.ts';
import {
  type Backoff,
  backoffMs,
  degradedBackoffMs,
  type FailureAction,
  faster,
  slower,
  takeTokens,
  UNLIMITED_RATE,
  unreachableBackoffMs,
} from './delivery-policy.ts';
import { Meter } from './meter.ts';

export interface PaceOptions {
  readonly backoff: Backoff;
  readonly inFlightMax: number;
  readonly random: Random;
  readonly startMs: number;
}

/** How a flow is sending. */
export interface Sending {
  /** Until requests are made again; 0 when nothing holds them back. */
  readonly backoffMs: number;
  /** Records, over the last ten seconds. */
  readonly sentPerSecond: number;
  /** Wall time; undefined for credentials that do not run out. */
  readonly credentialsExpireMs: number | undefined;
}

export class Pace {
  readonly #options: PaceOptions;
  readonly #sent: Meter;
  #window: number;
  #failures = 0;
  #connectionFailures = 0;
  #pausedUntilMs = 0;
  #rate = UNLIMITED_RATE;
  #measuredSinceMs: number;
  #written = 0;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#window = options.inFlightMax;
    this.#measuredSinceMs = options.startMs;
    this.#sent = new Meter(options.startMs);
  }

  /** Requests that may be under way at once. */
  get window(): number {
    return this.#window;
  }

  /** True while the last requests did not even reach the endpoint. */
  get isUnreachable(): boolean {
    return this.#connectionFailures > 0;
  }

  /** Milliseconds of the pause that are left. */
  pauseMs(nowMs: number): number {
    return Math.max(0, this.#pausedUntilMs - nowMs);
  }

  /** Records written a second, of late. */
  sentPerSecond(nowMs: number): number {
    return this.#sent.perSecond(nowMs);
  }

  /** Records one request may carry: no more than the service takes in a second. */
  get recordsMax(): number {
    return Math.max(1, Math.floor(this.#rate.perSecond));
  }

  /** 0 when `records` may be sent now, and then they are charged; else how long to wait. */
  take(records: number, nowMs: number): number {
    const pause = this.pauseMs(nowMs);
    if (pause > 0) return pause;
    const { rate, waitMs } = takeTokens(this.#rate, records, nowMs);
    this.#rate = rate;
    return waitMs;
  }

  /** A request was answered: some records written, some failed, of these some for being too fast. */
  answered(counts: { written: number; failed: number; throttled: number }, nowMs: number): void {
    const { written, failed, throttled } = counts;
    this.#sent.add(written, nowMs);
    this.#measure(written, throttled / (written + failed), nowMs);
    this.#connectionFailures = 0;
    if (written > 0) this.#window = Math.min(this.#options.inFlightMax, this.#window * 2);
    if (failed === 0) {
      this.#failures /= 10;
      this.#pausedUntilMs = 0;
      return;
    }
    this.#failures += failed / (written + failed);
    this.#pause(backoffMs(this.#failures, this.#options.backoff, this.#fraction()), nowMs);
  }

  /** A request failed as a whole. `reached`: the service answered it. */
  failed(action: FailureAction, how: { reached: boolean; throttled: boolean }, nowMs: number): void {
    this.#failures++;
    if (how.throttled) this.#measure(0, 1, nowMs);
    if (!how.reached && ++this.#connectionFailures >= AGENT_CIRCUIT_FAILURES) this.#window = 1;
    const wait = action !== 'retry' ? degradedBackoffMs : how.reached ? backoffMs : unreachableBackoffMs;
    this.#pause(wait(this.#failures, this.#options.backoff, this.#fraction()), nowMs);
  }

  #pause(ms: number, nowMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + ms);
  }

  #fraction(): number {
    return this.#options.random.fraction();
  }

  /** Learns how fast the service takes records, over the time since the last throttle. */
  #measure(written: number, throttledShare: number, nowMs: number): void {
    this.#written += written;
    if (throttledShare === 0) {
      if (this.#rate.perSecond !== Number.POSITIVE_INFINITY) this.#rate = faster(this.#rate);
      return;
    }
    const seconds = Math.max(0.1, (nowMs - this.#measuredSinceMs) / 1_000);
    this.#rate = slower(this.#rate, this.#written / seconds, throttledShare);
    this.#measuredSinceMs = nowMs;
    this.#written = 0;
  }
}
