/** Figures that go on when a flow is taken up by another configuration. Pure. */
import type { FlowStatus } from './flow-status.ts';

/** The flow as it is now, with its figures since the start of the program. */
export function withPast(flow: FlowStatus, past: FlowStatus | undefined): FlowStatus {
  if (past === undefined) return flow;
  return {
    ...flow,
    reading: {
      ...added(flow.reading, past.reading),
      unmatchedSample: flow.reading.unmatchedSample ?? past.reading.unmatchedSample,
    },
    delivery: added(flow.delivery, past.delivery),
    events: added(flow.events, past.events),
    putLatency: {
      ...added(flow.putLatency, past.putLatency),
      buckets: flow.putLatency.buckets.map((count, i) => count + past.putLatency.buckets[i]!),
    },
    lastSuccessMs: flow.lastSuccessMs ?? past.lastSuccessMs,
  };
}

/** Numbers added, everything else of the first. */
function added<T extends object>(now: T, past: T): T {
  const before = past as Readonly<Record<string, unknown>>;
  const sums = Object.entries(now).map(([name, value]) => {
    const other = before[name];
    return [name, typeof value === 'number' && typeof other === 'number' ? value + other : value];
  });
  return Object.fromEntries(sums) as T;
}
