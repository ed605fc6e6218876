/** CSVTOJSON: columns of a line as members of an object. Without quoting rules, as in Kinesis Agent, unless asked for. Pure. */
import type { ConverterConfig, FieldKind } from './config.ts';
import { flatPrinter, quoted } from './json-text.ts';

/**
 * The converter for these columns; those a line does not have become null, further ones are dropped. `strict`: cuts
 * characters beyond U+FFFF where Kinesis Agent does.
 */
export function csvConverter(
  config: Extract<ConverterConfig, { kind: 'csv' }>,
  strict: boolean,
): (text: string) => string {
  const { fields, kinds, pretty, quotedDelimiter } = config;
  const print = flatPrinter(fields, pretty);
  const delimiter = new RegExp(config.delimiter.regexp.source, `g${config.delimiter.regexp.flags}`);
  return (text) => {
    const line = text.endsWith('\n') ? text.slice(0, -1) : text;
    const columns =
      quotedDelimiter === undefined ? javaSplit(line, delimiter, strict) : quotedColumns(line, quotedDelimiter);
    const column = (i: number) => (strict ? columns[i]?.replace(HALF, '?') : columns[i]);
    return `${print((i) => columnText(column(i), kinds[fields[i]!]))}\n`;
  };
}

/** Half of a character beyond U+FFFF, for which Java writes a question mark. */
const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Java's String.split: no empty text before a match of nothing at the start, none at the end. `halves`: a match of nothing cuts within characters too. */
function javaSplit(text: string, delimiter: RegExp, halves = false): readonly string[] {
  const columns: string[] = [];
  let from = 0;
  delimiter.lastIndex = 0;
  for (let match = delimiter.exec(text); match !== null; match = delimiter.exec(text)) {
    const isEmpty = match[0] === '';
    if (!isEmpty || match.index > 0) {
      if (!isEmpty || match.index < text.length) columns.push(text.slice(from, match.index));
      if (!isEmpty || match.index < text.length) from = match.index + match[0].length;
    }
    if (!isEmpty) continue;
    // Into the middle of a character the expression would go back to its beginning, for ever.
    const isWide = text.codePointAt(match.index)! > 0xffff;
    delimiter.lastIndex += isWide ? 2 : 1;
    if (!isWide || !halves) continue;
    columns.push(text.slice(from, match.index + 1));
    from = match.index + 1;
  }
  if (columns.length === 0) return [text];
  columns.push(text.slice(from));
  while (columns.at(-1) === '') columns.pop();
  return columns;
}

/** RFC 4180: a column in double quotes may hold the delimiter, line ends, and quotes written twice. */
function quotedColumns(line: string, delimiter: string): readonly string[] {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  const columns: string[] = [];
  for (let at = 0; at <= text.length; ) {
    const [column, end] = text[at] === '"' ? quotedColumn(text, at, delimiter) : plainColumn(text, at, delimiter);
    columns.push(column);
    at = end + delimiter.length;
  }
  return columns;
}

function plainColumn(text: string, at: number, delimiter: string): readonly [string, number] {
  const found = text.indexOf(delimiter, at);
  const end = found < 0 ? text.length : found;
  return [text.slice(at, end), end];
}

/** What stands between a closing quote and the delimiter is kept. */
function quotedColumn(text: string, at: number, delimiter: string): readonly [string, number] {
  let column = '';
  for (let from = at + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return [column + text.slice(from), text.length];
    column += text.slice(from, quote);
    if (text[quote + 1] !== '"') {
      const [rest, end] = plainColumn(text, quote + 1, delimiter);
      return [column + rest, end];
    }
    column += '"';
    from = quote + 2;
  }
}

/** The JSON of a column: as its kind, or as text where it is none of that kind. */
function columnText(column: string | undefined, kind: FieldKind | undefined): string {
  if (column === undefined) return 'null';
  if (kind === undefined || kind === 'string') return quoted(column);
  const text = column.trim();
  if (kind === 'int' && /^[+-]?\d+$/.test(text)) return BigInt(text.replace('+', '')).toString();
  if (kind === 'float' && text !== '' && Number.isFinite(Number(text))) return String(Number(text));
  if (kind === 'bool' && /^(true|false)$/i.test(text)) return text.toLowerCase();
  return quoted(column);
}
