/**
 * The converters of dataProcessingOptions, one after the other over a record's text. Pure but for the clock and the
 * instance's facts. Sources: https://docs.aws.amazon.com/streams/latest/dev/writing-with-agents.html#pre-processing
 */

import { type JsonNode, JsonSyntaxError, parseJsonWithComments } from '../model/json-with-comments.ts';
import { isoTime } from '../runtime/calendar.ts';
import type { ConverterConfig, RecordConfig } from './config.ts';
import { csvConverter } from './convert-csv.ts';
import { flatPrinter, type JsonEntry, objectText, quoted, textNode } from './json-text.ts';
import { matchPattern } from './match-pattern.ts';
import type { ReaderWorld } from './record-reader.ts';

/** Text in, text out; undefined for a record that is no use. */
export type Converter = (text: string) => string | undefined;

/** The record cannot be converted; it is sent as it is. */
export class ConversionError extends Error {
  override readonly name = 'ConversionError';
}

/** One function for the whole chain; undefined when there is none. @throws {ConversionError} from the function. */
export function converterChain(records: RecordConfig, world: ReaderWorld): Converter | undefined {
  const converters = records.converters.map((config) => converterOf(config, records, world));
  if (converters.length === 0) return undefined;
  return (text) => {
    let result: string | undefined = text;
    for (const convert of converters) {
      result = convert(result);
      if (result === undefined) return undefined;
    }
    return result;
  };
}

function converterOf(config: ConverterConfig, records: RecordConfig, world: ReaderWorld): Converter {
  switch (config.kind) {
    case 'singleLine':
      return singleLine(config);
    case 'csv':
      return csvConverter(config, records.compat === 'strict');
    case 'log':
      return logConverter(config, records.compat === 'strict');
    case 'metadata':
      return metadataConverter(config, world);
    case 'ec2':
      return instanceConverter(config, world);
    case 'brackets':
      return (text) => `{${text}}`;
  }
}

type Config<K extends ConverterConfig['kind']> = Extract<ConverterConfig, { kind: K }>;

function singleLine({ trim, joint }: Config<'singleLine'>): Converter {
  return (text) => {
    const lines = text.split('\n');
    while (lines.at(-1) === '') lines.pop();
    return `${(trim ? lines.map(javaTrim) : lines).join(joint)}\n`;
  };
}

/** Without the characters up to the blank at both ends. */
export function javaTrim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 32) start++;
  while (end > start && text.charCodeAt(end - 1) <= 32) end--;
  return text.slice(start, end);
}

/** Without one line feed at the end. */
export function withoutFeed(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

function logConverter({ pattern, fields, dashIsNull, pretty }: Config<'log'>, strict: boolean): Converter {
  const print = flatPrinter(fields, pretty);
  return (text) => {
    const line = withoutFeed(text);
    const match = matchPattern(pattern, !strict && line.endsWith('\r') ? line.slice(0, -1) : line);
    if (match === null) return undefined;
    const object = print((i) => {
      const value = match[pattern.groups[i]!];
      return value === undefined || (dashIsNull && value === '-') ? 'null' : quoted(value);
    });
    return `${object}\n`;
  };
}

function metadataConverter({ metadata, timestamp, pretty }: Config<'metadata'>, world: ReaderWorld): Converter {
  return (text) => {
    const entries: JsonEntry[] = timestamp ? [['ts', textNode(isoTime(world.clock.now()))]] : [];
    entries.push(['metadata', metadata], ['data', textNode(withoutFeed(text))]);
    return `${objectText(entries, pretty)}\n`;
  };
}

/** Puts the instance's facts over the record's members. Without facts the record stays as it is. */
function instanceConverter({ fields, pretty }: Config<'ec2'>, world: ReaderWorld): Converter {
  return (text) => {
    const facts = world.instance?.();
    if (facts === undefined) return text;
    const chosen = Object.entries(facts).filter(([name]) => fields === undefined || fields.includes(name));
    const added = chosen.map(([name, value]): JsonEntry => [name, factNode(value)]);
    return `${objectText([...membersOf(text), ...added], pretty)}\n`;
  };
}

function factNode(value: string | Readonly<Record<string, string>>): JsonNode {
  if (typeof value === 'string') return textNode(value);
  const members = new Map(Object.entries(value).map(([name, text]) => [name, { line: 0, node: textNode(text) }]));
  return { kind: 'object', line: 0, members };
}

/** The members of a record that is a JSON object. @throws {ConversionError} for any other. */
export function membersOf(text: string): readonly JsonEntry[] {
  const node = parsed(text);
  if (node?.kind !== 'object') throw new ConversionError('the record is no JSON object');
  return [...node.members].map(([name, member]) => [name, member.node]);
}

function parsed(text: string): JsonNode | undefined {
  try {
    return parseJsonWithComments(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** Adds fields to a record that is a JSON object; any other becomes the member `data` of one. */
export function withFields(text: string, fields: readonly (readonly [string, string])[]): string {
  const node = parsed(text);
  const before: readonly JsonEntry[] =
    node?.kind === 'object'
      ? [...node.members].map(([name, member]) => [name, member.node])
      : [['data', textNode(withoutFeed(text))]];
  return `${objectText([...before, ...fields.map(([name, value]): JsonEntry => [name, textNode(value)])], false)}\n`;
}
