/** What record readers count: one, and all that a flow has had, those at work and those whose file is done with. */
import type { RecordReader } from './record-reader.ts';

/** What reading has come to since the reader was made. */
export interface ReaderCounters {
  /** Raw records found, and their bytes. */
  readonly parsedRecords: number;
  readonly parsedBytes: number;
  /** Records that a converter changed. */
  readonly convertedRecords: number;
  /** Left out by include, drop, skipEmptyLines, header or footer. */
  readonly filteredRecords: number;
  /** A converter could make nothing of them. */
  readonly unmatchedRecords: number;
  readonly truncatedRecords: number;
  /** Dropped as too long, onOversize: drop. */
  readonly oversizeRecords: number;
  /** Bytes that never became part of a record: NUL holes, rests of overlong lines. */
  readonly skippedBytes: number;
  /** The last raw record that no converter could read, cut to 200 bytes. */
  readonly unmatchedSample: string | undefined;
}

/** Counters while they count. */
export type Counting = { -readonly [K in keyof ReaderCounters]: ReaderCounters[K] };

/** Nothing yet; to count in. */
export function noCounts(): Counting {
  return {
    parsedRecords: 0,
    parsedBytes: 0,
    convertedRecords: 0,
    filteredRecords: 0,
    unmatchedRecords: 0,
    truncatedRecords: 0,
    oversizeRecords: 0,
    skippedBytes: 0,
    unmatchedSample: undefined,
  };
}

/** The counters of all readers of a flow together. */
export class ReaderTotals {
  readonly #live = new Set<RecordReader>();
  readonly #past = noCounts();

  add(reader: RecordReader): RecordReader {
    this.#live.add(reader);
    return reader;
  }

  drop(reader: RecordReader): void {
    if (this.#live.delete(reader)) addTo(this.#past, reader.counters);
  }

  get counters(): ReaderCounters {
    const total = { ...this.#past };
    for (const reader of this.#live) addTo(total, reader.counters);
    return total;
  }
}

function addTo(sum: Counting, { unmatchedSample, ...counts }: ReaderCounters): void {
  for (const [name, count] of Object.entries(counts)) sum[name as keyof typeof counts] += count;
  sum.unmatchedSample = unmatchedSample ?? sum.unmatchedSample;
}
