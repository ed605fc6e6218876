/** Makes one stream's figures: its own flow, its shards', its readers', and the map of its key space. */
import type { ConsumerMetrics, ReaderMetrics, StreamMetrics } from '../model/metrics-frame.ts';
import type { ConsumerFigures, Heat, KeyFigures, ShardFigures, StreamFigures } from './figures.ts';
import { flowBetween, ShardMeter, type Span, throttledBetween } from './shard-meter.ts';
import { safeText } from './text.ts';
import { TimeSlots } from './time-slots.ts';

const HISTORY_SLOTS = 120;
const HISTORY_SLOT_MS = 5_000;
const MINUTE_SLOTS = 12;
/** Parts of the hash space in the map, and how many observations it goes back. */
const SPACE_PARTS = 160;
const SPACE_ROWS_MAX = 48;

/** A reader that has not asked for so long has stopped; most ask each second. */
const STOPPED_MS = 10_000;

const HEAT_ORDER: readonly Heat[] = ['cool', 'warm', 'hot'];

export class StreamMeter {
  readonly #id: string;
  readonly #in = new TimeSlots(HISTORY_SLOTS, HISTORY_SLOT_MS);
  readonly #out = new TimeSlots(HISTORY_SLOTS, HISTORY_SLOT_MS);
  readonly #throttled = new TimeSlots(MINUTE_SLOTS, HISTORY_SLOT_MS);
  #shards = new Map<string, ShardMeter>();
  #before: StreamMetrics | undefined;
  #keySpace: readonly (readonly number[])[] = [];
  #quietSinceMs: number | undefined;

  constructor(id: string) {
    this.#id = id;
  }

  /** The figures after one more observation. */
  take(now: StreamMetrics, span: Span): StreamFigures {
    const before = this.#before;
    const flow = flowBetween(before, now, span);
    this.#in.add(span.fromMs, span.toMs, before === undefined ? 0 : now.bytesIn - before.bytesIn);
    this.#out.add(span.fromMs, span.toMs, before === undefined ? 0 : now.bytesOut - before.bytesOut);
    this.#throttled.add(span.fromMs, span.toMs, throttledBetween(before, now));
    if (flow.recordsIn > 0) this.#quietSinceMs = undefined;
    else this.#quietSinceMs ??= span.toMs;
    const shards = this.#takeShards(now, span);
    this.#keySpace = [spaceMap(shards), ...this.#keySpace.slice(0, SPACE_ROWS_MAX - 1)];
    this.#before = now;
    const lags = shards.flatMap((shard) => (shard.lagMs === undefined ? [] : [shard.lagMs]));
    return {
      ...flow,
      id: this.#id,
      // Kinesis allows letters, digits and `_.-`; what a server sends beside them drives no terminal.
      name: safeText(now.name),
      status: now.status,
      isOnDemand: now.mode === 'ON_DEMAND',
      retentionHours: now.retentionHours,
      createdMs: now.createdMs,
      encryption: now.encryption,
      openShards: now.openShards,
      closedShards: now.closedShards,
      shards,
      consumers: consumersOf(now, before, span),
      keys: keysOf(now, shards),
      throttledPerMinute: Math.round(this.#throttled.total()),
      lagMs: lags.length === 0 ? undefined : Math.max(...lags),
      heat: shards.reduce<Heat>((most, { heat }) => hotter(most, heat), 'cool'),
      historyIn: this.#in.rates(),
      historyOut: this.#out.rates(),
      keySpace: this.#keySpace,
      idleMs: this.#quietSinceMs === undefined ? undefined : span.toMs - this.#quietSinceMs,
    };
  }

  /** Shards that have left take their history with them. */
  #takeShards(now: StreamMetrics, span: Span): readonly ShardFigures[] {
    const meters = new Map<string, ShardMeter>();
    const figures: ShardFigures[] = [];
    for (const [index, shard] of Object.entries(now.shards)) {
      const meter = this.#shards.get(index) ?? new ShardMeter(Number(index), shard, this.#before !== undefined);
      meters.set(index, meter);
      figures.push(meter.take(shard, span));
    }
    this.#shards = meters;
    return figures.sort((a, b) => a.index - b.index);
  }
}

