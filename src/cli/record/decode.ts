/**
 * What producers wrap records in, undone: compression, base64, aggregates of the Kinesis Producer Library, batches of
 * CloudWatch Logs. A record that cannot be decoded is never dropped: it comes as it is, and says why. Pure.
 */
import type { HashRangeText } from '../../client/records-page.ts';
import type { ConsumedRecord } from '../../client/shard-reader.ts';
import { userRecords } from '../../client/user-records.ts';
import { usageError } from '../cli-error.ts';
import { mostSimilar } from '../similar.ts';
import { type Compression, compressionOf, hasZstd, inflate } from './decode-compression.ts';
import { logEvents } from './decode-logs.ts';
import { Payload } from './payload.ts';

/** The record, decoded; more than one or none where it holds others. */
export type Decode = (
  record: ConsumedRecord,
  range: HashRangeText | undefined,
) => ConsumedRecord | readonly ConsumedRecord[];

type Step = Decode;

const KPL_BYTE = 0xf3;
const STEPS: Readonly<Record<string, Step>> = {
  auto: automatic,
  kpl: (record, range) => userRecords(record, range) ?? failed(record, 'no aggregate of the Kinesis Producer Library'),
  gzip: (record) => inflated(record, 'gzip'),
  zlib: (record) => inflated(record, 'zlib'),
  zstd: (record) => inflated(record, 'zstd'),
  base64: fromBase64,
  cwlogs: fromLogs,
};
const WORDS = ['auto', 'none', 'gzip', 'zlib', 'zstd', 'base64', 'kpl', 'cwlogs'];

/** The decoding for words separated by commas, applied in their order; undefined for none. @throws {CliError}. */
export function parseDecoding(text: string): Decode | undefined {
  const words = text.split(',').map((word) => word.trim());
  if (words.length === 1 && words[0] === 'none') return undefined;
  const steps = words.map(stepOf);
  return steps.length === 1 ? steps[0]! : (record, range) => chained(steps, record, range);
}

function stepOf(word: string): Step {
  const step = Object.hasOwn(STEPS, word) ? STEPS[word] : undefined;
  if (word === 'none') throw usageError('--decode none stands alone');
  if (step === undefined) {
    const similar = mostSimilar(word, WORDS);
    const hint = similar === undefined ? [] : [`Did you mean "${similar}"?`];
    throw usageError(`"${word}" is no decoding`, ...hint, WORDS.join(', '));
  }
  if (word === 'zstd' && !hasZstd()) {
    throw usageError(
      'this Node cannot decode zstd',
      'Node 22.15 and 23.8 were the first that can. Try:  -o raw | zstd -d',
    );
  }
  return step;
}

function chained(steps: readonly Step[], record: ConsumedRecord, range: HashRangeText | undefined) {
  let records: readonly ConsumedRecord[] = [record];
  for (const step of steps) {
    records = records.flatMap((one) => (one.decodeError === undefined ? step(one, range) : one));
  }
  return records;
}

/** By their first bytes: aggregates, and compression in them or by itself. */
function automatic(record: ConsumedRecord, range: HashRangeText | undefined): ReturnType<Step> {
  const { data } = record;
  if (data[0] !== KPL_BYTE) return automaticallyInflated(record);
  return userRecords(record, range)?.map(automaticallyInflated) ?? record;
}

/** Two bytes are a weak sign of zlib: where they mislead, the record is what it looks like. */
function automaticallyInflated(record: ConsumedRecord): ConsumedRecord {
  const kind = compressionOf(record.data);
  if (kind === undefined) return record;
  const decoded = inflated(record, kind);
  return kind === 'zlib' && decoded.decodeError !== undefined ? record : decoded;
}

function inflated(record: ConsumedRecord, kind: Compression): ConsumedRecord {
  const result = inflate(record.data, kind);
  return typeof result === 'string' ? failed(record, result) : { ...record, data: result };
}

function fromBase64(record: ConsumedRecord): ConsumedRecord {
  const text = new Payload(record.data).text?.trim();
  const isBase64 = text !== undefined && text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  return isBase64 ? { ...record, data: Buffer.from(text, 'base64') } : failed(record, 'no base64');
}

function fromLogs(record: ConsumedRecord): ConsumedRecord | readonly ConsumedRecord[] {
  const plain = compressionOf(record.data) === 'gzip' ? inflated(record, 'gzip') : record;
  if (plain.decodeError !== undefined) return plain;
  const events = logEvents(new Payload(plain.data).json);
  if (events === undefined) return failed(record, 'no batch of CloudWatch Logs');
  return events.map((data, subSequence) => ({ ...record, subSequence, data }));
}

function failed(record: ConsumedRecord, decodeError: string): ConsumedRecord {
  return { ...record, decodeError };
}
