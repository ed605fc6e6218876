/**
 * Keeps the disk from filling up: appends are refused where bounds are passed, and taken again once they hold.
 * A store whose files were deleted has failed.
 */
import type { Clock } from '../../runtime/clock.ts';
import type { Disk } from '../../runtime/disk.ts';
import type { Lane } from './lane.ts';
import type { SegmentWriter } from './segment-writer.ts';
import type { Segments } from './segments.ts';

export interface SpaceWatchOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly lane: Lane;
  readonly segments: Segments;
  readonly writer: SegmentWriter;
  readonly freeBytesMin: number;
  readonly bytesMax: number;
}

export interface Space {
  /** undefined: the disk does not say; writing will tell. */
  readonly free: number | undefined;
  readonly freeBytesMin: number;
  /** What the store takes. */
  readonly held: number;
  readonly bytesMax: number;
}

const LOOK_INTERVAL_MS = 5_000;

/** Why no appends are taken; undefined while there is room. */
function spaceRefusal({ free, freeBytesMin, held, bytesMax }: Space): string | undefined {
  if (free !== undefined && free < freeBytesMin) {
    return `the disk is nearly full: ${free} bytes are free, and ${freeBytesMin} are kept free`;
  }
  return held > bytesMax ? `the store holds ${held} bytes, and may hold ${bytesMax}` : undefined;
}

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

  async #look(): Promise<void> {
    const { disk, segments, lane, freeBytesMin, bytesMax } = this.#options;
    if (await this.#isDeleted()) return lane.fail('finding', new Error('it has been deleted'));
    const free = await disk.freeBytes(segments.lane).catch(() => undefined);
    const reason = spaceRefusal({ free, freeBytesMin, held: segments.bytes, bytesMax });
    if (reason === undefined) lane.takeWrites();
    else lane.refuseWrites(reason);
  }

  /** Writing to a deleted file and syncing it go well, and the records are lost. */
  async #isDeleted(): Promise<boolean> {
    const { disk, writer } = this.#options;
    const { path } = writer.segment;
    const isThere = await disk.stat(path).then(
      (found) => found !== undefined,
      () => true,
    );
    return !isThere && path === writer.segment.path;
  }
}
