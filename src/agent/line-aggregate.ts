/** Whole records joined into one of up to so many bytes, for Firehose, which bills each record in steps of 5 KiB. Pure. */
import { joinBytes, type RawRecord } from './lines.ts';

/** Holds the open aggregate of one file. */
export class LineAggregate {
  readonly #bytesMax: number;
  #parts: RawRecord[] = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get start(): number | undefined {
    return this.#parts[0]?.start;
  }

  /** Takes a record; gives the aggregate it no longer fits into. */
  push(record: RawRecord): RawRecord | undefined {
    const done = this.#bytes + record.data.length > this.#bytesMax ? this.flush() : undefined;
    this.#parts.push(record);
    this.#bytes += record.data.length;
    return done;
  }

  flush(): RawRecord | undefined {
    const [first] = this.#parts;
    if (first === undefined) return undefined;
    const data = joinBytes(
      this.#parts.map((part) => part.data),
      this.#bytes,
    );
    const skipped = this.#parts.reduce((sum, part) => sum + part.skipped, 0);
    const aggregate = { data, start: first.start, end: this.#parts.at(-1)!.end, skipped };
    this.#parts = [];
    this.#bytes = 0;
    return aggregate;
  }
}
