/**
 * Text in terminal cells. Foreign text (keys, payloads, names) is made safe first: it can neither drive the terminal
 * nor be wider than it says. Pure.
 */
import stringWidth from 'string-width';

/** Printable ASCII and the signs this program draws with: one cell each, no need to look closer. */
const ONE_CELL_EACH = /^[\x20-\x7e\u2500-\u259f\u25b2-\u25cf\u2800-\u28ff…·–→←↑↓▼⏎×]*$/;

/** Whether each character takes one cell in every terminal. */
export function isOneCellEach(text: string): boolean {
  return ONE_CELL_EACH.test(text);
}

/** How many cells the text takes. For text without control characters. */
export function widthOf(text: string): number {
  return ONE_CELL_EACH.test(text) ? text.length : stringWidth(text);
}

const LINE_SIGNS = /[\t\n\r\v\f\u0085\u2028\u2029]+/g;
/** Joins, marks of direction and of presentation: they change how neighbours are drawn, differently in each terminal. */
const SHAPERS =
  /\u00ad|[\u200b-\u200d]|\u2060|\ufeff|[\ufe00-\ufe0f]|[\u{1f3fb}-\u{1f3ff}]|[\u{e0100}-\u{e01ef}]|\p{Me}/gu;
/** Controls, private and unassigned characters, lone surrogates, and signs on whose width terminals disagree. */
const UNSURE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Mc}\u1160-\u11ff\ud7b0-\ud7ff]/gu;
const FLAG_LETTERS = /[\u{1f1e6}-\u{1f1ff}]/gu;
const FLAG_A = 0x1f1e6;
/** Marks above and below take no cell, but many of them cover the rows around. */
const PILED_MARKS = /(\p{Mn}{2})\p{Mn}+/gu;
const LEADING_MARKS = /^\p{Mn}+/u;
const BEYOND_AGREED = /[^\x20-\x7e\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}]/gu;

/**
 * The text on one line, without anything that acts on the terminal: what does is shown as `·`. Its width is the sum
 * of its characters' widths, so it may be cut anywhere.
 */
export function safeText(text: string): string {
  if (ONE_CELL_EACH.test(text)) return text;
  const safe = text
    .normalize('NFC')
    .replace(LINE_SIGNS, ' ')
    .replace(SHAPERS, '')
    .replace(FLAG_LETTERS, (sign) => String.fromCharCode(65 + sign.codePointAt(0)! - FLAG_A))
    .replace(UNSURE, '·')
    .replace(PILED_MARKS, '$1')
    .replace(LEADING_MARKS, '·');
  return sumOfWidths(safe) === stringWidth(safe) ? safe : safe.replace(BEYOND_AGREED, '·');
}

/** As safeText, but looks only at as much of a long text as fits into `cells`. */
export function safeStart(text: string, cells: number): string {
  // A character takes at least one cell unless it is a mark, and few marks stay.
  return safeText(text.length > cells * 4 ? text.slice(0, cells * 4) : text);
}

const characterWidths = new Map<string, number>();
const WIDTHS_KEPT_MAX = 4_096;

function characterWidth(character: string): number {
  let width = characterWidths.get(character);
  if (width === undefined) {
    if (characterWidths.size >= WIDTHS_KEPT_MAX) characterWidths.clear();
    width = stringWidth(character);
    characterWidths.set(character, width);
  }
  return width;
}

function sumOfWidths(text: string): number {
  let sum = 0;
  for (const character of text) sum += characterWidth(character);
  return sum;
}

/** Exactly `width` cells, the text to the left, cut with `…`. For safe text. */
export function toWidth(text: string, width: number): string {
  return aligned(text, width, false);
}

/** Exactly `width` cells, the text to the right. */
export function toWidthRight(text: string, width: number): string {
  return aligned(text, width, true);
}

function aligned(text: string, width: number, toRight: boolean): string {
  if (width <= 0) return '';
  const taken = widthOf(text);
  const shown = taken <= width ? text : cut(text, width);
  const space = ' '.repeat(width - (taken <= width ? taken : widthOf(shown)));
  return toRight ? space + shown : shown + space;
}

/** The start of the text in at most `width` cells, with `…` in the last. */
function cut(text: string, width: number): string {
  if (ONE_CELL_EACH.test(text)) return `${text.slice(0, width - 1)}…`;
  let shown = '';
  let used = 0;
  for (const character of text) {
    const cells = characterWidth(character);
    if (used + cells > width - 1) break;
    shown += character;
    used += cells;
  }
  return `${shown}…`;
}

/** `left` and `right` at the two ends of exactly `width` cells; the right one gives way first. */
export function spread(left: string, right: string, width: number): string {
  const space = width - widthOf(left) - widthOf(right);
  return space < 1 ? toWidth(left, width) : left + ' '.repeat(space) + right;
}
