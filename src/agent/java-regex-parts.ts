/** The grammar of Java patterns, read from left to right and written in JavaScript on the way. Pure. */
import { END, lastLineEnd, lineEnd, lineStart, NO_WORD_BORDER, START, WORD_BORDER } from './java-regex-anchors.ts';
import { readClass } from './java-regex-class.ts';
import { type Cursor, type JavaFlags, JavaRegexError, literal } from './java-regex-cursor.ts';
import { readEscape } from './java-regex-escape.ts';
import { readInlineFlags, withFlags } from './java-regex-flags.ts';

export interface ReadPattern {
  /** With <open:id> for every capturing parenthesis and <same:id> for every reference to one. */
  readonly js: string;
  /** Ids of Java's own groups, in order. */
  readonly javaGroups: readonly number[];
  /** A repetition stands inside an unbounded repetition. */
  readonly nested: boolean;
}

/** A translated piece and what a quantifier around it must know. */
interface Piece {
  readonly js: string;
  readonly nullable: boolean;
  /** Holds a group of Java's. */
  readonly captures: boolean;
  /** Holds a group that a match of the piece may leave out. */
  readonly mayLeaveOut: boolean;
  /** Holds an unbounded repetition. */
  readonly repeats: boolean;
  /** Always matches the empty text, if it matches. */
  readonly fixed?: boolean;
}

interface State {
  readonly cursor: Cursor;
  ids: number;
  readonly javaGroups: number[];
  readonly names: Map<string, number>;
  /** Groups that are closed, and of those the ones that may not take part. */
  readonly closed: Set<number>;
  readonly optional: Set<number>;
  /** Groups that Java does not clear when it gives up the piece they stand in. */
  readonly sticky: Set<number>;
  nested: boolean;
  inLookbehind: boolean;
}

const plain = (js: string, nullable: boolean): Piece => ({
  js,
  nullable,
  captures: false,
  mayLeaveOut: false,
  repeats: false,
  fixed: nullable,
});

/** Reads the whole pattern. @throws {JavaRegexError} */
export function readPattern(cursor: Cursor, flags: JavaFlags): ReadPattern {
  const state: State = {
    cursor,
    ids: 0,
    javaGroups: [],
    names: new Map(),
    closed: new Set(),
    optional: new Set(),
    sticky: new Set(),
    nested: false,
    inLookbehind: false,
  };
  const { js } = readAlternatives(state, flags);
  if (!cursor.done) throw new JavaRegexError('a ) has no (');
  if ([...state.sticky].some((id) => state.optional.has(id))) {
    throw new JavaRegexError('a group that may not take part, inside an atomic group, cannot be translated');
  }
  return { js, javaGroups: state.javaGroups, nested: state.nested };
}

/** Up to a closing parenthesis, which is left, or the end. (?i) changes the flags for the rest of it. */
function readAlternatives(state: State, outer: JavaFlags): Piece {
  const alternatives: Piece[][] = [[]];
  const groupsBefore = state.javaGroups.length;
  let flags = outer;
  for (;;) {
    state.cursor.skipComments(flags);
    if (state.cursor.done || state.cursor.peek() === ')') break;
    if (state.cursor.accept('|')) {
      for (const id of state.javaGroups.slice(groupsBefore)) state.optional.add(id);
      alternatives.push([]);
      continue;
    }
    const changed = readInlineFlags(state.cursor, flags);
    if (changed !== undefined) flags = changed;
    else alternatives.at(-1)!.push(...readTerm(state, flags));
  }
  const pieces = alternatives.flat();
  const captures = pieces.some((piece) => piece.captures);
  if (alternatives.length > 1) for (const id of state.javaGroups.slice(groupsBefore)) state.optional.add(id);
  return {
    js: alternatives.map((sequence) => sequence.map((piece) => piece.js).join('')).join('|'),
    nullable: alternatives.some((sequence) => sequence.every((piece) => piece.nullable)),
    captures,
    mayLeaveOut: (captures && alternatives.length > 1) || pieces.some((piece) => piece.mayLeaveOut),
    repeats: pieces.some((piece) => piece.repeats),
  };
}