function hotter(a: Heat, b: Heat): Heat {
  return HEAT_ORDER.indexOf(a) >= HEAT_ORDER.indexOf(b) ? a : b;
}

/** Load of even parts of the whole hash space: each shard's, spread over the parts its buckets cover. */
export function spaceMap(shards: readonly Pick<ShardFigures, 'isOpen' | 'from' | 'to' | 'buckets'>[]): number[] {
  const parts = new Array<number>(SPACE_PARTS).fill(0);
  for (const { isOpen, from, to, buckets } of shards) {
    if (!isOpen) continue;
    const [first, last] = [Math.floor(from * SPACE_PARTS), Math.ceil(to * SPACE_PARTS) - 1];
    if (first === last) {
      for (const load of buckets) parts[first]! += load;
      continue;
    }
    const width = (to - from) / buckets.length;
    for (const [i, load] of buckets.entries()) {
      if (load > 0) spreadLoad(parts, { from: from + i * width, to: from + (i + 1) * width, load });
    }
  }
  return parts;
}

function spreadLoad(parts: number[], { from, to, load }: { from: number; to: number; load: number }): void {
  const first = Math.min(parts.length - 1, Math.floor(from * parts.length));
  const last = Math.min(parts.length - 1, Math.max(first, Math.ceil(to * parts.length) - 1));
  for (let part = first; part <= last; part++) {
    const overlap = Math.min(to, (part + 1) / parts.length) - Math.max(from, part / parts.length);
    parts[part]! += load * Math.max(0, Math.min(1, overlap / (to - from)));
  }
}

function consumersOf(now: StreamMetrics, before: StreamMetrics | undefined, span: Span): readonly ConsumerFigures[] {
  const seconds = (span.toMs - span.fromMs) / 1_000;
  const rate = (after: number, earlier: number | undefined) =>
    earlier === undefined || seconds <= 0 ? 0 : Math.max(0, after - earlier) / seconds;
  const registered = Object.entries(now.consumers).map(([id, one]: [string, ConsumerMetrics]): ConsumerFigures => {
    const earlier = before?.consumers[id];
    return {
      id,
      name: safeText(one.name),
      type: 'efo',
      state: one.status,
      shards: one.subscriptions,
      lagMs: one.lagMs,
      bytesOut: rate(one.bytesOut, earlier?.bytesOut),
      recordsOut: rate(one.recordsOut, earlier?.recordsOut),
      reads: undefined,
      lastReadMs: undefined,
    };
  });
  const polling = Object.entries(now.readers).map(([id, one]: [string, ReaderMetrics]): ConsumerFigures => {
    const earlier = before?.readers[id];
    return {
      id: `reader-${id}`,
      name: safeText(`${programOf(one.agent)} ${one.address}`.trim()),
      type: 'poll',
      state: span.atMs - one.lastReadMs > STOPPED_MS ? 'STOPPED' : 'reading',
      shards: undefined,
      lagMs: one.lagMs,
      bytesOut: rate(one.bytesOut, earlier?.bytesOut),
      recordsOut: rate(one.recordsOut, earlier?.recordsOut),
      reads: rate(one.reads, earlier?.reads),
      lastReadMs: one.lastReadMs,
    };
  });
  return [...registered, ...polling];
}

/** `aws-sdk-js/3.1` of a long user agent; `sluice top` for the looks of this very screen. */
function programOf(agent: string): string {
  return /^sluice\/\S+ top$/.test(agent) ? 'sluice top' : agent.split(' ', 1)[0]!;
}

function keysOf(now: StreamMetrics, shards: readonly ShardFigures[]): readonly KeyFigures[] {
  const loads = new Map(shards.map((shard) => [shard.index, shard.buckets.reduce((sum, load) => sum + load, 0)]));
  return now.keys.map((hot) => {
    const load = loads.get(hot.shard) ?? 0;
    return { ...hot, name: safeText(hot.key), share: load > 0 ? Math.min(1, hot.bytes / load) : undefined };
  });
}
