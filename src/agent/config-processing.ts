/** dataProcessingOptions of a flow: the converters, in the order the file lists them. Pure. */
import type { ConverterConfig, FieldKind } from './config.ts';
import { readPattern } from './config-pattern.ts';
import { decodeInteger, type Section } from './config-section.ts';
import { LOG_FORMATS, logFormat } from './log-formats.ts';

const JSON_FORMATS = ['COMPACT', 'PRETTYPRINT'] as const;
const FIELD_KINDS: readonly FieldKind[] = ['int', 'float', 'bool', 'string'];

/** What reads the options of each name. */
const READERS: Readonly<Record<string, (option: Section) => ConverterConfig | undefined>> = {
  SINGLELINE: readSingleLine,
  CSVTOJSON: readCsv,
  LOGTOJSON: readLog,
  ADDMETADATA: (option) => ({
    kind: 'metadata',
    metadata: option.node('metadata') ?? { kind: 'null', line: 0 },
    timestamp: option.boolean('timestamp', false),
    pretty: readPretty(option),
  }),
  ADDEC2METADATA: readEc2,
  ADDBRACKETS: () => ({ kind: 'brackets' }),
};

/** The converters of a flow; what cannot be read is told and left out. */
export function readProcessing(flow: Section): readonly ConverterConfig[] {
  const node = flow.node('dataProcessingOptions');
  if (node === undefined || node.kind === 'null') return [];
  if (node.kind !== 'array') {
    flow.error('dataProcessingOptions', 'must be an array (Kinesis Agent would silently ignore it)');
    return [];
  }
  return node.items.flatMap((item, i) => {
    const path = `dataProcessingOptions[${i}]`;
    if (item.kind !== 'object') {
      flow.error(path, 'must be an object with an optionName');
      return [];
    }
    const converter = readOption(flow.inner(item, flow.keyPath(path)));
    return converter === undefined ? [] : [converter];
  });
}

function readOption(option: Section): ConverterConfig | undefined {
  const name = option.text('optionName');
  if (name === undefined) {
    option.error('optionName', 'is missing');
    return undefined;
  }
  if (name === 'USINGPLUGGIN' || name === 'USINGPLUGIN') {
    option.error('optionName', ` ${name}: Java plug-ins cannot run here`);
    return undefined;
  }
  const reader = READERS[name];
  if (reader === undefined) {
    option.error('optionName', `${JSON.stringify(name)} is not one of ${Object.keys(READERS).join(', ')}`);
    return undefined;
  }
  const converter = reader(option);
  option.finish();
  return converter;
}

function readPretty(option: Section): boolean {
  return option.choice('jsonFormat', JSON_FORMATS, 'COMPACT') === 'PRETTYPRINT';
}

function readSingleLine(option: Section): ConverterConfig {
  const words = option.texts('parseOptions') ?? [];
  for (const word of words) {
    if (word !== 'NO_TRIM' && word !== 'ESCAPE_NEW_LINE')
      option.tell('WARN', 'parseOptions', `${JSON.stringify(word)} is unknown, ignored`);
  }
  return {
    kind: 'singleLine',
    trim: !words.includes('NO_TRIM'),
    joint: words.includes('ESCAPE_NEW_LINE') ? '\\\\n' : '',
  };
}

function readCsv(option: Section): ConverterConfig | undefined {
  const fields = option.texts('customFieldNames');
  if (fields === undefined) option.error('customFieldNames', 'is missing');
  const text = option.text('delimiter') ?? ',';
  const delimiter = readPattern(option, 'delimiter', { mode: 'find', text });
  const isQuoted = own(option, 'quoted')?.boolean('quoted', false) ?? false;
  const quotedDelimiter = isQuoted ? literalDelimiter(text) : undefined;
  if (isQuoted && quotedDelimiter === undefined) {
    option.error('delimiter', `${JSON.stringify(text)} must be a single character where quotes count`);
  }
  const converter = {
    kind: 'csv',
    delimiter,
    quotedDelimiter,
    kinds: readKinds(option),
    pretty: readPretty(option),
  } as const;
  return fields === undefined || delimiter === undefined ? undefined : { ...converter, fields, delimiter };
}

/** The one character a delimiter stands for: itself, or what a backslash makes of it. */
function literalDelimiter(text: string): string | undefined {
  if (text === '\\t') return '\t';
  const char = text.replace(/^\\(?=[^A-Za-z0-9]$)/, '');
  return [...char].length === 1 ? char : undefined;
}

function readKinds(option: Section): Readonly<Record<string, FieldKind>> {
  const types = own(option, 'types')?.section('types');
  return Object.fromEntries((types?.keys() ?? []).map((name) => [name, types!.choice(name, FIELD_KINDS, 'string')]));
}

function readLog(option: Section): ConverterConfig | undefined {
  const format = option.choice('logFormat', LOG_FORMATS, undefined);
  if (!option.has('logFormat')) option.error('logFormat', `is missing: one of ${LOG_FORMATS.join(', ')}`);
  const names = option.texts('customFieldNames');
  const text = option.name('matchPattern');
  const custom = text === undefined ? undefined : readPattern(option, 'matchPattern', { mode: 'matches', text });
  const pretty = readPretty(option);
  if (text !== undefined && names === undefined) option.error('customFieldNames', 'is missing: matchPattern needs it');
  if (format === undefined || (text !== undefined && custom === undefined)) return undefined;
  const known = logFormat(format);
  const pattern = custom ?? known.pattern;
  const fields = names ?? (text === undefined ? known.fields : []);
  if (names !== undefined && names.length !== pattern.groups.length) {
    option.error(
      'customFieldNames',
      `${names.length} names for ${pattern.groups.length} groups: no record could match`,
    );
    return undefined;
  }
  return { kind: 'log', pattern, fields, dashIsNull: known.dashIsNull, pretty };
}

function readEc2(option: Section): ConverterConfig {
  if (!option.has('logFormat')) option.error('logFormat', 'is missing (Kinesis Agent wants one, whatever it says)');
  option.choice('logFormat', LOG_FORMATS, undefined);
  option.allow(['customFieldNames', 'matchPattern']);
  const ttl = option.text('metadataTTL');
  const seconds = ttl === undefined ? 3_600 : decodeInteger(ttl);
  if (seconds === undefined)
    option.tell('WARN', 'metadataTTL', `${JSON.stringify(ttl)} is not a whole number, 3600 used`);
  const fields = own(option, 'fields')?.texts('fields');
  return { kind: 'ec2', timeToLiveMs: (seconds ?? 3_600) * 1_000, fields, pretty: readPretty(option) };
}

/** Our own keys of an option: `"sluice": {"quoted": true}` or `"sluice.quoted": true`. */
function own(option: Section, key: string): Section | undefined {
  const dotted = option.node(`sluice.${key}`);
  if (dotted === undefined) return option.section('sluice');
  return option.inner(
    { kind: 'object', line: dotted.line, members: new Map([[key, { line: dotted.line, node: dotted }]]) },
    option.keyPath('sluice'),
  );
}
