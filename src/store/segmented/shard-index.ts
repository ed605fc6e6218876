/**
 * Where the records of one shard lie: an entry for the first run in a segment, then one for so many bytes of the shard's own
 * or of the segment, 24 bytes each in typed arrays. Between two entries the blocks are walked. Were there an entry for each
 * run, a thousand shards would fill the memory with them.
 */
import { INDEX_OWN_BYTES, INDEX_REACH_BYTES } from '../../model/limits.ts';

export interface IndexEntry {
  readonly first: number;
  readonly arrivalMs: number;
  readonly segment: number;
  /** Of the block that holds the run. */
  readonly position: number;
}

/** A run and what it takes in its block. */
export interface IndexedRun extends IndexEntry {
  readonly bytes: number;
}

/** Entries of one shard and segment in columns, in order. */
export interface Entries {
  readonly count: number;
  first(i: number): number;
  arrivalMs(i: number): number;
  position(i: number): number;
}

/** An entry as a reader uses it. */
export interface Window extends IndexEntry {
  /** No block that starts here or later belongs to the entry. */
  readonly until: number;
  /** The first offset of the next entry; undefined at the last. */
  readonly nextFirst: number | undefined;
}

export class ShardIndex {
  #count = 0;
  /** Of the shard's own since the last entry. */
  #bytes = 0;
  /** Up to where in which segment the last entry reaches: asked for with every run. */
  #segment = -1;
  #reach = 0;
  #firsts = new Float64Array(0);
  #arrivals = new Float64Array(0);
  #segments = new Uint32Array(0);
  #positions = new Uint32Array(0);

  get count(): number {
    return this.#count;
  }

  /** Notes a run, in the order of offsets; most need no entry. */
  add(run: IndexedRun): void {
    const isInReach = run.segment === this.#segment && run.position < this.#reach;
    if (!isInReach || this.#bytes >= INDEX_OWN_BYTES) this.put(run);
    this.#bytes += run.bytes;
  }

  /** Adds an entry as it is. */
  put(entry: IndexEntry): void {
    if (this.#count === this.#firsts.length) this.#resize(Math.max(4, this.#count * 2));
    this.#set(this.#count++, entry);
    this.#endAt(entry);
  }

  /** Adds entries of a segment as they are. */
  putAll(entries: Entries, segment: number): void {
    const count = this.#count + entries.count;
    if (count > this.#firsts.length) this.#resize(Math.max(count, this.#count * 2));
    for (let i = 0; i < entries.count; i++) {
      const at = this.#count + i;
      this.#firsts[at] = entries.first(i);
      this.#arrivals[at] = entries.arrivalMs(i);
      this.#segments[at] = segment;
      this.#positions[at] = entries.position(i);
    }
    this.#count = count;
    if (entries.count > 0) this.#endAt({ segment, position: entries.position(entries.count - 1) });
  }

  /** The last entry is there. */
  #endAt({ segment, position }: Pick<IndexEntry, 'segment' | 'position'>): void {
    this.#bytes = 0;
    this.#segment = segment;
    this.#reach = position + INDEX_REACH_BYTES;
  }

  entry(i: number): IndexEntry {
    return {
      first: this.#firsts[i]!,
      arrivalMs: this.#arrivals[i]!,
      segment: this.#segments[i]!,
      position: this.#positions[i]!,
    };
  }

  /** The entry with number `i`, with its bounds. */
  window(i: number): Window {
    const entry = this.entry(i);
    const last = i + 1 >= this.#count;
    const reach = entry.position + INDEX_REACH_BYTES;
    const sameSegment = !last && this.#segments[i + 1] === entry.segment;
    return {
      ...entry,
      until: sameSegment ? Math.min(reach, this.#positions[i + 1]!) : reach,
      nextFirst: last ? undefined : this.#firsts[i + 1]!,
    };
  }

  /** Number of the last entry that starts at or below the offset, else 0; -1 when there is none at all. */
  at(offset: number): number {
    return Math.max(this.#count > 0 ? 0 : -1, lowest(this.#count, (i) => this.#firsts[i]! > offset) - 1);
  }

  /** Number of the last entry that arrived before the time; -1 when there is none. */
  before(arrivalMs: number): number {
    return lowest(this.#count, (i) => this.#arrivals[i]! >= arrivalMs) - 1;
  }

  /** The entries of one segment, in order. */
  ofSegment(segment: number): IndexEntry[] {
    const [from, to] = this.#range(segment);
    return Array.from({ length: to - from }, (_, i) => this.entry(from + i));
  }

  /** Puts other entries in the place of a segment's own. */
  replaceSegment(segment: number, entries: readonly IndexEntry[]): void {
    const [from, to] = this.#range(segment);
    const after = Array.from({ length: this.#count - to }, (_, i) => this.entry(to + i));
    this.#count = from;
    this.#segment = -1;
    for (const entry of entries) this.put(entry);
    for (const entry of after) this.put(entry);
    if (this.#count * 4 < this.#firsts.length) this.#resize(this.#count);
  }

  /** Segments only grow along a shard's log. */
  #range(segment: number): [number, number] {
    const from = lowest(this.#count, (i) => this.#segments[i]! >= segment);
    return [from, lowest(this.#count, (i) => this.#segments[i]! > segment)];
  }

  #set(i: number, entry: IndexEntry): void {
    this.#firsts[i] = entry.first;
    this.#arrivals[i] = entry.arrivalMs;
    this.#segments[i] = entry.segment;
    this.#positions[i] = entry.position;
  }

  #resize(capacity: number): void {
    const [firsts, arrivals] = [new Float64Array(capacity), new Float64Array(capacity)];
    const [segments, positions] = [new Uint32Array(capacity), new Uint32Array(capacity)];
    firsts.set(this.#firsts.subarray(0, this.#count));
    arrivals.set(this.#arrivals.subarray(0, this.#count));
    segments.set(this.#segments.subarray(0, this.#count));
    positions.set(this.#positions.subarray(0, this.#count));
    this.#firsts = firsts;
    this.#arrivals = arrivals;
    this.#segments = segments;
    this.#positions = positions;
  }
}

/** The lowest number in [0, count) that fits, where all higher ones fit too; `count` when none does. */
export function lowest(count: number, fits: (i: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fits(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