/** An atom with its quantifier; \Q...\E gives one piece for each character. */
function readTerm(state: State, flags: JavaFlags): Piece[] {
  const { cursor } = state;
  if (cursor.accept('\\Q')) {
    const points = [...(cursor.until('\\E') ?? cursor.rest())].map((point) => plain(literal(point, flags), false));
    const last = points.pop();
    return last === undefined ? [] : [...points, quantified(state, flags, last, [])];
  }
  const before = state.javaGroups.length;
  const atom = readAtom(state, flags);
  return [quantified(state, flags, atom, state.javaGroups.slice(before))];
}

function readAtom(state: State, flags: JavaFlags): Piece {
  const { cursor } = state;
  const point = cursor.next();
  if (point === '(') return readGroup(state, flags);
  if (point === '[') return plain(readClass(cursor, flags), false);
  if (point === '.')
    return plain(flags.dotAll ? '[\\s\\S]' : flags.unixLines ? '[^\\n]' : `[^\\n\\r\\x85\\u2028\\u2029]`, false);
  if (point === '^') return plain(lineStart(flags), true);
  if (point === '$') return plain(flags.multiLine ? lineEnd(flags) : lastLineEnd(flags), true);
  if (point === '\\') return readBackslash(state, flags);
  if (/^[*+?{]$/.test(point)) throw new JavaRegexError(`nothing stands before ${point}`);
  return plain(literal(point, flags), false);
}

/** Places and references first, then what means the same in a class. */
function readBackslash(state: State, flags: JavaFlags): Piece {
  const { cursor } = state;
  if (cursor.accept('A')) return plain(START, true);
  if (cursor.accept('z')) return plain(END, true);
  if (cursor.accept('Z')) return plain(lastLineEnd(flags), true);
  if (cursor.accept('R')) return plain('(?:\\r\\n|(?!\\r\\n)[\\n-\\r\\x85\\u2028\\u2029])', false);
  if (cursor.accept('b{')) throw new JavaRegexError('\\b{ cannot be translated');
  if (cursor.accept('b')) return plain(WORD_BORDER, true);
  if (cursor.accept('B')) return plain(NO_WORD_BORDER, true);
  if (/^[1-9]$/.test(cursor.peek())) return reference(state, flags, numberedGroup(state));
  if (cursor.accept('k<')) {
    const name = cursor.until('>') ?? '';
    return reference(state, flags, state.names.get(name));
  }
  const found = readEscape(cursor, flags);
  return plain(
    found.kind === 'set' ? `[${found.negated ? '^' : ''}${found.body}]` : literal(found.point, flags),
    false,
  );
}

/** Java takes as many digits as there are groups for. */
function numberedGroup(state: State): number | undefined {
  let number = Number(state.cursor.next());
  while (/^\d$/.test(state.cursor.peek()) && number * 10 + Number(state.cursor.peek()) <= state.javaGroups.length) {
    number = number * 10 + Number(state.cursor.next());
  }
  return state.javaGroups[number - 1];
}

/** A reference to a group without a value never matches in Java and always does in JavaScript. */
function reference(state: State, flags: JavaFlags, id: number | undefined): Piece {
  if (id === undefined || !state.closed.has(id))
    throw new JavaRegexError('a back-reference names a group that is not before it');
  if (state.optional.has(id))
    throw new JavaRegexError('a back-reference to a group that may not take part cannot be translated');
  if (flags.ignoreCase) throw new JavaRegexError('a back-reference under (?i) cannot be translated');
  if (state.inLookbehind) throw new JavaRegexError('a back-reference in a lookbehind cannot be translated');
  return { ...plain(`<same:${id}>`, true), fixed: false };
}

/** What stands in parentheses; the opening one is passed. */
function readGroup(state: State, flags: JavaFlags): Piece {
  const { cursor } = state;
  for (const opening of ['?=', '?!', '?<=', '?<!'] as const) {
    if (cursor.accept(opening)) return lookaround(state, flags, opening);
  }
  const before = state.javaGroups.length;
  if (cursor.accept('?>')) {
    const inner = closed(state, readAlternatives(state, flags));
    return atomic(state, inner, state.javaGroups.slice(before));
  }
  if (cursor.accept('?<')) return capture(state, flags, cursor.until('>'));
  if (!cursor.accept('?')) return capture(state, flags, undefined);
  const letters = cursor.until(':');
  if (letters === undefined || !/^[a-zA-Z-]*$/.test(letters))
    throw new JavaRegexError('(? begins no group that Java knows');
  const inner = closed(state, readAlternatives(state, withFlags(letters, flags)));
  return { ...inner, js: `(?:${inner.js})` };
}

function closed(state: State, inner: Piece): Piece {
  if (!state.cursor.accept(')')) throw new JavaRegexError('a ( is not closed');
  return inner;
}

function lookaround(state: State, flags: JavaFlags, opening: string): Piece {
  const outside = state.inLookbehind;
  const before = state.javaGroups.length;
  state.inLookbehind ||= opening.startsWith('?<');
  const inner = closed(state, readAlternatives(state, flags));
  if (inner.captures && opening !== '?=') throw new JavaRegexError(`a group inside (${opening} cannot be translated`);
  state.inLookbehind = outside;
  for (const group of state.javaGroups.slice(before)) state.sticky.add(group);
  return { ...inner, js: `(?:(${opening}${inner.js}))`, nullable: true, fixed: true };
}

function capture(state: State, flags: JavaFlags, name: string | undefined): Piece {
  const id = ++state.ids;
  state.javaGroups.push(id);
  if (name !== undefined) {
    if (!/^[a-zA-Z][a-zA-Z0-9]*$/.test(name)) throw new JavaRegexError(`${JSON.stringify(name)} is no name of a group`);
    if (state.names.has(name)) throw new JavaRegexError(`two groups are called ${name}`);
    state.names.set(name, id);
  }
  const inner = closed(state, readAlternatives(state, flags));
  state.closed.add(id);
  return { ...inner, js: `<open:${id}>${inner.js})`, captures: true };
}

/** No way back into the piece once it has matched: a lookahead that is then repeated. */
function atomic(state: State, inner: Piece, groups: readonly number[]): Piece {
  const id = ++state.ids;
  for (const group of groups) state.sticky.add(group);
  if (state.inLookbehind) throw new JavaRegexError('an atomic group in a lookbehind cannot be translated');
  return { ...inner, js: `(?:(?=<open:${id}>${inner.js}))<same:${id}>)` };
}

const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})$/;

