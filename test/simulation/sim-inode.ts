/** One file of a SimDisk: what a reader sees, what is on disk, and which sectors differ. */
import type { Random } from '../../src/runtime/random.ts';

const SECTOR = 512;

/** A write that has not returned yet: no sync covers it, and a cut may leave any part of it. */
interface WriteUnderWay {
  readonly bytes: Uint8Array;
  readonly position: number;
}

/** What a sync that has begun will make durable. */
export interface Covered {
  /** A sync that began later wins, whichever ends first. */
  readonly turn: number;
  readonly sectors: ReadonlyMap<number, Uint8Array>;
  readonly size: number;
}

let numbers = 0;

export class SimInode {
  readonly number = ++numbers;
  #seen = new Uint8Array(0);
  #durable = new Uint8Array(0);
  #size = 0;
  #durableSize = 0;
  #dirty = new Set<number>();
  readonly #underWay = new Set<WriteUnderWay>();
  #syncs = 0;
  #sizeTurn = 0;
  readonly #sectorTurns = new Map<number, number>();

  get size(): number {
    return this.#size;
  }

  contents(): Uint8Array {
    return this.#seen.slice(0, this.#size);
  }

  begin(bytes: Uint8Array, position: number): WriteUnderWay {
    const write = { bytes, position };
    this.#underWay.add(write);
    return write;
  }

  abandon(write: WriteUnderWay): void {
    this.#underWay.delete(write);
  }

  finish(write: WriteUnderWay, count: number): number {
    this.#underWay.delete(write);
    this.#apply(write.bytes.subarray(0, count), write.position);
    return count;
  }

  read(into: Uint8Array, position: number): number {
    const bytes = this.#seen.subarray(Math.min(position, this.#size), Math.min(position + into.length, this.#size));
    into.set(bytes);
    return bytes.length;
  }

  beginSync(): Covered {
    const sectors = new Map<number, Uint8Array>();
    for (const sector of this.#dirty) sectors.set(sector, this.#sectorOf(this.#seen, sector));
    return { turn: ++this.#syncs, sectors, size: this.#size };
  }

  finishSync({ turn, sectors, size }: Covered): void {
    for (const [sector, bytes] of sectors) {
      if ((this.#sectorTurns.get(sector) ?? 0) > turn) continue;
      this.#sectorTurns.set(sector, turn);
      this.#durable = put(this.#durable, sector * SECTOR, bytes);
      if (same(this.#sectorOf(this.#seen, sector), bytes)) this.#dirty.delete(sector);
    }
    if (turn > this.#sizeTurn) this.#durableSize = size;
    this.#sizeTurn = Math.max(this.#sizeTurn, turn);
  }

  /** Linux marks the pages clean: readers go on seeing them, and a later sync "succeeds" without writing them. */
  failSync({ sectors }: Covered): void {
    for (const sector of sectors.keys()) this.#dirty.delete(sector);
  }

  truncate(length: number): void {
    this.#markDirty(Math.min(length, this.#size), Math.max(length, this.#size));
    this.#seen.fill(0, length);
    this.#seen = grown(this.#seen, length);
    this.#size = length;
  }

  overwrite(position: number, bytes: Uint8Array): void {
    this.#seen = put(this.#seen, position, bytes);
    this.#durable = put(this.#durable, position, bytes);
    this.#size = Math.max(this.#size, position + bytes.length);
    this.#durableSize = Math.max(this.#durableSize, position + bytes.length);
  }

  shorten(length: number): void {
    this.#seen.fill(0, length);
    this.#durable.fill(0, length);
    this.#size = length;
    this.#durableSize = length;
    this.#dirty = new Set([...this.#dirty].filter((sector) => sector * SECTOR < length));
  }

  /**
   * Each unsynced sector is kept or dropped, or, where nothing was on disk yet, zeroed: a sector that was there is
   * replaced whole or not at all. The size is the old one, the new one or between.
   */
  afterCut(random: Random): SimInode {
    if (this.#underWay.size === 0) return this.#afterCut(random);
    const written = this.#copy();
    for (const write of this.#underWay) written.#apply(write.bytes, write.position);
    return written.#afterCut(random);
  }

  #afterCut(random: Random): SimInode {
    const after = new SimInode();
    const low = Math.min(this.#size, this.#durableSize);
    const high = Math.max(this.#size, this.#durableSize);
    const pick = random.fraction();
    const size =
      pick < 0.4 ? this.#size : pick < 0.6 ? this.#durableSize : low + Math.floor(random.fraction() * (high - low));
    const bytes = grown(this.#durable.slice(), Math.ceil(high / SECTOR) * SECTOR);
    for (const sector of [...this.#dirty].sort((a, b) => a - b)) {
      const fate = random.fraction();
      // Written, and cut off again before any sync.
      if (sector * SECTOR >= high) continue;
      if (fate < 0.45) bytes.set(this.#sectorOf(this.#seen, sector), sector * SECTOR);
      else if (fate < 0.6 && sector * SECTOR >= this.#durableSize)
        bytes.fill(0, sector * SECTOR, (sector + 1) * SECTOR);
    }
    after.#seen = grown(bytes.slice(0, size), size);
    after.#durable = after.#seen.slice();
    after.#size = size;
    after.#durableSize = size;
    return after;
  }

  /** Written bytes stay; a write under way has reached some byte. */
  afterKill(random: Random): SimInode {
    const after = this.#copy();
    for (const { bytes, position } of this.#underWay) {
      after.#apply(bytes.subarray(0, Math.floor(random.fraction() * (bytes.length + 1))), position);
    }
    return after;
  }

  #copy(): SimInode {
    const copy = new SimInode();
    copy.#seen = this.#seen.slice();
    copy.#durable = this.#durable.slice();
    copy.#size = this.#size;
    copy.#durableSize = this.#durableSize;
    copy.#dirty = new Set(this.#dirty);
    return copy;
  }

  #apply(bytes: Uint8Array, position: number): void {
    this.#seen = put(this.#seen, position, bytes);
    this.#markDirty(Math.min(position, this.#size), position + bytes.length);
    this.#size = Math.max(this.#size, position + bytes.length);
  }

  #markDirty(from: number, to: number): void {
    for (let sector = Math.floor(from / SECTOR); sector * SECTOR < to; sector++) this.#dirty.add(sector);
  }

  #sectorOf(bytes: Uint8Array, sector: number): Uint8Array {
    return grown(bytes.slice(sector * SECTOR, (sector + 1) * SECTOR), SECTOR);
  }
}

/** The same bytes with room for `length`. */
function grown(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  if (bytes.length >= length) return bytes as Uint8Array<ArrayBuffer>;
  const larger = new Uint8Array(length > SECTOR ? Math.max(length, bytes.length * 2) : length);
  larger.set(bytes);
  return larger;
}

function put(bytes: Uint8Array, position: number, more: Uint8Array): Uint8Array<ArrayBuffer> {
  const room = grown(bytes, position + more.length);
  room.set(more, position);
  return room;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, i) => byte === b[i]);
}
