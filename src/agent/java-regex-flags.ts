/** Flags inside a Java pattern: `(?im-s)` for the rest of a group and `(?i:...)` for one. Pure. */
import { type Cursor, type JavaFlags, JavaRegexError } from './java-regex-cursor.ts';

/** `(?im-s)` without a colon. */
export function readInlineFlags(cursor: Cursor, flags: JavaFlags): JavaFlags | undefined {
  for (let length = 2; cursor.peek() === '(' && cursor.peek(1) === '?'; length++) {
    const point = cursor.peek(length);
    if (point === ')' && length > 2) {
      cursor.accept('(?');
      return withFlags(cursor.until(')')!, flags);
    }
    if (!/^[a-zA-Z-]$/.test(point)) return undefined;
  }
  return undefined;
}

/** The flags after `im-s`. */
export function withFlags(letters: string, flags: JavaFlags): JavaFlags {
  const names = { i: 'ignoreCase', m: 'multiLine', s: 'dotAll', d: 'unixLines', x: 'comments' } as const;
  const [on = '', off = ''] = letters.split('-');
  const changed = { ...flags };
  for (const [part, value] of [
    [on, true],
    [off, false],
  ] as const) {
    for (const letter of part) {
      const name = names[letter as keyof typeof names];
      if (name === undefined) throw new JavaRegexError(`the flag (?${letter}) cannot be translated`);
      changed[name] = value;
    }
  }
  return changed;
}