/** The piece with the quantifier that follows it, if one does. */
function quantified(state: State, flags: JavaFlags, piece: Piece, groups: readonly number[]): Piece {
  const { cursor } = state;
  cursor.skipComments(flags);
  if (!/^[*+?{]$/.test(cursor.peek())) return piece;
  const first = cursor.next();
  const written = first === '{' ? `{${cursor.until('}') ?? ''}}` : first;
  if (!QUANTIFIER.test(written)) throw new JavaRegexError(`${written} is no quantifier; a brace itself is written \\{`);
  const [min, max] = bounds(written);
  checkRepetition(piece, max);
  if (min === 0) for (const id of groups) state.optional.add(id);
  if (piece.repeats && max > 1) state.nested = true;
  const result: Piece = {
    js: piece.nullable ? `(?:${piece.js})${written}` : `${piece.js}${written}`,
    nullable: piece.nullable || min === 0,
    captures: piece.captures,
    mayLeaveOut: piece.mayLeaveOut || (piece.captures && min === 0),
    repeats: piece.repeats || max === Number.POSITIVE_INFINITY,
  };
  const isLazy = cursor.accept('?');
  const isPossessive = !isLazy && cursor.accept('+');
  if (/^[*+?{]$/.test(cursor.peek())) throw new JavaRegexError(`nothing stands before ${cursor.peek()}`);
  // A round that matches nothing counts in Java; JavaScript takes it back.
  const optional = isLazy ? `(?:|${piece.js})` : `(?:${piece.js}|)`;
  const js = piece.nullable && min === 0 && max === 1 ? optional : `${result.js}${isLazy ? '?' : ''}`;
  return isPossessive ? atomic(state, { ...result, js }, groups) : { ...result, js };
}

function bounds(written: string): readonly [number, number] {
  if (written === '*') return [0, Number.POSITIVE_INFINITY];
  if (written === '+') return [1, Number.POSITIVE_INFINITY];
  if (written === '?') return [0, 1];
  const [min, max] = written.slice(1, -1).split(',');
  return [Number(min), max === undefined ? Number(min) : max === '' ? Number.POSITIVE_INFINITY : Number(max)];
}

/** Refuses where the two see repetition differently: JavaScript forgets a group's value at each round, Java keeps it. */
function checkRepetition(piece: Piece, max: number): void {
  if (max <= 1) return;
  if (piece.mayLeaveOut)
    throw new JavaRegexError('a repeated group with another that not each round fills cannot be translated');
  if (piece.nullable && !piece.fixed) throw new JavaRegexError('repeating what may match nothing cannot be translated');
}
