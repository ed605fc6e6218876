/** A line as cells with their colours, so that only those that changed need be sent. Pure. */
import { isOneCellEach } from './text.ts';

/** A line in which each character takes one cell. */
export interface Cells {
  readonly text: string;
  /** What turns on the colours of each cell; '' for none. */
  readonly styles: readonly string[];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences
const COLOR = /\u001b\[([0-9;]*)m/g;

/** Blank cells that are the same are sent again rather than stepped over: a step takes as many bytes. */
const STEP_CELLS = 5;

/** undefined where terminals may not agree how wide the line is: it is to be sent whole. */
export function cellsOf(line: string): Cells | undefined {
  const text = line.replace(COLOR, '');
  if (!isOneCellEach(text)) return undefined;
  const styles: string[] = [];
  const on = new Map<string, string>();
  let style = '';
  let from = 0;
  for (const match of line.matchAll(COLOR)) {
    for (let cell = from; cell < match.index; cell++) styles.push(style);
    from = match.index + match[0].length;
    turn(on, match[1]!);
    style = [...on.values()].join('');
  }
  for (let cell = from; cell < line.length; cell++) styles.push(style);
  return { text, styles };
}

/** What each code that ends something ends. */
const ENDS: Readonly<Record<string, readonly string[]>> = {
  22: ['1', '2'],
  23: ['3'],
  24: ['4'],
  27: ['7'],
  39: ['foreground'],
  49: ['background'],
};

function turn(on: Map<string, string>, codes: string): void {
  const ended = codes === '' || codes === '0' ? [...on.keys()] : ENDS[codes];
  if (ended === undefined) on.set(kindOf(codes), `\u001b[${codes}m`);
  else for (const kind of ended) on.delete(kind);
}

function kindOf(codes: string): string {
  if (/^(3[0-8]|9[0-7])/.test(codes)) return 'foreground';
  return /^(4[0-8]|10[0-7])/.test(codes) ? 'background' : codes;
}

/** What makes the line `after` of `before`, with the cursor anywhere in it; '' when they are the same. */
export function changesBetween(before: Cells, after: Cells): string {
  const { text, styles } = after;
  const end = text.length;
  let out = '';
  for (let from = firstChange(before, after, 0); from < end; ) {
    let to = from + 1;
    for (let next = firstChange(before, after, to); next < end && next - to < STEP_CELLS; ) {
      to = next + 1;
      next = firstChange(before, after, to);
    }
    out += `\u001b[${from + 1}G${painted(text, styles, { from, to })}`;
    from = firstChange(before, after, to);
  }
  // Behind a line that fills the width the cursor stands on its last cell: only shorter lines erase what is behind them.
  return before.text.length > end ? `${out}\u001b[${end + 1}G\u001b[K` : out;
}

/** The first cell from `at` on that differs; the length of `after` when none does. */
function firstChange(before: Cells, after: Cells, at: number): number {
  const { length } = after.text;
  let cell = at;
  while (cell < length && before.text[cell] === after.text[cell] && before.styles[cell] === after.styles[cell]) cell++;
  return cell;
}

function painted(
  text: string,
  styles: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): string {
  let out = '';
  let style = '';
  for (let cell = from; cell < to; cell++) {
    if (styles[cell] !== style) {
      out += (style === '' ? '' : '\u001b[0m') + styles[cell];
      style = styles[cell]!;
    }
    out += text[cell];
  }
  return style === '' ? out : `${out}\u001b[0m`;
}
