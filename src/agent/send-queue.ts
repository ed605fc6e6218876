/**
 * Records on their way, in the order in which they were read: those never sent and, before them, groups that failed.
 * Decides what goes into the next request; sends nothing itself.
 */
import type { Acks } from './acks.ts';
import type { AgentRecord } from './record-reader.ts';

export interface Parcel {
  readonly record: AgentRecord;
  /** What it counts against the service's limits. */
  readonly bytes: number;
  /** Path of the file when the record was read. */
  readonly path: string;
  readonly acks: Acks;
  readonly ticket: number;
  /** Place among all records of the flow. */
  readonly order: number;
  /** Monotonic. */
  readonly queuedMs: number;
}

export interface QueueLimits {
  readonly recordsMax: number;
  readonly bytesMax: number;
  readonly ageMsMax: number;
  /** No two records of one partition key in one request. */
  readonly ordered: boolean;
}

interface Group {
  readonly parcels: readonly Parcel[];
  /** Sent by itself, nothing added: one half of a request that was refused. */
  readonly alone: boolean;
}

export class SendQueue {
  readonly #limits: QueueLimits;
  #fresh: Parcel[] = [];
  #head = 0;
  #freshBytes = 0;
  #failed: Group[] = [];

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  push(parcel: Parcel): void {
    this.#fresh.push(parcel);
    this.#freshBytes += parcel.bytes;
  }

  /** Puts back what failed, ahead of everything that was read later. */
  putBack(parcels: readonly Parcel[], alone: boolean): void {
    if (parcels.length === 0) return;
    const later = this.#failed.findIndex((group) => group.parcels[0]!.order > parcels[0]!.order);
    this.#failed.splice(later < 0 ? this.#failed.length : later, 0, { parcels, alone });
  }

  get isEmpty(): boolean {
    return this.#failed.length === 0 && this.#head === this.#fresh.length;
  }

  /** Records that wait. */
  get length(): number {
    return this.#failed.reduce((sum, group) => sum + group.parcels.length, this.#fresh.length - this.#head);
  }

  /** Monotonic time at which the record was queued that comes next; undefined when none waits. */
  get oldestMs(): number | undefined {
    return (this.#failed[0]?.parcels[0] ?? this.#fresh[this.#head])?.queuedMs;
  }

  /** True when a request should be made now: something failed before, a request is full, or the oldest record has waited. */
  isDue(nowMs: number): boolean {
    if (this.#failed.length > 0) return true;
    const count = this.#fresh.length - this.#head;
    if (count === 0) return false;
    const { recordsMax, bytesMax, ageMsMax } = this.#limits;
    return count >= recordsMax || this.#freshBytes >= bytesMax || nowMs - this.#fresh[this.#head]!.queuedMs >= ageMsMax;
  }

  /** The records of the next request, at most `recordsMax`; [] when there are none. */
  take(recordsMax: number): readonly Parcel[] {
    if (this.#failed[0]?.alone === true) return this.#failed.shift()!.parcels;
    // One hot shard must not keep the records of the others waiting; order by key does not bear overtaking.
    const shared = !this.#limits.ordered && this.#head < this.#fresh.length;
    const picked = new Picked(this.#limits);
    const failedMax = shared ? Math.ceil(recordsMax / 2) : recordsMax;
    for (let group = this.#failed[0]; group !== undefined && !group.alone; group = this.#failed[0]) {
      const count = picked.addFrom(group.parcels, 0, failedMax);
      this.#failed.shift();
      if (count === group.parcels.length) continue;
      this.#failed.unshift({ parcels: group.parcels.slice(count), alone: false });
      break;
    }
    if (this.#limits.ordered && this.#failed.length > 0) return picked.parcels;
    const before = picked.parcels.length;
    const count = picked.addFrom(this.#fresh, this.#head, recordsMax);
    for (let i = before; i < picked.parcels.length; i++) this.#freshBytes -= picked.parcels[i]!.bytes;
    this.#head += count;
    if (this.#head > 4_096 || this.#head === this.#fresh.length) {
      this.#fresh = this.#fresh.slice(this.#head);
      this.#head = 0;
    }
    return picked.parcels;
  }
}

/** A request being filled. */
class Picked {
  readonly parcels: Parcel[] = [];
  readonly #limits: QueueLimits;
  readonly #keys = new Set<string | undefined>();
  #bytes = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /**
   * Adds from `start` on while they fit, up to `recordsMax` in all; returns how many. A record that is too large for
   * any request goes alone.
   */
  addFrom(parcels: readonly Parcel[], start: number, recordsMax: number): number {
    const { bytesMax, ordered } = this.#limits;
    let i = start;
    for (; i < parcels.length && this.parcels.length < recordsMax; i++) {
      const parcel = parcels[i]!;
      if (this.#bytes + parcel.bytes > bytesMax && this.parcels.length > 0) break;
      if (ordered && this.#keys.has(parcel.record.partitionKey)) break;
      if (ordered) this.#keys.add(parcel.record.partitionKey);
      this.#bytes += parcel.bytes;
      this.parcels.push(parcel);
    }
    return i - start;
  }
}
