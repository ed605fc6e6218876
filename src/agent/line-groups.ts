/** Lines gathered into records: a line that matches the start pattern opens the next one. Pure. */
import { AGENT_LINE_BYTES_MAX } from '../model/limits.ts';
import type { MultiLineConfig } from './config.ts';
import { joinBytes, type RawRecord } from './lines.ts';
import { matchPattern } from './match-pattern.ts';
import { decodeUtf8 } from './text-codec.ts';

/** Holds the open group of one file. */
export class LineGroups {
  readonly #config: MultiLineConfig;
  #lines: RawRecord[] = [];
  #bytes = 0;

  constructor(config: MultiLineConfig) {
    this.#config = config;
  }

  /** Where the open group begins; undefined when none is open. */
  get start(): number | undefined {
    return this.#lines[0]?.start;
  }

  /** Takes a line; gives the group that it ends. */
  push(line: RawRecord): RawRecord | undefined {
    const isFull = this.#lines.length >= this.#config.linesMax || this.#bytes + line.data.length > AGENT_LINE_BYTES_MAX;
    const isStart = this.#lines.length > 0 && matchPattern(this.#config.start, decodeUtf8(line.data)) !== null;
    const done = isFull || isStart ? this.flush() : undefined;
    this.#lines.push(line);
    this.#bytes += line.data.length;
    return done;
  }

  /** The open group. */
  flush(): RawRecord | undefined {
    const [first] = this.#lines;
    if (first === undefined) return undefined;
    const data =
      this.#lines.length === 1
        ? first.data
        : joinBytes(
            this.#lines.map((line) => line.data),
            this.#bytes,
          );
    const end = this.#lines.at(-1)!.end;
    const skipped = this.#lines.reduce((sum, line) => sum + line.skipped, 0);
    this.#lines = [];
    this.#bytes = 0;
    return { data, start: first.start, end, skipped };
  }
}
