/** The counters of all record readers a flow has had: those still at work and those whose file is done with. */
import type { ReaderCounters, RecordReader } from './record-reader.ts';

export class ReaderTotals {
  readonly #live = new Set<RecordReader>();
  #past: ReaderCounters = NOTHING;

  add(reader: RecordReader): RecordReader {
    this.#live.add(reader);
    return reader;
  }

  drop(reader: RecordReader): void {
    if (this.#live.delete(reader)) this.#past = sum(this.#past, reader.counters);
  }

  get counters(): ReaderCounters {
    let total = this.#past;
    for (const reader of this.#live) total = sum(total, reader.counters);
    return total;
  }
}

const NOTHING: ReaderCounters = {
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

function sum(a: ReaderCounters, b: ReaderCounters): ReaderCounters {
  return {
    parsedRecords: a.parsedRecords + b.parsedRecords,
    parsedBytes: a.parsedBytes + b.parsedBytes,
    convertedRecords: a.convertedRecords + b.convertedRecords,
    filteredRecords: a.filteredRecords + b.filteredRecords,
    unmatchedRecords: a.unmatchedRecords + b.unmatchedRecords,
    truncatedRecords: a.truncatedRecords + b.truncatedRecords,
    oversizeRecords: a.oversizeRecords + b.oversizeRecords,
    skippedBytes: a.skippedBytes + b.skippedBytes,
    unmatchedSample: b.unmatchedSample ?? a.unmatchedSample,
  };
}
