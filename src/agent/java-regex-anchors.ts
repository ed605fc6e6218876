/** Places in a text: what ^, $, \Z and \b of a Java pattern are in JavaScript without the flag m. Pure. */
import type { JavaFlags } from './java-regex-cursor.ts';

const LINE_END = '[\\n\\r\\x85\\u2028\\u2029]';
export const START = '(?<![\\s\\S])';
export const END = '(?![\\s\\S])';
const NOT_INSIDE_CRLF = '(?!(?<=\\r)\\n)';

/** What \b takes for a letter, as Java did until 18. */
const WORD = '[\\p{L}\\p{Nd}_]';
export const WORD_BORDER = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
export const NO_WORD_BORDER = `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`;

/** ^ */
export function lineStart(flags: JavaFlags): string {
  if (!flags.multiLine) return START;
  if (flags.unixLines) return `(?=[\\s\\S])(?:${START}|(?<=\\n))`;
  return `(?=[\\s\\S])(?:${START}|(?<=${LINE_END}))${NOT_INSIDE_CRLF}`;
}

/** $ under (?m). */
export function lineEnd(flags: JavaFlags): string {
  return flags.unixLines ? `(?=\\n|${END})` : `(?=${LINE_END}|${END})${NOT_INSIDE_CRLF}`;
}

/** Before the line end that ends the text, or at its very end. */
export function lastLineEnd(flags: JavaFlags): string {
  return flags.unixLines ? `(?=\\n?${END})` : `(?=(?:\\r\\n|${LINE_END})?${END})${NOT_INSIDE_CRLF}`;
}
