/**
 * The newest committed blocks, kept in memory so that readers at the end of a log do no I/O. Bounded in bytes; what
 * falls out is left to the garbage collector where readers may still hold it.
 */
import type { RecordBlock } from '../../model/record-batch.ts';
import { Arenas } from './arenas.ts';
import { type CommittedRuns, recordsOfRun } from './committed-runs.ts';
import { type RunHeader, readRunHeader } from './frame.ts';
import { lowest } from './shard-index.ts';

/** What one run costs beside the bytes of its block: a place in the list of its shard, which may have room to grow. */
const RUN_OVERHEAD_BYTES = 32;

/** Where the runs of one shard are that are in memory: the last of its log, without holes. HotView reads them. */
export class HotRuns {
  /**
   * The serial number of the block in the tail and the run's number therein, by turns. Small integers: the collector would
   * have to follow references from here to every new block.
   */
  #places: number[] = [];
  #head = 0;

  get count(): number {
    return (this.#places.length - this.#head) / 2;
  }

  serial(i: number): number {
    return this.#places[this.#head + i * 2]!;
  }

  number(i: number): number {
    return this.#places[this.#head + i * 2 + 1]!;
  }

  push(serial: number, number: number): void {
    this.#places.push(serial, number);
  }

  shift(): void {
    this.#head += 2;
    if (this.#head < 64 || this.#head * 2 < this.#places.length) return;
    this.#places = this.#places.slice(this.#head);
    this.#head = 0;
  }
}

/** The runs of one shard that are in memory, to read. */
export class HotView {
  readonly #tail: HotTail;
  readonly #runs: HotRuns;

  constructor(tail: HotTail, runs: HotRuns) {
    this.#tail = tail;
    this.#runs = runs;
  }

  /** Lowest offset in memory; Infinity when there is none. */
  get first(): number {
    return this.count > 0 ? this.#header(0).first : Number.POSITIVE_INFINITY;
  }

  /** Arrival of the oldest run in memory; Infinity when there is none. */
  get firstArrivalMs(): number {
    return this.count > 0 ? this.#header(0).arrivalMs : Number.POSITIVE_INFINITY;
  }

  get count(): number {
    return this.#runs.count;
  }

  run(i: number): RecordBlock {
    return recordsOfRun(this.#tail.block(this.#runs.serial(i)), this.#runs.number(i));
  }

  /** Number of the first run that ends above the offset. */
  at(offset: number): number {
    return lowest(this.count, (i) => {
      const { first, count } = this.#header(i);
      return first + count > offset;
    });
  }

  /** Number of the first run that arrived at or after the time. */
  since(arrivalMs: number): number {
    return lowest(this.count, (i) => this.#header(i).arrivalMs >= arrivalMs);
  }

  #header(i: number): RunHeader {
    return readRunHeader(this.#tail.block(this.#runs.serial(i)).view, this.#runs.number(i));
  }
}

/** Something with runs in memory: a shard. */
interface Holder {
  readonly hot: HotRuns;
}

interface HotBlock {
  readonly holders: readonly Holder[];
  readonly runs: CommittedRuns;
  readonly bytes: number;
}

export class HotTail {
  readonly #bytesMax: number;
  readonly #arenas = new Arenas();
  /** undefined below `#head`. */
  #blocks: (HotBlock | undefined)[] = [];
  #head = 0;
  /** Serial number of the first of `#blocks`. */
  #base = 0;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Memory for a block of exactly so many bytes, with arbitrary contents. */
  take(bytes: number): Uint8Array {
    return this.#arenas.take(bytes);
  }

  /** A reader is given a view of a block, and may hold that for as long as it likes. */
  lend(arena: Uint8Array): void {
    this.#arenas.lend(arena);
  }

  /** The serial number that the next block will have. */
  get next(): number {
    return this.#base + this.#blocks.length;
  }

  /** A block that is in memory. */
  block(serial: number): CommittedRuns {
    return this.#blocks[serial - this.#base]!.runs;
  }

  /** Takes in a block whose runs have just been pushed under the number `next`, one for each of `holders`. */
  add(holders: readonly Holder[], runs: CommittedRuns): void {
    const { arena, starts } = runs;
    const bytes = arena.buffer.byteLength + starts.byteLength + holders.length * RUN_OVERHEAD_BYTES;
    this.#blocks.push({ holders, runs, bytes });
    this.#bytes += bytes;
    while (this.#bytes > this.#bytesMax && this.#head < this.#blocks.length) this.#evict();
  }

  #evict(): void {
    const { holders, runs, bytes } = this.#blocks[this.#head]!;
    for (const { hot } of holders) hot.shift();
    this.#arenas.release(runs.arena);
    this.#bytes -= bytes;
    this.#blocks[this.#head++] = undefined;
    if (this.#head < 32 || this.#head * 2 < this.#blocks.length) return;
    this.#blocks = this.#blocks.slice(this.#head);
    this.#base += this.#head;
    this.#head = 0;
  }
}
