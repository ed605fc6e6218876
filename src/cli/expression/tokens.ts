/** The words of a filter expression, each with its place. Pure. */
import { errorAt } from './error.ts';
import { type Path, readPath } from './path.ts';

export type Token =
  | { readonly kind: 'path'; readonly at: number; readonly text: string; readonly path: Path }
  | { readonly kind: 'string'; readonly at: number; readonly text: string }
  /** As written, with its unit if it has one: 10, -1.5e3, 64KiB, 15m. */
  | { readonly kind: 'number'; readonly at: number; readonly text: string }
  | { readonly kind: 'name'; readonly at: number; readonly text: string }
  | { readonly kind: 'sign'; readonly at: number; readonly text: string }
  | { readonly kind: 'end'; readonly at: number; readonly text: '' };

const SPACE = /\s+/y;
const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?[A-Za-z]*/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const SIGN = /==|!=|<=|>=|\^=|\$=|~=|[<>()[\],]/y;
const STRING = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y;

/** All words and the end. @throws {CliError} with the place of what is none. */
export function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const token = tokenAt(text, at);
    if (token === undefined) throw errorAt(text, at, signHint(text, at));
    if (typeof token === 'number') at = token;
    else {
      found.push(token.token);
      at = token.end;
    }
  }
  return [...found, { kind: 'end', at, text: '' }];
}

type Found = { readonly token: Token; readonly end: number };

/** A token and its end, or the place behind a space. */
function tokenAt(text: string, at: number): Found | number | undefined {
  const space = matched(SPACE, text, at);
  if (space !== undefined) return at + space.length;
  if (text[at] === '.') {
    const { path, end } = readPath(text, at);
    return { token: { kind: 'path', at, text: text.slice(at, end), path }, end };
  }
  for (const [kind, pattern] of [
    ['number', NUMBER],
    ['name', WORD],
    ['sign', SIGN],
  ] as const) {
    const word = matched(pattern, text, at);
    if (word !== undefined) return { token: { kind, at, text: word }, end: at + word.length };
  }
  const quoted = matched(STRING, text, at);
  if (quoted === undefined) return undefined;
  return { token: { kind: 'string', at, text: unquoted(quoted) }, end: at + quoted.length };
}

function matched(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0' };

/** Known escapes become their characters; others stay as written, so that "\d" reaches a regular expression. */
function unquoted(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/gs, (whole, sign: string) => {
    if (sign === '"' || sign === "'" || sign === '\\') return sign;
    return ESCAPES[sign] ?? whole;
  });
}

function signHint(text: string, at: number): string {
  const sign = text[at]!;
  if (sign === '"' || sign === "'") return 'the text that begins here has no end';
  const meant: Readonly<Record<string, string>> = { '=': '== to compare', '&': 'and', '|': 'or', '!': 'not' };
  if (meant[sign] !== undefined) return `write ${meant[sign]}`;
  return `"${sign}" means nothing here`;
}
