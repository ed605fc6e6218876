/** A service whose metrics are counted, on a clock that moves by hand, and the frame of its moment. */
import type { MetricsFrame, ShardMetrics, StreamMetrics } from '../../../src/model/metrics-frame.ts';
import { Metrics } from '../../../src/server/metrics-counting.ts';
import { type DaemonFigures, frameOf } from '../../../src/server/metrics-frames.ts';
import { memoryJournal } from '../../../src/service/journal.ts';
import { SimClock } from '../../simulation/sim-clock.ts';
import { openWorld, type World, type WorldOptions } from '../service/world.ts';

export interface CountedWorld extends World {
  readonly metrics: Metrics;
  /** As it comes out of the wire. */
  readonly frame: () => MetricsFrame;
  /** The only stream there is. */
  readonly stream: () => StreamMetrics;
  readonly shard: (index: number) => ShardMetrics;
}

export const daemon: DaemonFigures = {
  ...{ version: '1.2.3', pid: 7, url: 'http://127.0.0.1:4567', durability: 'memory', limits: 'off' },
  ...{ health: { state: 'ok' }, storedBytes: 100, connections: 2, rssBytes: 1, heapBytes: 1, cpuMs: 1_500 },
  loopLagMs: 3,
};

export async function openCounted(options: WorldOptions = {}): Promise<CountedWorld> {
  const clock = new SimClock();
  const journal = memoryJournal();
  const metrics = new Metrics({ clock, catalog: () => journal.catalog });
  const world = await openWorld({ ...options, clock, journal, events: metrics.events });
  const frame = () => {
    const { catalog } = journal;
    const made = frameOf({ metrics, catalog, daemon, logs: world.store.figures(), nowMs: clock.now() });
    return JSON.parse(JSON.stringify(made)) as MetricsFrame;
  };
  const stream = () => Object.values(frame().streams)[0]!;
  return { ...world, metrics, frame, stream, shard: (index) => stream().shards[String(index)]! };
}
