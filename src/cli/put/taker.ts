/** Takes the records of a put's source one by one: shapes, checks and sends each, and knows how far it has come. */
import { PARTITION_KEY_CHARS_MAX } from '../../model/limits.ts';
import { CliError, usageError } from '../cli-error.ts';
import { EXIT } from '../exit.ts';
import { placeOf, type RecordTaker, type SourceRecord } from '../record/source.ts';
import { shellWord } from '../shell-line.ts';
import { grouped } from '../values.ts';
import type { PutReport } from './report.ts';
import type { PutCall, Sender } from './sender.ts';
import { recordShape, type Shaped } from './shape.ts';

export interface PutTakerOptions {
  readonly options: PutCall;
  readonly report: PutReport;
  readonly sender: Sender;
  /** Data and key of one record of the stream, at most. */
  readonly recordBytesMax: number;
  readonly explicitHashKey: string | undefined;
}

/** Beside the data of an item: a key in front of it, or what an envelope says. */
const ITEM_EXTRA_BYTES = 4_096;
const RANDOM_KEY_BYTES = 16;

export class PutTaker implements RecordTaker {
  readonly #put: PutTakerOptions;
  readonly #keyBytes: number;
  readonly #shape: ((record: SourceRecord) => Shaped) | undefined;
  readonly #countMax: number;
  #taken = 0;
  #last: { readonly source: string; number: number } | undefined;
  /** Bytes of the input that were read. */
  inputBytes = 0;

  constructor(put: PutTakerOptions) {
    const { options, explicitHashKey } = put;
    const { key } = options;
    if (key !== undefined && (key === '' || key.length > PARTITION_KEY_CHARS_MAX)) {
      throw usageError(`a partition key has 1 to ${PARTITION_KEY_CHARS_MAX} characters`);
    }
    this.#put = put;
    this.#keyBytes = key === undefined ? RANDOM_KEY_BYTES : Buffer.byteLength(key);
    this.#countMax = options.count ?? Number.POSITIVE_INFINITY;
    const envelope = options.resume === undefined ? options.envelope : 'ndjson';
    this.#shape = recordShape({ ...options, envelope, explicitHashKey });
  }

  /** What an item of the input may have, as it is written there: more would be refused anyway. */
  get itemBytesMax(): number {
    const { encoding, envelope, compress, resume } = this.#put.options;
    const isWrapped = envelope === 'ndjson' || resume !== undefined;
    const times = compress === 'gzip' ? 16 : isWrapped ? 6 : encoding === 'utf8' ? 1 : 2;
    return this.#put.recordBytesMax * times + ITEM_EXTRA_BYTES;
  }

  take(record: SourceRecord): boolean {
    if (this.#taken >= this.#countMax) return false;
    if (this.#shape === undefined) this.#send(record);
    else this.#sendShaped(record, this.#shape(record));
    this.#taken++;
    if (this.#last?.source === record.source) this.#last.number = record.number;
    else this.#last = { source: record.source, number: record.number };
    return this.#taken < this.#countMax;
  }

  /** Records of the input that were taken. */
  get taken(): number {
    return this.#taken;
  }

  room(): Promise<void> | undefined {
    return this.#put.sender.room() ?? this.#put.report.room();
  }

  onBytes(bytes: number): void {
    this.inputBytes += bytes;
  }

  /** Where reading stopped, and how to go on from there; nothing when there is nothing to go on with. */
  rest(stream: string): readonly string[] {
    if (this.#last === undefined || this.#put.options.follow) return [];
    const { source, number } = this.#last;
    if (source === 'argument' || source === 'record') return [];
    const place = `${source === 'line' ? 'stdin' : source}:${number}`;
    const isLines = (this.#put.options.framing ?? 'lines') === 'lines' && !/\.(gz|zst)$/.test(source);
    const go =
      isLines && source !== 'line'
        ? [`       tail -n +${number + 1} ${shellWord(source)} | sluice put ${shellWord(stream)} ...`]
        : [];
    return [`Read:  up to ${place}; what follows it was not sent`, ...go];
  }

  #send(record: SourceRecord): void {
    const { sender, explicitHashKey, options, recordBytesMax } = this.#put;
    if (record.end - record.start + this.#keyBytes > recordBytesMax) this.#refuse(record, this.#tooLong());
    else sender.add(record, options.key, explicitHashKey);
  }

  #sendShaped(record: SourceRecord, shaped: Shaped): void {
    if ('refused' in shaped) {
      this.#refuse(record, shaped.refused);
      return;
    }
    const { sender, options, report, recordBytesMax } = this.#put;
    const { partitionKey, explicitHashKey, data } = shaped;
    const keyBytes = partitionKey === undefined ? RANDOM_KEY_BYTES : Buffer.byteLength(partitionKey);
    if (data.length + keyBytes > recordBytesMax) {
      this.#refuse(record, this.#tooLong());
      return;
    }
    if (shaped.keyless) {
      if (options.keyMissing === 'fail') throw usageError(`${placeOf(record)} has no key ${options.keyFrom}`);
      if (options.keyMissing === 'skip') {
        report.skip();
        return;
      }
      report.keyless();
    }
    sender.add({ bytes: data, start: 0, end: data.length }, partitionKey, explicitHashKey);
  }

  #tooLong(): string {
    return `longer than the ${grouped(this.#put.recordBytesMax)} bytes a record may have`;
  }

  #refuse(record: SourceRecord, why: string): void {
    const { options, report } = this.#put;
    report.refuse(placeOf(record), why);
    if (options.onError === 'fail') throw new CliError(`${placeOf(record)}: ${why}`, { exit: EXIT.partial });
  }
}
