/** A raw record made ready to send: filters, converters, added fields, size, partition key. */
import { RANDOM_KEY_CHARS_MAX } from '../client/random-key.ts';
import { PARTITION_KEY_CHARS_MAX } from '../model/limits.ts';
import type { RecordConfig } from './config.ts';
import { ConversionError, type Converter, converterChain, javaTrim, withFields, withoutFeed } from './convert.ts';
import { Line, type RawRecord, withData } from './lines.ts';
import { matchPattern } from './match-pattern.ts';
import { cutRecord, splitRecord } from './oversize.ts';
import { digestKey, partitionKeyOf } from './partition-keys.ts';
import type { Counting } from './reader-counters.ts';
import type { AgentRecord, ReaderWorld } from './record-reader.ts';
import { decodeUtf8, encodeUtf8 } from './text-codec.ts';

const SAMPLE_CHARS_MAX = 200;
const DIGEST_CHARS = 32;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Converts and finishes the records of one file. */
export class RecordFinish {
  readonly #records: RecordConfig;
  readonly #world: ReaderWorld;
  readonly #counters: Counting;
  readonly #convert: Converter | undefined;
  readonly #fields: readonly (readonly [string, string])[];
  readonly #isFiltering: boolean;

  constructor(records: RecordConfig, world: ReaderWorld, counters: Counting) {
    this.#records = records;
    this.#world = world;
    this.#counters = counters;
    this.#convert = converterChain(records, world);
    this.#fields = Object.entries(records.addFields);
    this.#isFiltering = records.skipEmptyLines || records.include.length > 0 || records.drop.length > 0;
  }

  /** True when the record says that nothing after it matters. */
  isFooter(raw: RawRecord): boolean {
    const { footer } = this.#records;
    return footer !== undefined && matchPattern(footer, javaTrim(decodeUtf8(raw.data))) !== null;
  }

  /** The record converted, still with its place and without limits of size; undefined when it is left out. */
  convert(raw: RawRecord): (RawRecord & { readonly deadLetter?: string }) | undefined {
    if (this.#isFiltering && this.#isFiltered(raw.data)) {
      this.#counters.filteredRecords++;
      return undefined;
    }
    if (this.#convert === undefined && this.#fields.length === 0) return raw;
    const converted = this.#converted(raw);
    if (converted === undefined) return this.#unmatched(raw);
    if (this.#fields.length === 0) return withData(raw, converted);
    return withData(raw, encodeUtf8(withFields(decodeUtf8(converted), this.#fieldsOf(raw))));
  }

  /** Records of legal size with their keys. */
  finish(raw: RawRecord & { readonly deadLetter?: string }, into: AgentRecord[]): void {
    const { start, end, deadLetter } = raw;
    const { partitionKey: rule, recordBytesMax, onOversize, compat, truncatedTerminator } = this.#records;
    if (deadLetter !== undefined) {
      into.push({ data: raw.data, partitionKey: undefined, start, end, deadLetter });
      return;
    }
    if (raw instanceof Line && this.#finishLine(raw)) {
      into.push(raw);
      return;
    }
    const isDigest = rule?.kind === 'deterministic';
    const key = rule === undefined || isDigest ? undefined : partitionKeyOf(rule, raw.data, this.#world);
    const keyBytes = isDigest ? DIGEST_CHARS : rule?.kind === 'random' ? key!.length : Buffer.byteLength(key ?? '');
    const limit = recordBytesMax - keyBytes;
    if (raw.data.length <= limit) {
      into.push({ data: raw.data, partitionKey: isDigest ? digestKey(raw.data) : key, start, end });
    } else if (onOversize === 'drop') this.#counters.oversizeRecords++;
    else if (onOversize === 'split') {
      for (const data of splitRecord(raw.data, limit)) {
        into.push({ data, partitionKey: isDigest ? digestKey(data) : key, start, end });
      }
    } else {
      this.#counters.truncatedRecords++;
      const data = cutRecord(raw.data, { limit, terminator: truncatedTerminator, exact: compat === 'strict' });
      into.push({ data, partitionKey: isDigest ? digestKey(raw.data) : key, start, end });
    }
  }

  /** The most frequent case by far: a line as it is, with a key that means nothing or none. True when it is ready. */
  #finishLine(line: Line): boolean {
    const { partitionKey: rule, recordBytesMax } = this.#records;
    if (rule !== undefined && rule.kind !== 'random') return false;
    if (line.to - line.from > recordBytesMax - (rule === undefined ? 0 : RANDOM_KEY_CHARS_MAX)) return false;
    if (rule !== undefined) line.random = this.#world.random;
    return true;
  }

  #isFiltered(data: Uint8Array): boolean {
    const { skipEmptyLines, include, drop } = this.#records;
    if (skipEmptyLines && isEmptyLine(data)) return true;
    if (include.length === 0 && drop.length === 0) return false;
    const text = withoutFeed(decodeUtf8(data));
    const isIn = include.length === 0 || include.some((pattern) => matchPattern(pattern, text) !== null);
    return !isIn || drop.some((pattern) => matchPattern(pattern, text) !== null);
  }

  /** undefined: no converter could make anything of it. What cannot be converted at all stays as it is. */
  #converted(raw: RawRecord): Uint8Array | undefined {
    if (this.#convert === undefined) return raw.data;
    try {
      const text = this.#convert(decodeUtf8(raw.data));
      if (text !== undefined) this.#counters.convertedRecords++;
      return text === undefined ? undefined : encodeUtf8(text);
    } catch (error) {
      if (error instanceof ConversionError) return raw.data;
      throw error;
    }
  }

  #unmatched(raw: RawRecord): (RawRecord & { readonly deadLetter?: string }) | undefined {
    this.#counters.unmatchedRecords++;
    this.#counters.unmatchedSample = withoutFeed(decodeUtf8(raw.data.subarray(0, SAMPLE_CHARS_MAX)));
    if (this.#records.onUnmatched === 'raw') return raw;
    if (this.#records.onUnmatched !== 'deadletter') return undefined;
    return { ...withData(raw, raw.data), deadLetter: 'no converter matches' };
  }

  #fieldsOf(raw: RawRecord): readonly (readonly [string, string])[] {
    const values: Readonly<Record<string, string>> = {
      file: this.#world.path,
      host: this.#world.host,
      offset: String(raw.start),
    };
    return this.#fields.map(([name, text]) => [name, text.replace(/\$\{(\w+)\}/g, (_, word: string) => values[word]!)]);
  }
}

function isEmptyLine(data: Uint8Array): boolean {
  if (data.length === 2) return data[0] === CARRIAGE_RETURN && data[1] === LINE_FEED;
  return data.length === 0 || (data.length === 1 && data[0] === LINE_FEED);
}

/** Room that a key may take, before the key is known. */
export function keyRoom(records: RecordConfig): number {
  if (records.partitionKey === undefined) return 0;
  const { kind } = records.partitionKey;
  return kind === 'random' || kind === 'deterministic' ? DIGEST_CHARS : PARTITION_KEY_CHARS_MAX * 3;
}
