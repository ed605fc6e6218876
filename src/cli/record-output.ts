/** Records in every form: a line for people, exact for programs. What a record holds never drives a terminal. */
import type { ConsumedRecord } from '../client/shard-reader.ts';
import { clockTime, isoTime } from '../runtime/calendar.ts';
import { printable } from '../runtime/logger.ts';
import type { Context } from './context.ts';
import { delimitedLine } from './delimited.ts';
import { cut, pickFields } from './list-output.ts';
import type { Paint } from './paint.ts';
import { durationText, shortShard } from './values.ts';

/** A record with what is known about where it came from. */
export interface Sighting {
  readonly stream: string;
  readonly shardId: string;
  readonly record: ConsumedRecord;
  readonly lagMs: number;
}

export type DataForm = 'auto' | 'string' | 'base64';
export type TimeForm = 'local' | 'utc' | 'age' | 'none';

export interface RecordOutputOptions {
  readonly data: DataForm;
  readonly timestamps: TimeForm;
  /** What stands behind each record in the raw form. */
  readonly delimiter: string;
}

/** Turns a record into the bytes or text to print. */
export type RecordWriter = (sighting: Sighting) => string | Uint8Array;

const FIELDS = ['stream', 'shard', 'seq', 'key', 'time', 'size', 'lagMs', 'data', 'enc'];

/** The writer for the form asked for, and what to print before the first record. */
export async function recordWriter(
  context: Context,
  options: RecordOutputOptions,
): Promise<{ readonly head: string; readonly write: RecordWriter }> {
  const format = context.recordFormat;
  const safe = context.out.isTerminal ? printable : (text: string) => text;
  const columns = fieldsFor(context.global.fields, format);
  switch (format) {
    case 'raw': {
      const end = new TextEncoder().encode(options.delimiter);
      const isTerminal = context.out.isTerminal;
      const write = ({ record }: Sighting) =>
        isTerminal ? printable(lossyText(record.data)) + options.delimiter : Buffer.concat([record.data, end]);
      return { head: '', write };
    }
    case 'ndjson':
      return { head: '', write: (sighting) => `${safe(jsonLine(sighting, columns, options.data))}\n` };
    case 'csv':
    case 'tsv': {
      const cells = (sighting: Sighting) => columns.map((name) => safe(cellOf(sighting, name, options.data)));
      return { head: delimitedLine(columns, format), write: (sighting) => delimitedLine(cells(sighting), format) };
    }
    default: {
      const paint = await context.paint();
      const width = context.out.isTerminal && format === 'table' ? context.columns * 3 : Number.POSITIVE_INFINITY;
      const line = { paint, context, width, isWide: format === 'wide', timestamps: options.timestamps };
      return { head: '', write: (sighting) => tableLine(sighting, line) };
    }
  }
}

function fieldsFor(fields: string | undefined, format: string): readonly string[] {
  if (fields === undefined && (format === 'csv' || format === 'tsv')) return ['time', 'shard', 'seq', 'key', 'data'];
  return pickFields(FIELDS, fields, (name) => name);
}

interface LineStyle {
  readonly paint: Paint;
  readonly context: Context;
  readonly width: number;
  readonly isWide: boolean;
  readonly timestamps: TimeForm;
}

function tableLine({ shardId, record }: Sighting, style: LineStyle): string {
  const { paint, context, isWide } = style;
  const time = timeText(record.arrivalMs, style.timestamps, context);
  const cells = [
    ...(time === '' ? [] : [paint.dim(time)]),
    paint.shard(shardId, shortShard(shardId)),
    ...(isWide ? [record.sequenceNumber] : []),
    paint.cyan(printable(record.partitionKey)),
    cut(printable(lossyText(record.data)), style.width),
  ];
  return `${cells.join(' ')}\n`;
}

function timeText(arrivalMs: number, form: TimeForm, context: Context): string {
  if (form === 'none') return '';
  if (form === 'age') return durationText(Math.max(0, context.clock.now() - arrivalMs)).padStart(8);
  return clockTime(arrivalMs, form === 'utc' ? 'utc' : context.zone);
}

function jsonLine(sighting: Sighting, fields: readonly string[], form: DataForm): string {
  const data = dataOf(sighting.record.data, form);
  const members = fields.map((name) => {
    if (name === 'data') return `"data":${data.json}`;
    if (name === 'enc') return `"enc":"${data.enc}"`;
    return `"${name}":${JSON.stringify(memberOf(sighting, name))}`;
  });
  return `{${members.join(',')}}`;
}

function cellOf(sighting: Sighting, name: string, form: DataForm): string {
  const { data } = sighting.record;
  if (name === 'enc') return dataOf(data, form).enc;
  if (name !== 'data') return String(memberOf(sighting, name));
  return form === 'base64' ? base64(data) : (exactText(data) ?? base64(data));
}

function memberOf({ stream, shardId, record, lagMs }: Sighting, name: string): string | number {
  switch (name) {
    case 'stream':
      return stream;
    case 'shard':
      return shardId;
    case 'seq':
      return record.sequenceNumber;
    case 'key':
      return record.partitionKey;
    case 'time':
      return isoTime(record.arrivalMs);
    case 'size':
      return record.data.length;
    default:
      return lagMs;
  }
}

/** JSON goes in as it is (its numbers may be longer than ours), other text as a string, the rest as base64. */
function dataOf(data: Uint8Array, form: DataForm): { readonly json: string; readonly enc: string } {
  const text = form === 'base64' ? undefined : exactText(data);
  if (text === undefined) return { json: `"${base64(data)}"`, enc: 'base64' };
  if (form === 'auto' && /^\s*[{[]/.test(text) && isJson(text)) {
    return { json: text.trim().replace(/[\r\n]+/g, ' '), enc: 'json' };
  }
  return { json: JSON.stringify(text), enc: 'utf8' };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder();

/** The text, or undefined when the bytes are not UTF-8. */
function exactText(data: Uint8Array): string | undefined {
  try {
    return strict.decode(data);
  } catch {
    return undefined;
  }
}

/** The text with a replacement sign where the bytes are not UTF-8. */
export function lossyText(data: Uint8Array): string {
  return lossy.decode(data);
}

function base64(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
}
