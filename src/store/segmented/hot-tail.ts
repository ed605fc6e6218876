/**
 * The newest committed blocks, kept in memory so that readers at the end of a log do no I/O. Bounded in bytes; what
 * falls out is left to the garbage collector where readers may still hold it.
 */
import type { RecordBlock } from '../../model/record-batch.ts';
import type { Arenas } from './arenas.ts';
import { lowest } from './shard-index.ts';

/** What one run costs beside its bytes: a few small objects. */
const RUN_OVERHEAD_BYTES = 300;

/** The runs of one shard that are in memory: the last of its log, without holes. */
export class HotRuns {
  /** undefined below `#head`: a run would hold the whole block it came in. */
  #runs: (RecordBlock | undefined)[] = [];
  #head = 0;

  /** Lowest offset in memory; Infinity when there is none. */
  get first(): number {
    return this.#runs[this.#head]?.first ?? Number.POSITIVE_INFINITY;
  }

  /** Arrival of the oldest run in memory; Infinity when there is none. */
  get firstArrivalMs(): number {
    return this.#runs[this.#head]?.arrivalMs ?? Number.POSITIVE_INFINITY;
  }

  get count(): number {
    return this.#runs.length - this.#head;
  }

  run(i: number): RecordBlock {
    return this.#runs[this.#head + i]!;
  }

  /** Number of the first run that ends above the offset. */
  at(offset: number): number {
    return lowest(this.count, (i) => this.run(i).next > offset);
  }

  /** Number of the first run that arrived at or after the time. */
  since(arrivalMs: number): number {
    return lowest(this.count, (i) => this.run(i).arrivalMs >= arrivalMs);
  }

  push(run: RecordBlock): void {
    this.#runs.push(run);
  }

  shift(): void {
    this.#runs[this.#head++] = undefined;
    if (this.#head < 32 || this.#head * 2 < this.#runs.length) return;
    this.#runs = this.#runs.slice(this.#head);
    this.#head = 0;
  }
}

interface HotBlock {
  readonly holders: readonly HotRuns[];
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

  /** Takes in a block whose runs, views of `arena`, have just been pushed onto `holders`. */
  add(holders: readonly HotRuns[], arena: Uint8Array): void {
    const held = { holders, arena, bytes: arena.buffer.byteLength + holders.length * RUN_OVERHEAD_BYTES };
    this.#blocks.push(held);
    this.#bytes += held.bytes;
    while (this.#bytes > this.#bytesMax && this.#head < this.#blocks.length) this.#evict();
  }

  #evict(): void {
    const oldest = this.#blocks[this.#head]!;
    for (const runs of oldest.holders) runs.shift();
    this.#arenas.release(oldest.arena);
    this.#bytes -= oldest.bytes;
    this.#head++;
    if (this.#head < 32 || this.#head * 2 < this.#blocks.length) return;
    this.#blocks = this.#blocks.slice(this.#head);
    this.#head = 0;
  }
}
