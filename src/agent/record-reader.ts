/**
 * The face of record processing: bytes of one file in, converted records with their place in the file out.
 * Synchronous; what comes out does not depend on how the bytes are cut into pieces.
 */
import type { Random } from '../runtime/random.ts';

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
