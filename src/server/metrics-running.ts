/** Metrics of a daemon that runs: looks at the machine once a second, and makes frames when asked. */
import type { Catalog } from '../model/catalog.ts';
import type { DaemonMetrics } from '../model/metrics-frame.ts';
import type { Clock } from '../runtime/clock.ts';
import { RecentMax } from '../runtime/counters.ts';
import type { Logger } from '../runtime/logger.ts';
import { type DiskSpace, diskSpace, processFigures, watchLoopLag } from '../runtime/machine-figures.ts';
import type { MetricsSource } from './admin-metrics.ts';
import type { Metrics } from './metrics-counting.ts';
import { type FrameParts, frameOf } from './metrics-frames.ts';

/** What only the daemon knows. */
type DaemonFacts = Pick<
  DaemonMetrics,
  'version' | 'pid' | 'url' | 'durability' | 'limits' | 'health' | 'storedBytes' | 'connections'
> & { readonly dataDir?: string | undefined };

export interface RunningMetricsOptions {
  readonly metrics: Metrics;
  readonly catalog: () => Catalog;
  readonly daemon: () => DaemonFacts;
  readonly logs: () => FrameParts['logs'];
  /** The service's. */
  readonly clock: Pick<Clock, 'now'>;
  /** The machine's. */
  readonly machineClock: Clock;
  readonly logger: Logger;
}

const LOOK_MS = 1_000;
/** In looks. */
const DISK_LOOKS = 5;

export class RunningMetrics implements MetricsSource {
  readonly #options: RunningMetricsOptions;
  readonly #stop = new AbortController();
  readonly #loopLag = new RecentMax();
  #looking: Promise<void> | undefined;
  #space: DiskSpace | undefined;
  readonly clock: Clock;

  constructor(options: RunningMetricsOptions) {
    this.#options = options;
    this.clock = options.machineClock;
  }

  /** Begins to look, once the daemon can say how it is. */
  start(): void {
    this.#looking = this.#look();
  }

  frame() {
    const { metrics, catalog, clock, logs } = this.#options;
    return frameOf({ metrics, catalog: catalog(), daemon: this.#daemon(), logs: logs(), nowMs: clock.now() });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#looking;
  }

  #daemon() {
    const { version, pid, url, durability, limits, health, storedBytes, connections, dataDir } = this.#options.daemon();
    const space = this.#space && { diskFreeBytes: this.#space.freeBytes, diskTotalBytes: this.#space.totalBytes };
    return {
      ...{ version, pid, url, durability, limits, health, storedBytes, connections },
      ...(dataDir !== undefined && { dataDir }),
      ...space,
      ...processFigures(),
      loopLagMs: this.#loopLag.highest(this.clock.monotonic()) ?? 0,
    };
  }

  /** Never rejects: a daemon that cannot be watched still serves. */
  async #look(): Promise<void> {
    const { metrics, daemon, logger } = this.#options;
    const lag = watchLoopLag();
    try {
      for (let looks = 0; ; looks++) {
        const { dataDir, health } = daemon();
        metrics.look(health);
        this.#loopLag.see(lag.take(), this.clock.monotonic());
        if (dataDir !== undefined && looks % DISK_LOOKS === 0) this.#space = await diskSpace(dataDir);
        await this.clock.sleep(LOOK_MS, this.#stop.signal);
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) logger.log('error', 'Metrics stand still', { error: String(error) });
    } finally {
      lag.close();
    }
  }
}
