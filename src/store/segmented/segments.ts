/** The segments of the lane by id, and what they take on disk. */
import type { Disk } from '../../runtime/disk.ts';
import { indexPath, segmentPath } from './layout.ts';
import { OpenFiles, Segment } from './segment.ts';
import type { SegmentHeader } from './segment-header.ts';

export class Segments {
  readonly lane: string;
  readonly #files: OpenFiles;
  readonly #all = new Map<number, Segment>();

  constructor(disk: Disk, lane: string) {
    this.lane = lane;
    this.#files = new OpenFiles(disk);
  }

  /** A segment object for a file of the lane; not yet one of `all`. */
  describe({ id, generation, createdMs, keyId }: Omit<SegmentHeader, 'minor' | 'uuid'>): Segment {
    const path = segmentPath(this.lane, id);
    return new Segment({ name: { id, generation }, path, createdMs, keyId, files: this.#files });
  }

  /** For the file that will take a segment's place. */
  describeAgain({ name, createdMs, keyId }: Segment): Segment {
    return this.describe({ id: name.id, generation: name.generation + 1, createdMs, keyId });
  }

  /** Adds a segment, or replaces the one with its id. */
  put(segment: Segment): void {
    this.#all.set(segment.name.id, segment);
  }

  get(id: number): Segment | undefined {
    return this.#all.get(id);
  }

  delete(id: number): void {
    this.#all.delete(id);
  }

  /** In the order of the lane. */
  all(): Segment[] {
    return [...this.#all.values()].sort((a, b) => a.name.id - b.name.id);
  }

  indexPathOf(segment: Segment): string {
    return indexPath(this.lane, segment.name.id);
  }

  /** Bytes on disk. */
  get bytes(): number {
    let bytes = 0;
    for (const segment of this.#all.values()) bytes += segment.readable + segment.indexBytes;
    return bytes;
  }

  async close(): Promise<void> {
    for (const segment of this.#all.values()) await segment.retire();
  }
}
