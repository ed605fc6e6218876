/**
 * The newest committed blocks, kept in memory so that readers at the end of a log do no I/O. Bounded in bytes; what
 * falls out is left to the garbage collector where readers may still hold it.
 */
import type { RecordBlock } from '../../model/record-batch.ts';
import type { Arenas } from './arenas.ts';
import { type CommittedRuns, recordsOfRun } from './committed-runs.ts';
import { type RunHeader, readRunHeader } from './frame.ts';
import { lowest } from './shard-index.ts';

/** What one run costs beside the bytes of its block: a place in the list of its shard, which may have room to grow. */
const RUN_OVERHEAD_BYTES = 32;

/** The runs of one shard that are in memory: the last of its log, without holes. */
export class HotRuns {
  /** The block of each, undefined below `#head`: a place would hold the whole block. */
  #blocks: (CommittedRuns | undefined)[] = [];
  /** Its number therein. */
  #numbers: number[] = [];
  #head = 0;

  /** Lowest offset in memory; Infinity when there is none. */
  get first(): number {
    return this.count > 0 ? this.#header(0).first : Number.POSITIVE_INFINITY;
  }

  /** Arrival of the oldest run in memory; Infinity when there is none. */
  get firstArrivalMs(): number {
    return this.count > 0 ? this.#header(0).arrivalMs : Number.POSITIVE_INFINITY;
  }

  get count(): number {
    return this.#blocks.length - this.#head;
  }

  run(i: number): RecordBlock {
    const at = this.#head + i;
    return recordsOfRun(this.#blocks[at]!, this.#numbers[at]!);
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

  push(block: CommittedRuns, number: number): void {
    this.#blocks.push(block);
    this.#numbers.push(number);
  }

  shift(): void {
    this.#blocks[this.#head++] = undefined;
    if (this.#head < 32 || this.#head * 2 < this.#blocks.length) return;
    this.#blocks = this.#blocks.slice(this.#head);
    this.#numbers = this.#numbers.slice(this.#head);
    this.#head = 0;
  }

  #header(i: number): RunHeader {
    const at = this.#head + i;
    return readRunHeader(this.#blocks[at]!.view, this.#numbers[at]!);
  }
}

/** Something with runs in memory: a shard. */
interface Holder {
  readonly hot: HotRuns;
}

interface HotBlock {
  readonly holders: readonly Holder[];
  readonly arena: Uint8Array;
  readonly bytes: number;
}

export class HotTail {
  readonly #bytesMax: number;
  readonly #arenas: Arenas;
  #blocks: HotBlock[] = [];
  #head = 0;
  #bytes = 0;

  constructor(bytesMax: number, arenas: Arenas) {
    this.#bytesMax = bytesMax;
    this.#arenas = arenas;
  }

  /** Takes in a block whose runs have just been pushed, one for each of `holders`. */
  add(holders: readonly Holder[], { arena, starts }: CommittedRuns): void {
    const bytes = arena.buffer.byteLength + starts.byteLength + holders.length * RUN_OVERHEAD_BYTES;
    const held = { holders, arena, bytes };
    this.#blocks.push(held);
    this.#bytes += held.bytes;
    while (this.#bytes > this.#bytesMax && this.#head < this.#blocks.length) this.#evict();
  }

  #evict(): void {
    const oldest = this.#blocks[this.#head]!;
    for (const { hot } of oldest.holders) hot.shift();
    this.#arenas.release(oldest.arena);
    this.#bytes -= oldest.bytes;
    this.#head++;
    if (this.#head < 32 || this.#head * 2 < this.#blocks.length) return;
    this.#blocks = this.#blocks.slice(this.#head);
    this.#head = 0;
  }
}
