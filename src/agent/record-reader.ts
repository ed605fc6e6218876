/**
 * Record processing: bytes of one file in, converted records with their place in the file out. Synchronous; what comes
 * out does not depend on how the bytes are cut into pieces. In order: lines, header, groups, footer, filters,
 * converters, aggregates, size, partition key.
 */
import { AGENT_LINE_BYTES_MAX } from '../model/limits.ts';
import type { Random } from '../runtime/random.ts';
import type { FlowConfig, RecordConfig } from './config.ts';
import { LineAggregate } from './line-aggregate.ts';
import { LineGroups } from './line-groups.ts';
import { LineSplitter, type RawRecord, withData } from './lines.ts';
import { noCounts, type ReaderCounters } from './reader-counters.ts';
import { keyRoom, RecordFinish } from './record-finish.ts';
import { transcode } from './text-codec.ts';

/** One record, ready to send. */
export interface AgentRecord {
  /** Converted; a view that may share the pushed bytes, so those must not be written to afterwards. */
  readonly data: Uint8Array;
  /** undefined for Firehose. */
  readonly partitionKey: string | undefined;
  /** File position of the raw record's first byte. */
  readonly start: number;
  /** File position after the raw record. Parts of one split record may share start and end. */
  readonly end: number;
  /** Set for what goes to the dead-letter file rather than to the stream: why. */
  readonly deadLetter?: string | undefined;
}

/** Reads one generation of one file; a truncated or replaced file needs a new one. */
export interface RecordReader {
  /** Takes the bytes at `position`, which follow those pushed before; returns the records that are now complete. */
  push(bytes: Uint8Array, position: number): readonly AgentRecord[];
  /** Gives out what is complete but held back: an open multi-line record, an aggregate. */
  flush(): readonly AgentRecord[];
  /** The file is final: gives out everything, the unterminated last line too, nothing added to it. */
  finish(): readonly AgentRecord[];
  /** When something is held back: how long the file must be quiet before flush(); undefined when nothing is. */
  readonly holdMs: number | undefined;
  /** Everything before it has been given out or dropped; no checkpoint may go beyond it. */
  readonly settledPosition: number;
  /** Where the next push goes. */
  readonly nextPosition: number;
  /** True once the footer was seen: the rest of the file is of no interest. */
  readonly stopped: boolean;
  readonly counters: ReaderCounters;
}

/** What an EC2 instance knows of itself, by the names ADDEC2METADATA gives them, in its order. */
export type InstanceFacts = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/** What records take from outside the file. */
export interface ReaderWorld {
  readonly clock: { now(): number };
  readonly random: Random;
  /** Name of this machine. */
  readonly host: string;
  /** Path of the file as it was when reading began. */
  readonly path: string;
  /** The instance's facts as far as they are known now; undefined where there are none. */
  readonly instance?: (() => InstanceFacts | undefined) | undefined;
}

/** A reader for one file of the flow. */
export function createRecordReader(flow: Pick<FlowConfig, 'records'>, world: ReaderWorld): RecordReader {
  return new Reader(flow.records, world);
}

class Reader implements RecordReader {
  readonly #records: RecordConfig;
  readonly #lines: LineSplitter;
  readonly #groups: LineGroups | undefined;
  readonly #aggregate: LineAggregate | undefined;
  readonly #finish: RecordFinish;
  readonly #counters = noCounts();
  #headerLines: number | undefined;
  #stopped = false;

