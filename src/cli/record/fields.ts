/** The members of a record as programs get them, one by one. Pure. */
import { hashKeyOf } from '../../client/hash-key.ts';
import type { ConsumedRecord } from '../../client/shard-reader.ts';
import { isoTime } from '../../runtime/calendar.ts';
import type { Sighting } from './output.ts';
import { base64, hex, type Payload, payloadOf } from './payload.ts';
import { type Selection, selectedJson } from './select.ts';

/** How data stand in JSON: JSON as it is, other text as a string, the rest as base64; or always the same way. */
export type DataForm = 'auto' | 'string' | 'json' | 'hex' | 'base64';

export const FIELDS = ['stream', 'shard', 'seq', 'sub', 'key', 'hash', 'time', 'size', 'lagMs', 'data', 'enc'];

/** A member other than data and enc. */
export function memberOf({ stream, shardId, record, lagMs }: Sighting, name: string): string | number {
  switch (name) {
    case 'stream':
      return stream;
    case 'shard':
      return shardId;
    case 'seq':
      return record.sequenceNumber;
    case 'sub':
      return record.subSequence ?? 0;
    case 'key':
      return record.partitionKey;
    case 'hash':
      return hashText(record);
    case 'time':
      return isoTime(record.arrivalMs);
    case 'size':
      return record.data.length;
    default:
      return lagMs;
  }
}

/** The hash key that the record was put under, as a decimal number. */
export function hashText({ explicitHashKey, partitionKey }: ConsumedRecord): string {
  return explicitHashKey ?? String(hashKeyOf(partitionKey));
}

/** Data as a value of JSON, and what it is. */
export interface DataText {
  readonly json: string;
  readonly enc: string;
  readonly error?: string | undefined;
}

/** JSON goes in as it is: its numbers may be longer than ours. */
function dataOf(payload: Payload, form: DataForm): DataText {
  const { data } = payload;
  if (form === 'hex') return { json: `"${hex(data)}"`, enc: 'hex' };
  const text = form === 'base64' ? undefined : payload.text;
  if (text === undefined) return { json: `"${base64(data)}"`, enc: 'base64', error: notJson(form) };
  if (
    form === 'json' ? payload.json !== undefined : form === 'auto' && looksLikeJson(text) && payload.json !== undefined
  ) {
    return { json: oneLine(text), enc: 'json' };
  }
  return { json: JSON.stringify(text), enc: 'utf8', error: notJson(form) };
}

function notJson(form: DataForm): string | undefined {
  return form === 'json' ? 'no JSON' : undefined;
}

/** A bare number or word is more likely meant as text. */
function looksLikeJson(text: string): boolean {
  return /^\s*[{[]/.test(text);
}

/** Line ends can only stand between the values of JSON. */
function oneLine(json: string): string {
  return /[\r\n]/.test(json) ? json.trim().replace(/[\r\n]+/g, ' ') : json;
}

/** The parts asked for as an object; those that the data do not have are left out. */
function selectedObject(payload: Payload, selection: readonly Selection[]): string {
  const members = selection.flatMap((one) => {
    const json = selectedJson(payload, one);
    return json === undefined ? [] : [`${JSON.stringify(one.name)}:${json}`];
  });
  return `{${members.join(',')}}`;
}

/** The record on one line of JSON. */
export function jsonLine(
  sighting: Sighting,
  fields: readonly string[],
  { data: form, select }: { readonly data: DataForm; readonly select?: readonly Selection[] | undefined },
): string {
  const payload = payloadOf(sighting);
  const data =
    select === undefined
      ? dataOf(payload, form)
      : { json: selectedObject(payload, select), enc: 'json', error: undefined };
  let line = '{';
  for (const name of fields) {
    if (line.length > 1) line += ',';
    if (name === 'data') line += `"data":${data.json}`;
    else if (name === 'enc') line += `"enc":"${data.enc}"`;
    else line += `"${name}":${JSON.stringify(memberOf(sighting, name))}`;
  }
  const error = sighting.record.decodeError ?? data.error;
  return error === undefined
    ? `${line}}`
    : `${line}${line.length > 1 ? ',' : ''}"decodeError":${JSON.stringify(error)}}`;
}

/** A member as a cell of CSV or TSV. */
export function cellOf(sighting: Sighting, name: string, form: DataForm): string {
  if (name === 'enc') return dataOf(payloadOf(sighting), form).enc;
  if (name !== 'data') return String(memberOf(sighting, name));
  const { data, text } = payloadOf(sighting);
  if (form === 'hex') return hex(data);
  return form === 'base64' ? base64(data) : (text ?? base64(data));
}
