/** Keeps the disk from filling up: appends are refused below a bound of free bytes, and taken again above it. */
import type { Clock } from '../../runtime/clock.ts';
import type { Disk } from '../../runtime/disk.ts';
import type { Lane } from './lane.ts';

export interface SpaceWatchOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly lane: Lane;
  readonly directory: string;
  readonly freeBytesMin: number;
}

const LOOK_INTERVAL_MS = 5_000;

export class SpaceWatch {
  readonly #options: SpaceWatchOptions;
  readonly #stop = new AbortController();
  readonly #watching: Promise<void>;

  constructor(options: SpaceWatchOptions) {
    this.#options = options;
    this.#watching = this.#watch();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { clock } = this.#options;
    try {
      for (;;) {
        await this.#look();
        await clock.sleep(LOOK_INTERVAL_MS, this.#stop.signal);
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }

  /** A disk that does not say how much is free is taken as it is: writing will tell. */
  async #look(): Promise<void> {
    const { disk, directory, freeBytesMin, lane } = this.#options;
    const free = await disk.freeBytes(directory).catch(() => freeBytesMin);
    if (free < freeBytesMin) lane.refuseWrites(`only ${free} bytes are free, ${freeBytesMin} are kept free`);
    else lane.takeWrites();
  }
}
