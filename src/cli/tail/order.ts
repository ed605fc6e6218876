/**
 * Records held back for a window, to come out in order: of arrival over all shards, or of a counter in their data.
 * Pure: the time comes with each call, and is that of the arrivals when what was stored is read.
 */
import { ORDER_RECORDS_MAX } from '../../model/limits.ts';
import { type Path, valueAt } from '../expression/path.ts';
import type { Sighting } from '../record/output.ts';
import { payloadOf } from '../record/payload.ts';
import { MinHeap } from './heap.ts';

/** Holds records and gives them out when their time has come. */
export interface Ordering {
  /** Takes a record; those that may go at once come back. */
  push(sighting: Sighting, nowMs: number): readonly Sighting[];
  /** Those held long enough. */
  due(nowMs: number): readonly Sighting[];
  /** All that is left. */
  rest(): readonly Sighting[];
  /** Records held, in the order they came. */
  held(): Iterable<Sighting>;
}

interface Held {
  readonly sighting: Sighting;
  readonly key: number;
  readonly sinceMs: number;
  isGone: boolean;
}

/** Held records by key, and by age. */
class HeldRecords {
  readonly #byKey = new MinHeap<Held>((held) => held.key);
  #byAge: Held[] = [];
  #oldest = 0;

  add(sighting: Sighting, key: number, sinceMs: number): void {
    const held = { sighting, key, sinceMs, isGone: false };
    this.#byKey.push(held);
    this.#byAge.push(held);
  }

  get lowestKey(): number | undefined {
    return this.#byKey.lowest?.key;
  }

  take(): Sighting {
    const held = this.#byKey.pop()!;
    held.isGone = true;
    return held.sighting;
  }

  /** Someone has waited since then or longer, or there are too many: the lowest key has to go. */
  isDue(sinceMs: number): boolean {
    while (this.#byAge[this.#oldest]?.isGone) this.#oldest++;
    if (this.#oldest > ORDER_RECORDS_MAX) {
      this.#byAge = this.#byAge.slice(this.#oldest);
      this.#oldest = 0;
    }
    const oldest = this.#byAge[this.#oldest];
    return oldest !== undefined && (oldest.sinceMs <= sinceMs || this.#byKey.size > ORDER_RECORDS_MAX);
  }

  *[Symbol.iterator](): Generator<Sighting> {
    for (const held of this.#byAge) if (!held.isGone) yield held.sighting;
  }
}

/** By arrival: whoever came first goes first, as far as the window reaches. */
export class TimeOrder implements Ordering {
  readonly #windowMs: number;
  readonly #records = new HeldRecords();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  push(sighting: Sighting, nowMs: number): readonly Sighting[] {
    this.#records.add(sighting, sighting.record.arrivalMs, nowMs);
    return this.due(nowMs);
  }

  due(nowMs: number): readonly Sighting[] {
    const due: Sighting[] = [];
    while (this.#records.isDue(nowMs - this.#windowMs)) due.push(this.#records.take());
    return due;
  }

  rest(): readonly Sighting[] {
    return this.due(Number.POSITIVE_INFINITY);
  }

  held(): Iterable<Sighting> {
    return this.#records;
  }
}

/** Numbers that never came, both ends inclusive. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** What was odd about the counters. */
export interface OrderFaults {
  gaps: number;
  missing: number;
  /** Came again, or after the window had closed over their place. */
  late: number;
  /** Had no counter, and went through at once. */
  without: number;
}

/** By a counter that goes up by one: the next goes at once, the others wait for those before them. */
export class CounterOrder implements Ordering {
  readonly faults: OrderFaults = { gaps: 0, missing: 0, late: 0, without: 0 };
  readonly #windowMs: number;
  readonly #path: Path;
  readonly #onGap: (gap: Gap) => void;
  readonly #records = new HeldRecords();
  #next: number | undefined;

  constructor(options: { readonly windowMs: number; readonly path: Path; readonly onGap: (gap: Gap) => void }) {
    this.#windowMs = options.windowMs;
    this.#path = options.path;
    this.#onGap = options.onGap;
  }

  push(sighting: Sighting, nowMs: number): readonly Sighting[] {
    const counter = counterOf(valueAt(payloadOf(sighting).json, this.#path));
    if (counter === undefined) {
      this.faults.without++;
      return [sighting];
    }
    if (this.#next !== undefined && counter < this.#next) {
      this.faults.late++;
      return [sighting];
    }
    this.#records.add(sighting, counter, nowMs);
    return this.due(nowMs);
  }

  due(nowMs: number): readonly Sighting[] {
    const due: Sighting[] = [];
    for (;;) {
      const lowest = this.#records.lowestKey;
      if (lowest === undefined) return due;
      const isNext = this.#next !== undefined && lowest <= this.#next;
      if (!isNext && !this.#records.isDue(nowMs - this.#windowMs)) return due;
      this.#pass(lowest);
      due.push(this.#records.take());
    }
  }

  rest(): readonly Sighting[] {
    return this.due(Number.POSITIVE_INFINITY);
  }

  held(): Iterable<Sighting> {
    return this.#records;
  }

  #pass(counter: number): void {
    const next = this.#next ?? counter;
    if (counter > next) {
      this.faults.gaps++;
      this.faults.missing += counter - next;
      this.#onGap({ from: next, to: counter - 1 });
    }
    if (counter < next) this.faults.late++;
    this.#next = Math.max(next, counter + 1);
  }
}

/** Whole numbers, also as text. */
function counterOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}
