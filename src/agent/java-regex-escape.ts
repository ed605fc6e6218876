/**
 * What a backslash means in a Java pattern: one character, or a set of them. Pure.
 * Source: https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/regex/Pattern.html
 */
import { type Cursor, type JavaFlags, JavaRegexError } from './java-regex-cursor.ts';

/** Characters by what stands between the brackets of a class. */
export interface CharacterSet {
  readonly body: string;
  readonly negated: boolean;
}

export type Escape = { readonly kind: 'point'; readonly point: string } | ({ readonly kind: 'set' } & CharacterSet);

/** Sets by letter; the capital letter is the opposite. */
const SETS: Readonly<Record<string, string>> = {
  d: '0-9',
  w: 'A-Za-z0-9_',
  s: '\\t-\\r ',
  h: ' \\t\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000',
  v: '\\n-\\r\\x85\\u2028\\u2029',
};

const POINTS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f', a: '\x07', e: '\x1b' };

/** POSIX names: US-ASCII only in Java. */
const POSIX: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\0-\\x7f',
  Alpha: 'A-Za-z',
  Digit: '0-9',
  Alnum: 'A-Za-z0-9',
  Punct: '\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e',
  Graph: '\\x21-\\x7e',
  Print: '\\x20-\\x7e',
  Blank: ' \\t',
  Cntrl: '\\0-\\x1f\\x7f',
  XDigit: '0-9A-Fa-f',
  Space: '\\t-\\r ',
};

/** Java's names of binary properties after `Is`, where JavaScript has another or the same one. */
const BINARY: Readonly<Record<string, string>> = {
  alphabetic: 'Alphabetic',
  ideographic: 'Ideographic',
  letter: 'L',
  lowercase: 'Lowercase',
  uppercase: 'Uppercase',
  titlecase: 'Lt',
  punctuation: 'P',
  control: 'Cc',
  white_space: 'White_Space',
  digit: 'Nd',
  assigned: 'Assigned',
};

/** Reads what follows a backslash, for what means the same inside and outside of a class. */
export function readEscape(cursor: Cursor, flags: JavaFlags): Escape {
  const letter = cursor.next();
  const body = SETS[letter.toLowerCase()];
  if (body !== undefined) return { kind: 'set', body, negated: SETS[letter] === undefined };
  if (letter === 'p' || letter === 'P') return { kind: 'set', body: property(cursor, flags), negated: letter === 'P' };
  const point = POINTS[letter];
  if (point !== undefined) return { kind: 'point', point };
  if (letter === '0') return { kind: 'point', point: octal(cursor) };
  if (letter === 'x') return { kind: 'point', point: hexadecimal(cursor) };
  if (letter === 'u') return { kind: 'point', point: utf16(cursor) };
  if (letter === 'c') return { kind: 'point', point: String.fromCodePoint(cursor.next().codePointAt(0)! ^ 64) };
  if (/[A-Za-z]/.test(letter)) throw new JavaRegexError(`\\${letter} cannot be translated`);
  return { kind: 'point', point: letter };
}

function octal(cursor: Cursor): string {
  const first = cursor.peek();
  const digits = cursor.run(/^[0-7]$/, /^[0-3]$/.test(first) ? 3 : 2);
  if (digits === '') throw new JavaRegexError('\\0 wants octal digits');
  return String.fromCodePoint(Number.parseInt(digits, 8));
}

function hexadecimal(cursor: Cursor): string {
  const braced = cursor.accept('{');
  const digits = cursor.run(/^[0-9a-fA-F]$/, braced ? 6 : 2);
  const value = Number.parseInt(digits, 16);
  const complete = braced ? cursor.accept('}') && value <= 0x10ffff : digits.length === 2;
  if (!complete) throw new JavaRegexError('\\x wants two hexadecimal digits, or a code point in braces');
  return String.fromCodePoint(value);
}

/** Two surrogates in a row are one character. */
function utf16(cursor: Cursor): string {
  const unit = codeUnit(cursor);
  const isHigh = unit >= 0xd800 && unit < 0xdc00;
  if (!isHigh || cursor.peek() !== '\\' || cursor.peek(1) !== 'u') return String.fromCharCode(unit);
  cursor.accept('\\u');
  return String.fromCharCode(unit, codeUnit(cursor));
}

function codeUnit(cursor: Cursor): number {
  const digits = cursor.run(/^[0-9a-fA-F]$/, 4);
  if (digits.length !== 4) throw new JavaRegexError('\\u wants four hexadecimal digits');
  return Number.parseInt(digits, 16);
}

/** What stands between the brackets for \p{...}. */
function property(cursor: Cursor, flags: JavaFlags): string {
  const name = cursor.accept('{') ? cursor.until('}') : cursor.next();
  if (name === undefined) throw new JavaRegexError('\\p{ is not closed');
  const shown = `\\p{${name}}`;
  if (flags.ignoreCase && /^(Lower|Upper|(Is|gc=|general_category=)?L[ult]|Is(Lower|Upper|Title)case)$/i.test(name)) {
    throw new JavaRegexError(`${shown} under (?i) means different things in different Java versions`);
  }
  const posix = POSIX[name];
  if (posix !== undefined) return posix;
  const js = unicodeProperty(name);
  if (js === undefined) throw new JavaRegexError(`${shown} cannot be translated`);
  return `\\p{${js}}`;
}

/** JavaScript's spelling of a category, script or binary property; undefined where there is none. */
function unicodeProperty(name: string): string | undefined {
  const [, key, value] = /^(\w+)=(.+)$/.exec(name) ?? [];
  const plain = name.replace(/^Is/, '');
  const candidates =
    key === undefined
      ? [/^(Is)?[A-Z][a-z]?$/.test(name) ? `gc=${plain}` : '', BINARY[plain.toLowerCase()] ?? '', `sc=${plain}`]
      : /^(sc|script)$/.test(key)
        ? [`sc=${value}`]
        : /^(gc|general_category)$/.test(key)
          ? [`gc=${value}`]
          : [];
  if (key === undefined && plain === name && !/^[A-Z][a-z]?$/.test(name)) return undefined;
  return candidates.find((candidate) => candidate !== '' && isProperty(candidate));
}

function isProperty(name: string): boolean {
  try {
    new RegExp(`\\p{${name}}`, 'u');
    return true;
  } catch {
    return false;
  }
}
