/** In which form an HTTP server gets records: ndjson, payloads alone with -o raw, or what --format says. */
import { usageError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { chosenTemplate } from '../global-options.ts';
import { pickFields } from '../list-output.ts';
import { plainPaint } from '../paint.ts';
import { FIELDS, jsonLine } from '../record/fields.ts';
import type { RecordWriter } from '../record/output.ts';
import { delimiterOf } from '../record/reading.ts';
import { parseTemplate } from '../template/template.ts';
import type { Options } from './plan.ts';

export interface HttpForm {
  readonly writer: RecordWriter;
  readonly contentType: string;
}

/** Records as they are, also when the command runs on a terminal. @throws {CliError} for a form that does not fit. */
export function httpForm(
  { global, clock }: Pick<Context, 'global' | 'clock'>,
  { data, delim }: Pick<Options, 'data' | 'delim'>,
): HttpForm {
  const template = chosenTemplate(global);
  if (template !== undefined) {
    const writer = parseTemplate(template, { isTerminal: false, paint: plainPaint, now: () => clock.now() });
    return { writer, contentType: 'text/plain; charset=utf-8' };
  }
  const { output = 'ndjson', fields } = global;
  if (output === 'raw') {
    const end = new TextEncoder().encode(delimiterOf(delim));
    return { writer: ({ record }) => Buffer.concat([record.data, end]), contentType: 'application/octet-stream' };
  }
  if (output !== 'ndjson') throw usageError(`a server gets ndjson, raw or --format: -o ${output} does not fit`);
  const names = pickFields(FIELDS, fields, (name) => name);
  return { writer: (sighting) => `${jsonLine(sighting, names, { data })}\n`, contentType: 'application/x-ndjson' };
}
