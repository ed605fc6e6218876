/**
 * Rendered records of pages for which more than one reader stands: those who go through a shard together get the same bytes.
 * An answer leads a reader to the place of the next; a page is kept as long as others have been led to where it begins.
 * Nobody is led to where readers begin: such a page is kept from the second who begins there on, until others begin elsewhere.
 * Records under an offset never change and keys of shards are never used again, so nothing here has to be taken back;
 * whether a caller may read them has been decided before anyone looks here.
 */
import type { ReadPage } from '../model/delivery.ts';
import {
  SHARED_BEGINNING_BYTES_MAX,
  SHARED_BEGINNINGS_MAX,
  SHARED_PAGES_BYTES_MAX,
  SHARED_PLACES_MAX,
} from '../model/limits.ts';

/** A shorter page is rendered about as quickly as it is looked up. */
const SHARED_BYTES_MIN = 4_096;

interface SharedPage {
  readonly next: number;
  readonly count: number;
  readonly records: Uint8Array;
}

export class SharedPages {
  readonly #bytesMax: number;
  /** By where they begin, the eldest first. */
  readonly #pages = new Map<string, SharedPage>();
  /** How many answers led to a place and were not followed up yet. */
  readonly #readers = new Map<string, number>();
  /** Places to which nobody had been led when a reader came, the newest last. */
  readonly #beginnings = new Set<string>();
  #bytes = 0;

  constructor(bytesMax: number = SHARED_PAGES_BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  /**
   * What `render` makes of a page's records, or made of them before; undefined when nobody else stands there. It must
   * depend on nothing but them.
   */
  recordsOf(page: ReadPage, render: (page: ReadPage) => Uint8Array): Uint8Array | undefined {
    const { shard, blocks } = page;
    const last = blocks.at(-1);
    if (last === undefined) return undefined;
    const place = `${shard.key} ${blocks[0]!.first}`;
    const isAwaited = this.#readers.has(place) ? this.#leave(place) > 0 : this.#begin(place, page);
    this.#arrive(`${shard.key} ${last.next}`);
    const count = blocks.reduce((sum, block) => sum + block.count, 0);
    const known = this.#pages.get(place);
    const fits = known !== undefined && known.next === last.next && known.count === count;
    if (!isAwaited && !this.#beginnings.has(place)) this.#drop(place);
    if (fits) return known.records;
    if (!isAwaited) return undefined;
    const records = render(page);
    this.#keep(place, { next: last.next, count, records });
    return records;
  }

  /** Returns whether another began there lately, unless the page is too long for that to count. */
  #begin(place: string, { blocks }: ReadPage): boolean {
    const bytes = blocks.reduce((sum, { starts, count }) => sum + starts[count]! - starts[0]!, 0);
    if (bytes > SHARED_BEGINNING_BYTES_MAX) return false;
    const isKnown = this.#beginnings.delete(place);
    this.#beginnings.add(place);
    if (this.#beginnings.size > SHARED_BEGINNINGS_MAX) {
      const [eldest] = this.#beginnings;
      this.#beginnings.delete(eldest!);
      if (!this.#readers.has(eldest!)) this.#drop(eldest!);
    }
    return isKnown;
  }

  /** Returns how many more were led there. */
  #leave(place: string): number {
    const others = this.#readers.get(place)! - 1;
    if (others === 0) this.#readers.delete(place);
    else this.#readers.set(place, others);
    return others;
  }

  #arrive(place: string): void {
    this.#readers.set(place, (this.#readers.get(place) ?? 0) + 1);
    const [eldest] = this.#readers.keys();
    if (this.#readers.size <= SHARED_PLACES_MAX) return;
    this.#readers.delete(eldest!);
    this.#drop(eldest!);
  }

  #keep(place: string, page: SharedPage): void {
    this.#drop(place);
    const bytes = page.records.buffer.byteLength;
    if (page.records.length < SHARED_BYTES_MIN || bytes > this.#bytesMax) return;
    this.#pages.set(place, page);
    this.#bytes += bytes;
    for (const eldest of this.#pages.keys()) {
      if (this.#bytes <= this.#bytesMax) return;
      this.#drop(eldest);
      this.#readers.delete(eldest);
    }
  }

  #drop(place: string): void {
    const page = this.#pages.get(place);
    if (page === undefined) return;
    this.#pages.delete(place);
    this.#bytes -= page.records.buffer.byteLength;
  }
}
