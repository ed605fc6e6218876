/**
 * What one segment holds of each shard: offsets and bytes, in columns, so that a thousand segments of a thousand
 * shards stay small. Tells how much of the segment is still alive.
 */
export interface TableRow {
  readonly shard: number;
  readonly first: number;
  readonly next: number;
  /** Of the block that these records take. */
  readonly bytes: number;
}

/** Whether and from where a shard is still alive: undefined once it is gone, else its horizon. */
export type HorizonOf = (shard: number) => number | undefined;

const COLUMNS = 4;

export class SegmentTable {
  /** Rows of shard, first, next, bytes. */
  #cells = new Float64Array(0);
  #count = 0;
  /** Row by shard, while rows still change. */
  #rows: Map<number, number> | undefined = new Map();

  get count(): number {
    return this.#count;
  }

  /** Adds a run to its shard's row. */
  add(run: TableRow): void {
    let row = this.#rows?.get(run.shard);
    if (row === undefined) {
      row = this.#count++;
      this.#rows?.set(run.shard, row);
      if (this.#count * COLUMNS > this.#cells.length) this.#resize(Math.max(8, this.#count * 2));
      this.#cells.set([run.shard, run.first, run.next, 0], row * COLUMNS);
    }
    this.#cells[row * COLUMNS + 2] = run.next;
    this.#cells[row * COLUMNS + 3]! += run.bytes;
  }

  /** Takes the rows of a sealed segment, one for each shard: none changes any more. */
  load(rows: readonly TableRow[]): void {
    this.#rows = undefined;
    this.#count = rows.length;
    this.#cells = new Float64Array(rows.length * COLUMNS);
    let at = 0;
    for (const { shard, first, next, bytes } of rows) {
      this.#cells[at] = shard;
      this.#cells[at + 1] = first;
      this.#cells[at + 2] = next;
      this.#cells[at + 3] = bytes;
      at += COLUMNS;
    }
  }

  /** The segment is sealed: no row changes any more. */
  freeze(): void {
    this.#rows = undefined;
    this.#resize(this.#count);
  }

  row(i: number): TableRow {
    const at = i * COLUMNS;
    const cells = this.#cells;
    return { shard: cells[at]!, first: cells[at + 1]!, next: cells[at + 2]!, bytes: cells[at + 3]! };
  }

  /** Bytes of all records, dead or alive. */
  get bytes(): number {
    let bytes = 0;
    for (let i = 0; i < this.#count; i++) bytes += this.#cells[i * COLUMNS + 3]!;
    return bytes;
  }

  /** Bytes still alive; a shard trimmed in the middle counts in proportion to its offsets. */
  aliveBytes(horizonOf: HorizonOf): number {
    let alive = 0;
    for (let i = 0; i < this.#count; i++) {
      const { shard, first, next, bytes } = this.row(i);
      const horizon = horizonOf(shard);
      if (horizon === undefined || horizon >= next) continue;
      alive += (bytes * (next - Math.max(first, horizon))) / (next - first);
    }
    return alive;
  }

  #resize(rows: number): void {
    const cells = new Float64Array(rows * COLUMNS);
    cells.set(this.#cells.subarray(0, this.#count * COLUMNS));
    this.#cells = cells;
  }
}
