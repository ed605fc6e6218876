/** Calls of the API by operation: how many, how they ended and how long they took. */
import type { Fault } from '../model/fault.ts';
import { LATENCY_BOUNDS_MS } from '../model/latency.ts';
import type { OperationMetrics } from '../model/metrics-frame.ts';
import type { Clock } from '../runtime/clock.ts';
import { Histogram } from '../runtime/histogram.ts';

/** Faults that tell a caller to come later. */
const THROTTLING: readonly string[] = [
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
  'ThrottlingException',
];

class OperationCounters {
  calls = 0;
  clientFaults = 0;
  throttled = 0;
  serverFaults = 0;
  readonly latency = new Histogram(LATENCY_BOUNDS_MS);
}

export class OperationMeter {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #operations = new Map<string, OperationCounters>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** When a call begins; to be handed to `ended`. */
  begin(): number {
    return this.#clock.monotonic();
  }

  /** A call of a declared operation was answered. */
  ended(operation: string, beganMs: number, fault: Fault | undefined): void {
    let counters = this.#operations.get(operation);
    if (counters === undefined) {
      counters = new OperationCounters();
      this.#operations.set(operation, counters);
    }
    counters.calls += 1;
    counters.latency.record(this.#clock.monotonic() - beganMs);
    if (fault === undefined) return;
    if (THROTTLING.includes(fault.code)) counters.throttled += 1;
    else if (fault.status >= 500) counters.serverFaults += 1;
    else counters.clientFaults += 1;
  }

  /** By operation. */
  members(): Readonly<Record<string, OperationMetrics>> {
    const members = [...this.#operations].map(([name, { calls, clientFaults, throttled, serverFaults, latency }]) => {
      return [name, { calls, clientFaults, throttled, serverFaults, latency: latency.counts() }] as const;
    });
    return Object.fromEntries(members);
  }
}
