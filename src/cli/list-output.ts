/** Lists and single documents in every form: aligned for people, exact for programs. */
import { printable } from '../runtime/logger.ts';
import { AnswerInstead, usageError } from './cli-error.ts';
import type { Context } from './context.ts';
import { delimitedLine } from './delimited.ts';
import { chosenTemplate } from './global-options.ts';
import { mostSimilar } from './similar.ts';

/** A cell as programs get it. */
export type Cell = string | number | boolean | null | readonly string[] | Readonly<Record<string, unknown>>;

export interface Column<R> {
  readonly name: string;
  readonly of: (row: R) => Cell;
  /** As people get it, where that differs. */
  readonly shown?: ((row: R) => string) | undefined;
  /** Only with -o wide, and for programs. */
  readonly wide?: boolean | undefined;
  /** Numbers stand to the right. */
  readonly right?: boolean | undefined;
}

/** Prints rows in the form asked for; the first column is what `-o name` prints. */
export async function printList<R>(context: Context, all: readonly Column<R>[], rows: readonly R[]): Promise<void> {
  const format = context.listFormat;
  const { fields, header } = context.global;
  const columns = pickFields(all, fields, (column) => column.name);
  const { out } = context;
  const template = chosenTemplate(context.global);
  if (template !== undefined) {
    const lineOf = await lineTemplate(
      context,
      template,
      columns.map(({ name }) => name),
    );
    for (const row of rows) await out.write(lineOf(documentOf(columns, row)));
    return;
  }
  const safe = out.isTerminal ? printable : same;
  switch (format) {
    case 'table':
    case 'wide': {
      const isWide = format === 'wide' || fields !== undefined;
      const paint = await context.paint();
      const lines = alignedLines(isWide ? columns : columns.filter((column) => column.wide !== true), rows);
      const fit = out.isTerminal && !isWide ? context.columns : Number.POSITIVE_INFINITY;
      for (const [i, line] of lines.entries())
        await out.write(`${i === 0 ? paint.dim(cut(line, fit)) : cut(line, fit)}\n`);
      return;
    }
    case 'json':
      return void (await out.write(
        jsonText(
          rows.map((row) => documentOf(columns, row)),
          out.isTerminal,
        ),
      ));
    case 'ndjson':
      for (const row of rows) await out.write(jsonText(documentOf(columns, row), false));
      return;
    case 'csv':
    case 'tsv':
      for (const line of delimitedLines(columns, rows, { format, header, safe })) await out.write(line);
      return;
    case 'name':
      for (const row of rows) await out.write(`${safe(cellText(all[0]!.of(row)))}\n`);
      return;
    case 'env':
      throw usageError('-o env is for one document, not for a list', 'Try --json or -o tsv.');
  }
}

interface Delimiting {
  readonly format: 'csv' | 'tsv';
  readonly header: boolean;
  readonly safe: (text: string) => string;
}

function* delimitedLines<R>(columns: readonly Column<R>[], rows: readonly R[], { format, header, safe }: Delimiting) {
  if (header) {
    const names = columns.map(({ name }) => name);
    yield delimitedLine(names, format);
  }
  for (const row of rows) {
    const cells = columns.map(({ of }) => safe(cellText(of(row))));
    yield delimitedLine(cells, format);
  }
}

/** Columns for names, which short ones share in all documents. */
const NAME_WIDTH = 12;

/** One thing with named values, in the order given. `extra` stands in the JSON forms only. */
export async function printDocument(
  context: Context,
  values: Readonly<Record<string, Cell>>,
  extra: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { out } = context;
  const entries = pickFields(Object.entries(values), context.global.fields, ([name]) => name);
  const template = chosenTemplate(context.global);
  if (template !== undefined) {
    const lineOf = await lineTemplate(
      context,
      template,
      entries.map(([name]) => name),
    );
    return void (await out.write(lineOf(Object.fromEntries(entries))));
  }
  const form = context.listFormat;
  if (form === 'json')
    return void (await out.write(jsonText({ ...Object.fromEntries(entries), ...extra }, out.isTerminal)));
  if (form === 'ndjson') {
    return void (await out.write(jsonText({ ...Object.fromEntries(entries), ...extra }, false)));
  }
  const paint = await context.paint();
  const safe = out.isTerminal ? printable : same;
  const width = Math.max(...entries.map(([name]) => name.length), NAME_WIDTH);
  for (const [name, value] of entries) {
    if (form === 'env') await out.write(`${name}=${shellQuoted(safe(cellText(value)))}\n`);
    else if (form === 'name') return void (await out.write(`${safe(cellText(value))}\n`));
    else if (form === 'csv' || form === 'tsv') await out.write(delimitedLine([name, safe(cellText(value))], form));
    else await out.write(`${paint.dim(name.padEnd(width))} ${printable(cellText(value))}\n`);
  }
}

/** Loaded only where it is asked for. */
async function lineTemplate(context: Context, template: string, names: readonly string[]) {
  const { parseLineTemplate } = await import('./template/line-template.ts');
  const { isTerminal } = context.out;
  return parseLineTemplate(template, names, {
    isTerminal,
    paint: await context.paint(),
    now: () => context.clock.now(),
  });
}

/** Whether a page for people is wanted, rather than values. */
export function wantsPage({ global, listFormat }: Context): boolean {
  return global.format === undefined && (listFormat === 'table' || listFormat === 'wide');
}

/** The chosen columns in the order chosen. @throws {AnswerInstead} for `help`: the names of all, one a line. */
export function pickFields<C>(all: readonly C[], fields: string | undefined, nameOf: (one: C) => string): readonly C[] {
  if (fields === undefined) return all;
  const names = all.map(nameOf);
  if (fields === 'help') throw new AnswerInstead(names.map((name) => `${name}\n`).join(''));
  return fields.split(',').map((field) => {
    const found = all[names.indexOf(field)];
    if (found !== undefined) return found;
    const similar = mostSimilar(field, names);
    const hint = similar === undefined ? [] : [`Did you mean "${similar}"?`];
    throw usageError(`there is no field "${field}"`, ...hint, names.join(', '));
  });
}

function alignedLines<R>(columns: readonly Column<R>[], rows: readonly R[]): readonly string[] {
  const table = [
    columns.map((column) => column.name.toUpperCase()),
    ...rows.map((row) => columns.map((column) => printable(column.shown?.(row) ?? cellText(column.of(row))))),
  ];
  const widths = columns.map((_, i) => Math.max(...table.map((line) => line[i]!.length)));
  return table.map((line) =>
    line
      .map((cell, i) => (columns[i]!.right ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}

/** The line, shortened to the terminal's width. */
export function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`;
}

/** A row as programs get it. */
export function documentOf<R>(columns: readonly Column<R>[], row: R): Record<string, Cell> {
  return Object.fromEntries(columns.map((column) => [column.name, column.of(row)]));
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'object') return String(cell);
  return Array.isArray(cell) ? cell.join(',') : JSON.stringify(cell);
}

/** JSON with a line end, on several lines for people. Nothing in it can drive a terminal: controls are written as JSON escapes. */
export function jsonText(value: unknown, pretty: boolean): string {
  return `${printableLines(JSON.stringify(value, null, pretty ? 2 : undefined))}\n`;
}

/** The text with every control character but line ends made visible. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

const same = (text: string) => text;

/** A word of the shell that means exactly this text. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
