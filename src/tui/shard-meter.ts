/** Makes one shard's figures from its counters: rates of two observations, a minute's history, heat. */
import {
  SHARD_READ_BYTES_PER_SECOND,
  SHARD_READS_PER_SECOND,
  SHARD_WRITE_BYTES_PER_SECOND,
  SHARD_WRITE_RECORDS_PER_SECOND,
} from '../model/limits.ts';
import type { FlowCounts, ShardMetrics } from '../model/metrics-frame.ts';
import { shardId } from '../model/shard.ts';
import type { EpochMs } from '../model/time.ts';
import type { Flow, ShardFigures } from './figures.ts';
import { shortShard } from './format.ts';
import { spaceShare } from './hash-key.ts';
import { COOL, type HeatState, heatAfter } from './heat.ts';
import { TimeSlots } from './time-slots.ts';

/** The sparkline's columns, together a minute. */
const MINUTE_SLOTS = 16;
const MINUTE_SLOT_MS = 3_750;

/** The time between two observations, by a clock that never steps. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  /** The server's wall time at the end of it. */
  readonly atMs: EpochMs;
}

export const NOTHING_YET: FlowCounts = {
  recordsIn: 0,
  bytesIn: 0,
  throttledRecords: 0,
  reads: 0,
  throttledReads: 0,
  recordsOut: 0,
  bytesOut: 0,
};
const NO_FLOW: Flow = { bytesIn: 0, recordsIn: 0, bytesOut: 0, recordsOut: 0, reads: 0 };

/** Per second between two readings of the counters; nothing without a first one, or when they went back. */
export function flowBetween(before: FlowCounts | undefined, after: FlowCounts, span: Span): Flow {
  const seconds = (span.toMs - span.fromMs) / 1_000;
  if (before === undefined || seconds <= 0) return NO_FLOW;
  const rate = (name: keyof FlowCounts) => Math.max(0, after[name] - before[name]) / seconds;
  return {
    bytesIn: rate('bytesIn'),
    recordsIn: rate('recordsIn'),
    bytesOut: rate('bytesOut'),
    recordsOut: rate('recordsOut'),
    reads: rate('reads'),
  };
}

/** What was refused between two readings, writes and reads. */
export function throttledBetween(before: FlowCounts | undefined, after: FlowCounts): number {
  if (before === undefined) return 0;
  return (
    Math.max(0, after.throttledRecords - before.throttledRecords) +
    Math.max(0, after.throttledReads - before.throttledReads)
  );
}

export class ShardMeter {
  readonly #bytes = new TimeSlots(MINUTE_SLOTS, MINUTE_SLOT_MS);
  readonly #throttled = new TimeSlots(MINUTE_SLOTS, MINUTE_SLOT_MS);
  readonly #index: number;
  readonly #place: Pick<ShardFigures, 'id' | 'name' | 'start' | 'end' | 'from' | 'to'>;
  #before: FlowCounts | undefined;
  #heat: HeatState = COOL;
  #heatedAtMs: number | undefined;

  /** `isNew`: it opened since the last observation, so its counters began at 0 then. */
  constructor(index: number, range: Pick<ShardMetrics, 'start' | 'end'>, isNew: boolean) {
    this.#index = index;
    if (isNew) this.#before = NOTHING_YET;
    const [start, end] = [BigInt(range.start), BigInt(range.end)];
    const id = shardId(index);
    this.#place = { id, name: shortShard(id), start, end, from: spaceShare(start), to: spaceShare(end + 1n) };
  }

  /** The figures after one more reading of the counters. */
  take(now: ShardMetrics, span: Span): ShardFigures {
    const flow = flowBetween(this.#before, now, span);
    const throttled = throttledBetween(this.#before, now);
    this.#bytes.add(span.fromMs, span.toMs, this.#before === undefined ? 0 : now.bytesIn - this.#before.bytesIn);
    this.#throttled.add(span.fromMs, span.toMs, throttled);
    const shares = sharesOf(flow);
    const refused = this.#before === undefined ? 0 : now.throttledRecords - this.#before.throttledRecords;
    // Reads that were refused are no reason to split: there is a reader too many, perhaps this one.
    this.#heat = heatAfter(this.#heat, shares.writeShare, refused > 0);
    if (this.#heat.heat === 'cool' || now.state !== 'open') this.#heatedAtMs = undefined;
    else this.#heatedAtMs ??= span.toMs;
    this.#before = now;
    const { id, name, start, end, from, to } = this.#place;
    // Written out: spreading objects of this size costs tens of microseconds, and there are thousands of shards.
    return {
      id,
      name,
      start,
      end,
      from,
      to,
      bytesIn: flow.bytesIn,
      recordsIn: flow.recordsIn,
      bytesOut: flow.bytesOut,
      recordsOut: flow.recordsOut,
      reads: flow.reads,
      writeShare: shares.writeShare,
      readShare: shares.readShare,
      binding: shares.binding,
      index: this.#index,
      isOpen: now.state === 'open',
      parents: now.parents,
      heat: now.state === 'open' ? this.#heat.heat : 'cool',
      heatMs: this.#heatedAtMs === undefined ? 0 : span.toMs - this.#heatedAtMs,
      throttledPerMinute: Math.round(this.#throttled.total()),
      lagMs: now.lagMs,
      minute: this.#bytes.rates(),
      openedMs: now.openedMs,
      closedMs: now.closedMs,
      firstMs: now.firstMs,
      lastMs: now.lastMs,
      storedBytes: now.storedBytes,
      storedRecords: now.storedRecords,
      buckets: now.heat ?? [],
    };
  }
}

function sharesOf(flow: Flow): Pick<ShardFigures, 'writeShare' | 'readShare' | 'binding'> {
  const shares = {
    b: flow.bytesIn / SHARD_WRITE_BYTES_PER_SECOND,
    r: flow.recordsIn / SHARD_WRITE_RECORDS_PER_SECOND,
    g: flow.reads / SHARD_READS_PER_SECOND,
    o: flow.bytesOut / SHARD_READ_BYTES_PER_SECOND,
  };
  const binding = (['b', 'r', 'g', 'o'] as const).reduce((most, one) => (shares[one] > shares[most] ? one : most));
  return { writeShare: Math.max(shares.b, shares.r), readShare: Math.max(shares.g, shares.o), binding };
}
