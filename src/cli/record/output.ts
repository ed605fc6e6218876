/** Records in every form: a line for people, exact for programs. What a record holds never drives a terminal. */
import type { ConsumedRecord } from '../../client/shard-reader.ts';
import { printable } from '../../runtime/logger.ts';
import { usageError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { delimitedLine } from '../delimited.ts';
import { chosenTemplate } from '../global-options.ts';
import { pickFields } from '../list-output.ts';
import { parseTemplate } from '../template/template.ts';
import { cellOf, type DataForm, FIELDS, jsonLine } from './fields.ts';
import { prettyJson } from './json-text.ts';
import { type ColorBy, lineWriter, type TimeForm } from './line.ts';
import { type Payload, payloadOf } from './payload.ts';
import { type Selection, selectedText } from './select.ts';

/** A record with what is known about where it came from. */
export interface Sighting {
  readonly stream: string;
  readonly shardId: string;
  readonly record: ConsumedRecord;
  readonly lagMs: number;
  /** Its data as text and JSON, once someone has asked for them. */
  payload?: Payload;
}

export interface RecordOutputOptions {
  /** In place of every other form; the one of the command line unless given. */
  readonly template?: string | undefined;
  readonly data: DataForm;
  readonly timestamps: TimeForm;
  /** What stands behind each record in the raw form. */
  readonly delimiter: string;
  /** Parts of the data in place of the whole. */
  readonly select?: readonly Selection[] | undefined;
  /** JSON on several lines, where lines are for people. */
  readonly pretty?: boolean | undefined;
  readonly colorBy?: ColorBy | undefined;
  readonly highlight?: RegExp | undefined;
  /** Lines for people begin with the stream. */
  readonly withStream?: boolean | undefined;
  /** The form unless another is asked for. */
  readonly format?: 'raw' | undefined;
}

/** Turns a record into the bytes or text to print. */
export type RecordWriter = (sighting: Sighting) => string | Uint8Array;

export interface RecordOutput {
  /** What to print before the first record. */
  readonly head: string;
  readonly write: RecordWriter;
  /** Where data go out as the bytes they are: what stands behind each record. `write` does the same more slowly. */
  readonly plainEnd?: Uint8Array | undefined;
}

/** The writer for the form asked for. */
export async function recordWriter(context: Context, options: RecordOutputOptions): Promise<RecordOutput> {
  const template = chosenTemplate({ ...context.global, format: options.template ?? context.global.format });
  if (template !== undefined) {
    const { isTerminal } = context.out;
    const paint = await context.paint();
    return { head: '', write: parseTemplate(template, { isTerminal, paint, now: () => context.clock.now() }) };
  }
  const { output, json } = context.global;
  const format = output === undefined && !json ? (options.format ?? context.recordFormat) : context.recordFormat;
  switch (format) {
    case 'raw':
      return rawOutput(context, options);
    case 'ndjson': {
      const safe = context.out.isTerminal ? printable : (text: string) => text;
      const fields = pickFields(FIELDS, context.global.fields, (name) => name);
      return { head: '', write: (sighting) => `${safe(jsonLine(sighting, fields, options))}\n` };
    }
    case 'csv':
    case 'tsv':
      return delimitedOutput(context, format, options);
    default: {
      const style = { ...options, isWide: format === 'wide' };
      return { head: '', write: lineWriter(context, await context.paint(), style) };
    }
  }
}

/** Bytes into a pipe; into a terminal text that cannot drive it. */
function rawOutput(context: Context, { delimiter, select, pretty }: RecordOutputOptions): RecordOutput {
  const end = new TextEncoder().encode(delimiter);
  const { isTerminal } = context.out;
  const textOf = (sighting: Sighting) => {
    const payload = payloadOf(sighting);
    if (select !== undefined) return select.map((one) => selectedText(payload, one)).join('\t');
    return pretty && payload.json !== undefined ? prettyJson(payload.text!) : payload.lossyText;
  };
  const safe = (text: string) => (pretty ? text.split('\n').map(printable).join('\n') : printable(text));
  if (isTerminal) return { head: '', write: (sighting) => safe(textOf(sighting)) + delimiter };
  if (select !== undefined || pretty) return { head: '', write: (sighting) => textOf(sighting) + delimiter };
  return { head: '', plainEnd: end, write: ({ record }) => Buffer.concat([record.data, end]) };
}

const CELLS = ['time', 'shard', 'seq', 'key', 'data'];

function delimitedOutput(context: Context, format: 'csv' | 'tsv', options: RecordOutputOptions): RecordOutput {
  const { data, select } = options;
  const safe = context.out.isTerminal ? printable : (text: string) => text;
  const { fields, header } = context.global;
  const columns = fields === undefined ? CELLS : pickFields(FIELDS, fields, (name) => name);
  const cells = columns.flatMap((name): readonly { name: string; of: (sighting: Sighting) => string }[] => {
    if (name !== 'data' || select === undefined) return [{ name, of: (sighting) => cellOf(sighting, name, data) }];
    return select.map((one) => ({ name: one.name, of: (sighting) => selectedText(payloadOf(sighting), one) }));
  });
  const head = delimitedLine(
    cells.map((cell) => cell.name),
    format,
  );
  const line = (sighting: Sighting) =>
    delimitedLine(
      cells.map((cell) => safe(cell.of(sighting))),
      format,
    );
  return { head: header ? head : '', write: line };
}

/** A regular expression a person wrote. @throws {CliError}. */
export function patternOf(text: string, flags = ''): RegExp {
  try {
    return new RegExp(text, flags);
  } catch (error) {
    throw usageError(`"${text}" is no regular expression`, (error as Error).message);
  }
}