  constructor(records: RecordConfig, world: ReaderWorld) {
    this.#records = records;
    const { multiLine, aggregatedBytes, encoding } = records;
    const inPieces = cutsInPieces(records);
    this.#lines = new LineSplitter({
      wide: encoding === 'utf16le',
      bytesMax: inPieces
        ? Math.max(1, records.recordBytesMax - keyRoom(records))
        : Math.max(AGENT_LINE_BYTES_MAX, records.recordBytesMax),
      rest: inPieces ? 'pieces' : 'drop',
    });
    this.#groups = multiLine === undefined ? undefined : new LineGroups(multiLine);
    this.#aggregate = aggregatedBytes === 0 ? undefined : new LineAggregate(aggregatedBytes);
    this.#finish = new RecordFinish(records, world, this.#counters);
  }

  get holdMs(): number | undefined {
    if (this.#groups?.start !== undefined) return this.#records.multiLine?.flushMs;
    return this.#aggregate?.start === undefined ? undefined : this.#records.aggregateLingerMs;
  }

  get settledPosition(): number {
    return this.#stopped ? this.nextPosition : (this.#aggregate?.start ?? this.#groups?.start ?? this.#lines.start);
  }

  get nextPosition(): number {
    return this.#lines.next;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  get counters(): ReaderCounters {
    return { ...this.#counters, skippedBytes: this.#counters.skippedBytes + this.#lines.holeBytes };
  }

  push(bytes: Uint8Array, position: number): readonly AgentRecord[] {
    this.#headerLines ??= position === 0 ? this.#records.skipHeaderLines : 0;
    const given: AgentRecord[] = [];
    for (const line of this.#lines.push(bytes, position)) this.#takeLine(line, given);
    return given;
  }

  flush(): readonly AgentRecord[] {
    const given: AgentRecord[] = [];
    const group = this.#groups?.flush();
    if (group !== undefined) this.#takeRecord(group, given);
    this.#flushAggregate(given);
    return given;
  }

  finish(): readonly AgentRecord[] {
    const given: AgentRecord[] = [];
    for (const line of this.#lines.finish()) this.#takeLine(line, given);
    given.push(...this.flush());
    return given;
  }

  #takeLine(line: RawRecord, given: AgentRecord[]): void {
    if (this.#stopped) return;
    if (this.#headerLines! > 0) {
      this.#headerLines!--;
      this.#counters.filteredRecords++;
      return;
    }
    const { encoding } = this.#records;
    const text = encoding === 'raw' ? line : withData(line, transcode(line.data, encoding, line.start === 0));
    const group = this.#groups === undefined ? text : this.#groups.push(text);
    if (group !== undefined) this.#takeRecord(group, given);
  }

  #takeRecord(raw: RawRecord, given: AgentRecord[]): void {
    if (this.#stopped) return;
    if (this.#finish.isFooter(raw)) {
      this.#counters.filteredRecords++;
      this.#flushAggregate(given);
      this.#stopped = true;
      return;
    }
    this.#counters.parsedRecords++;
    this.#counters.parsedBytes += raw.end - raw.start;
    this.#counters.skippedBytes += raw.skipped;
    // Kinesis Agent joins first and gives its converters the whole.
    if (this.#records.compat === 'strict' || this.#aggregate === undefined) {
      const joined = this.#aggregate === undefined ? raw : this.#aggregate.push(raw);
      if (joined !== undefined) this.#convert(joined, given);
      return;
    }
    const converted = this.#finish.convert(raw);
    if (converted === undefined) return;
    const joined = converted.deadLetter === undefined ? this.#aggregate.push(converted) : converted;
    if (joined !== undefined) this.#finish.finish(joined, given);
  }

  #convert(raw: RawRecord, given: AgentRecord[]): void {
    const converted = this.#finish.convert(raw);
    if (converted !== undefined) this.#finish.finish(converted, given);
  }

  #flushAggregate(given: AgentRecord[]): void {
    const joined = this.#aggregate?.flush();
    if (joined === undefined) return;
    if (this.#records.compat === 'strict') this.#convert(joined, given);
    else this.#finish.finish(joined, given);
  }
}

/** A long line may be given out part by part while it is read, where nothing needs it whole. */
function cutsInPieces(records: RecordConfig): boolean {
  const needsWhole =
    records.multiLine !== undefined ||
    records.footer !== undefined ||
    records.converters.length > 0 ||
    records.include.length > 0 ||
    records.drop.length > 0 ||
    Object.keys(records.addFields).length > 0 ||
    records.aggregatedBytes > 0;
  return records.onOversize === 'split' && records.encoding === 'raw' && !needsWhole;
}
