/**
 * A character class of a Java pattern, `[a-z&&[^aeiou]]` with unions, ranges, intersections and quotes, as a piece of
 * JavaScript that takes one character. Pure.
 */
import { type Cursor, classLiteral, type JavaFlags, JavaRegexError } from './java-regex-cursor.ts';
import { type CharacterSet, readEscape } from './java-regex-escape.ts';

/** What stands between two &&. */
interface Operand {
  /** Ranges and properties, ready to stand between brackets. */
  body: string;
  /** What cannot stand there: negated sets and nested classes. */
  readonly others: string[];
  hasNested: boolean;
  /** Items written. */
  count: number;
}

const newOperand = (): Operand => ({ body: '', others: [], hasNested: false, count: 0 });

/** Reads a class whose `[` has been passed. */
export function readClass(cursor: Cursor, flags: JavaFlags): string {
  const negated = cursor.accept('^');
  const operands = [newOperand()];
  for (let first = true; ; first = false) {
    cursor.skipComments(flags);
    if (cursor.peek() === '') throw new JavaRegexError('a [ is not closed');
    if (cursor.peek() === ']' && !first) break;
    if (cursor.accept('&&')) operands.push(newOperand());
    else readItem(cursor, flags, operands.at(-1)!);
  }
  cursor.next();
  const written = operands.filter((operand) => operand.count > 0);
  if (written.length > 1 && negated) {
    throw new JavaRegexError('[^...&&...] means different things in different Java versions');
  }
  if (written.slice(1).some((operand) => operand.hasNested && operand.count > 1)) {
    throw new JavaRegexError('[...&&[...]...] means different things in different Java versions');
  }
  if (written.length > 1) return `(?:${written.map((operand) => `(?=${union(operand)})`).join('')}[\\s\\S])`;
  const [only] = written;
  if (only === undefined) throw new JavaRegexError('a class is empty');
  if (!negated) return union(only);
  return only.others.length === 0 ? `[^${only.body}]` : `(?:(?!${union(only)})[\\s\\S])`;
}

function union({ body, others }: Operand): string {
  const choices = body === '' ? others : [`[${body}]`, ...others];
  return choices.length === 1 ? choices[0]! : `(?:${choices.join('|')})`;
}

/** A nested class, a quote, a set, a character or a range of them. */
function readItem(cursor: Cursor, flags: JavaFlags, into: Operand): void {
  into.count++;
  if (cursor.accept('[')) {
    into.hasNested = true;
    into.others.push(readClass(cursor, flags));
    return;
  }
  if (cursor.accept('\\Q')) {
    for (const point of cursor.until('\\E') ?? cursor.rest()) into.body += cased(point, point, flags);
    return;
  }
  const low = readPoint(cursor, flags);
  if (typeof low !== 'string') {
    if (low.negated) into.others.push(`[^${low.body}]`);
    else into.body += low.body;
    return;
  }
  const isRange = cursor.peek() === '-' && cursor.peek(1) !== ']' && cursor.peek(1) !== '[' && cursor.peek(1) !== '';
  if (!isRange) {
    into.body += cased(low, low, flags);
    return;
  }
  cursor.next();
  const high = readPoint(cursor, flags);
  if (typeof high !== 'string') throw new JavaRegexError(`the range ${low}- has no end`);
  if (low.codePointAt(0)! > high.codePointAt(0)!) throw new JavaRegexError(`the range ${low}-${high} runs backwards`);
  into.body += cased(low, high, flags);
}

/** One character, or the set that a backslash stands for. */
function readPoint(cursor: Cursor, flags: JavaFlags): string | CharacterSet {
  const point = cursor.next();
  if (point !== '\\') return point;
  if (/^[RXbN]$/.test(cursor.peek())) throw new JavaRegexError(`\\${cursor.peek()} cannot stand in a class`);
  const found = readEscape(cursor, flags);
  return found.kind === 'point' ? found.point : found;
}

/** A range with, under (?i), the other case of its ASCII letters. */
function cased(low: string, high: string, flags: JavaFlags): string {
  const range = low === high ? classLiteral(low) : `${classLiteral(low)}-${classLiteral(high)}`;
  if (!flags.ignoreCase) return range;
  const others = (['az', 'AZ'] as const).map(([from, to]) => {
    const start = Math.max(low.codePointAt(0)!, from!.charCodeAt(0));
    const end = Math.min(high.codePointAt(0)!, to!.charCodeAt(0));
    return start > end ? '' : `${String.fromCharCode(start ^ 32)}-${String.fromCharCode(end ^ 32)}`;
  });
  return range + others.join('');
}
