/** What a flow and its files look like from outside: for the status command, the periodic line and metrics. */
import type { LatencyCounts } from '../model/latency.ts';
import type { Clock } from '../runtime/clock.ts';
import type { FlowConfig } from './config.ts';
import type { DeliveryCounters } from './delivery-counters.ts';
import type { EventCounts } from './event-counts.ts';
import type { FlowRunner } from './flow-runner.ts';
import type { Sending } from './pace.ts';
import type { ReaderCounters } from './reader-counters.ts';
import type { Tailer } from './tailer.ts';

export interface FileStatus {
  readonly path: string;
  readonly inode: string;
  readonly generation: number;
  /** 'gone': not there now. 'denied': may not be read. */
  readonly state: 'reading' | 'idle' | 'parked' | 'draining' | 'gone' | 'denied';
  readonly sizeBytes: number;
  readonly readBytes: number;
  readonly ackedBytes: number;
  readonly behindBytes: number;
  /** How long the oldest byte that is not delivered has been there, as far as this agent saw; undefined when none runs. */
  readonly lagMs: number | undefined;
  /** Everything that is there now is delivered. */
  readonly isDelivered: boolean;
  readonly error: string | undefined;
}

export interface FlowStatus extends Sending {
  readonly id: string;
  readonly files: readonly FileStatus[];
  readonly reading: ReaderCounters;
  readonly delivery: DeliveryCounters;
  readonly events: EventCounts;
  /** How long requests took. */
  readonly putLatency: LatencyCounts;
  /** How long the oldest record has waited to be sent; 0 when none waits. */
  readonly oldestUnsentMs: number;
  readonly behindBytes: number;
  readonly unackedBytes: number;
  readonly heldRecords: number;
  readonly requestsInFlight: number;
  readonly lastError: string | undefined;
  /** Wall time; undefined before the first success. */
  readonly lastSuccessMs: number | undefined;
  readonly openFiles: number;
  /** Bytes not yet delivered of files without a name, which are lost if the agent ends. */
  readonly deletedOpenBytes: number;
}

/** A flow as it is now. */
export function flowStatus(config: FlowConfig, flow: FlowRunner, clock: Clock): FlowStatus {
  const { publisher, tracker } = flow;
  const files = tracker.tailers.map((tailer) => fileStatus(tailer, clock.monotonic()));
  const unnamed = tracker.tailers.filter((tailer) => tailer.place === 'unnamed');
  return {
    id: config.id,
    files,
    reading: flow.totals.counters,
    delivery: { ...publisher.counters },
    events: flow.eventCounter.counts,
    putLatency: publisher.latency.counts(),
    oldestUnsentMs: clock.monotonic() - (publisher.oldestMs ?? clock.monotonic()),
    behindBytes: files.reduce((sum, file) => sum + file.behindBytes, 0),
    unackedBytes: publisher.heldBytes,
    heldRecords: publisher.heldRecords,
    requestsInFlight: publisher.inFlight,
    ...publisher.sending,
    lastError: publisher.lastError,
    lastSuccessMs: publisher.lastSuccessMs,
    openFiles: tracker.tailers.filter((tailer) => tailer.file !== undefined).length,
    deletedOpenBytes: unnamed.reduce((sum, tailer) => sum + Math.max(0, tailer.size - tailer.acked), 0),
  };
}

function fileStatus(tailer: Tailer, nowMs: number): FileStatus {
  const { path, generation, size, position, acked, deniedCode } = tailer;
  const isGone = tailer.place === 'gone';
  const behindBytes = isGone ? 0 : Math.max(0, size - acked);
  return {
    path,
    inode: tailer.identity.inode,
    generation,
    state: stateOf(tailer, nowMs),
    sizeBytes: size,
    readBytes: position,
    ackedBytes: acked,
    behindBytes,
    lagMs: isGone ? 0 : tailer.growth.lagMs(acked, nowMs),
    isDelivered: !isGone && behindBytes === 0,
    error: deniedCode,
  };
}

function stateOf(tailer: Tailer, nowMs: number): FileStatus['state'] {
  if (tailer.place === 'gone') return 'gone';
  if (tailer.deniedCode !== undefined) return 'denied';
  if (tailer.place === 'unnamed') return 'draining';
  if (tailer.file === undefined) return 'parked';
  return tailer.atEnd && nowMs - tailer.grewMs > 1_000 ? 'idle' : 'reading';
}
