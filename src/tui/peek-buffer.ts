/** The newest records of the shard that is peeked into: a bounded list, and how many came. */
import { PEEK_BYTES_MAX, PEEK_RECORDS_MAX } from '../model/limits.ts';
import type { PeekedRecord, PeekFacts } from './scene.ts';
import { TimeSlots } from './time-slots.ts';

/** As GetRecords gives them. */
export interface ReadRecord {
  readonly SequenceNumber: string;
  readonly PartitionKey?: string | undefined;
  readonly Data: Uint8Array;
  readonly ApproximateArrivalTimestamp?: number | undefined;
}

const RATE_SLOTS = 4;
const RATE_SLOT_MS = 1_000;

export class PeekBuffer {
  #records: readonly PeekedRecord[] = [];
  #place: string | undefined;
  #trouble: string | undefined;
  #isHeld = false;
  #kept = new TimeSlots(RATE_SLOTS, RATE_SLOT_MS);

  get facts(): PeekFacts {
    return {
      records: this.#records,
      place: this.#place,
      trouble: this.#trouble,
      keptPerSecond: Math.round(this.#kept.total() / ((RATE_SLOTS * RATE_SLOT_MS) / 1_000)),
    };
  }

  /** Another shard, or none: what was read before goes. */
  begin(place: string | undefined): void {
    if (place === this.#place) return;
    this.#place = place;
    this.#records = [];
    this.#trouble = undefined;
    this.#kept = new TimeSlots(RATE_SLOTS, RATE_SLOT_MS);
  }

  /** While held, what stands there stays: someone is reading it. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
  }

  /** Keeps the newest of a page; `nowMs` by a clock that never steps. */
  add(page: readonly ReadRecord[], nowMs: number): void {
    this.#trouble = undefined;
    const kept = this.#isHeld ? [] : page.slice(-PEEK_RECORDS_MAX).map(peeked);
    this.#kept.add(Math.max(0, nowMs - 1), nowMs, kept.length);
    if (kept.length > 0) this.#records = [...this.#records, ...kept].slice(-PEEK_RECORDS_MAX);
  }

  fail(trouble: string): void {
    this.#trouble = trouble;
  }
}

/** A copy of the beginning: the page it came in may be large. */
function peeked(record: ReadRecord): PeekedRecord {
  return {
    sequenceNumber: record.SequenceNumber,
    partitionKey: record.PartitionKey ?? '',
    arrivalMs: record.ApproximateArrivalTimestamp ?? 0,
    bytes: record.Data.length,
    data: record.Data.slice(0, PEEK_BYTES_MAX),
  };
}
