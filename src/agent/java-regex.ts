/**
 * Java regular expressions as JavaScript ones: the same matches and the same groups, or refused with the reason by name.
 * Java's meaning of ., $, \s and (?i) is written out instead of borrowed. Only the flag u is used: v would give set
 * operations, but Node 20 mismatches a negated class before ? inside a loop under it (observed 2026-11). Pure.
 */
import { Cursor, JavaRegexError } from './java-regex-cursor.ts';
import { readPattern } from './java-regex-parts.ts';

export interface JavaPattern {
  /** The pattern as it was given. */
  readonly source: string;
  readonly regexp: RegExp;
  /** Where Java's groups 1, 2, ... are found in a match. */
  readonly groups: readonly number[];
  /** What must be matched against the clock: where quantifiers stand inside quantifiers, a few dozen characters may do. */
  readonly timed: 'never' | 'long' | 'always';
}

/** Which of Java's three ways to match: the whole text, its beginning, or anywhere. */
export type MatchMode = 'matches' | 'lookingAt' | 'find';

/** Translates a pattern. `multiLine` is Java's flag given outside of the pattern. @throws {JavaRegexError} */
export function translateJavaRegex(source: string, mode: MatchMode, multiLine = false): JavaPattern {
  const cursor = new Cursor(source);
  const flags = { ignoreCase: false, multiLine, dotAll: false, unixLines: false, comments: false };
  const { js, javaGroups, nested } = readPattern(cursor, flags);
  const numbered = numberGroups(js);
  const wrapped = mode === 'find' ? numbered.js : mode === 'matches' ? `^(?:${numbered.js})$` : `^(?:${numbered.js})`;
  try {
    const regexp = new RegExp(wrapped, 'u');
    return {
      source,
      regexp,
      groups: javaGroups.map((id) => numbered.places.get(id)!),
      timed: nested ? 'always' : 'long',
    };
  } catch (error) {
    throw new JavaRegexError(`it has no JavaScript form (${(error as Error).message})`);
  }
}

/** Groups and references carry ids until all are known: those of atomic groups come between Java's own. */
function numberGroups(js: string): { readonly js: string; readonly places: ReadonlyMap<number, number> } {
  const places = new Map<number, number>();
  const opened = js.replace(/<open:(\d+)>/g, (_, id: string) => {
    places.set(Number(id), places.size + 1);
    return '(';
  });
  return {
    js: opened.replace(/<same:(\d+)>/g, (_, id: string) => `(?:\\${places.get(Number(id))!})`),
    places,
  };
}
