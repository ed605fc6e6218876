/**
 * Which records of a shard a program was given, and which of them it has answered. A checkpoint may stand only behind
 * records that are all answered, and behind whole ones: those of an aggregate share a number. Pure bookkeeping.
 */
import type { Place } from './checkpoint.ts';
import type { ConsumedRecord } from './shard-reader.ts';

/** A record on its way to a program. */
export interface Item {
  readonly record: ConsumedRecord;
  /** The last one with its sequence number. */
  readonly isLast: boolean;
  /** Nothing is given: the aggregate held no record of this shard. */
  readonly isEmpty?: boolean | undefined;
}

/** What is kept of a record: its data may be large, and many wait. */
type Kept = Pick<ConsumedRecord, 'sequenceNumber' | 'arrivalMs'>;

interface Entry extends Kept {
  readonly sub: number;
  readonly isLast: boolean;
  isAnswered: boolean;
}

/** Entries that are done before the list is cut. */
const CUT = 1_024;

export class Answers {
  #entries: Entry[] = [];
  /** The first entry that is not answered. */
  #head = 0;
  /** Entries cut away. */
  #cut = 0;
  /** The first entry of each number, counted from the very first. */
  readonly #firsts = new Map<string, number>();
  #waiting = 0;
  /** The last whole record that is answered, as are all before it. */
  done: Kept | undefined;

  /** Records that are not answered. */
  get waiting(): number {
    return this.#waiting;
  }

  /** How many from the first on are answered. */
  get front(): number {
    return this.#cut + this.#head;
  }

  /** Behind that record; undefined: there is none. */
  get place(): Place | undefined {
    return this.done === undefined ? undefined : placeAfter(this.done);
  }

  give(item: Item): void {
    const { sequenceNumber, arrivalMs, subSequence: sub = 0 } = item.record;
    if (!this.#firsts.has(sequenceNumber)) this.#firsts.set(sequenceNumber, this.#cut + this.#entries.length);
    const entry = { sequenceNumber, arrivalMs, sub, isLast: item.isLast, isAnswered: false };
    this.#entries.push(entry);
    this.#waiting++;
    if (item.isEmpty) this.#answer(entry);
    this.#advance();
  }

  /**
   * One record is answered; without `sub` the first of its number that was not. False for a record that waits for
   * no answer.
   */
  answer(sequenceNumber: string, sub?: number): boolean {
    const first = this.#firsts.get(sequenceNumber);
    if (first === undefined) return false;
    for (let i = Math.max(this.#head, first - this.#cut); i < this.#entries.length; i++) {
      const entry = this.#entries[i]!;
      if (entry.sequenceNumber !== sequenceNumber) return false;
      if (entry.isAnswered || (sub !== undefined && sub !== entry.sub)) continue;
      this.#answer(entry);
      this.#advance();
      return true;
    }
    return false;
  }

  /** The first record that waits is answered. False when none does. */
  answerNext(): boolean {
    const entry = this.#entries[this.#head];
    if (entry === undefined) return false;
    this.#answer(entry);
    this.#advance();
    return true;
  }

  /** A record and all before it; without `sub` every one of its number. False for one that waits for no answer. */
  answerThrough(sequenceNumber: string, sub?: number): boolean {
    const first = this.#firsts.get(sequenceNumber);
    if (first === undefined) return false;
    let end = first - this.#cut;
    while (end < this.#entries.length) {
      const entry = this.#entries[end]!;
      if (entry.sequenceNumber !== sequenceNumber || (sub !== undefined && entry.sub > sub)) break;
      end++;
    }
    for (let i = this.#head; i < end; i++) this.#answer(this.#entries[i]!);
    this.#advance();
    return true;
  }

  answerAll(): void {
    for (let i = this.#head; i < this.#entries.length; i++) this.#answer(this.#entries[i]!);
    this.#advance();
  }

  #answer(entry: Entry): void {
    if (!entry.isAnswered) this.#waiting--;
    entry.isAnswered = true;
  }

  #advance(): void {
    for (; this.#entries[this.#head]?.isAnswered; this.#head++) {
      const entry = this.#entries[this.#head]!;
      if (!entry.isLast) continue;
      this.done = entry;
      this.#firsts.delete(entry.sequenceNumber);
    }
    if (this.#head < CUT || this.#head * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#head);
    this.#cut += this.#head;
    this.#head = 0;
  }
}

/** Where to go on behind a record. */
export function placeAfter({ sequenceNumber, arrivalMs }: Kept): Place {
  return { position: { at: 'afterNumber', sequenceNumber }, arrivalMs };
}
