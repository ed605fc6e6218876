/** Places in JSON: `.user.id`, `.items[0]`, `.items[-1]`, `.["odd name"]`; `.` alone is the whole. Pure. */
import { errorAt } from './error.ts';

/** Names and indexes from the outside in. */
export type Path = readonly (string | number)[];

const NAME = /[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff-]*/y;
const INDEX = /\[\s*(-?\d{1,9})\s*\]/y;
const QUOTED = /\[\s*("(?:[^"\\]|\\.)*")\s*\]/y;

/** The path that begins with a dot at `from`, and where it ends. @throws {CliError} with the place. */
export function readPath(text: string, from: number): { readonly path: Path; readonly end: number } {
  const path: (string | number)[] = [];
  let at = from;
  let isFirst = true;
  for (;;) {
    if (text[at] === '.') {
      const name = match(NAME, text, at + 1);
      if (name !== undefined) {
        path.push(name[0]);
        at += 1 + name[0].length;
      } else if (isFirst) at += 1;
      else throw errorAt(text, at + 1, 'a name is missing behind the dot');
    } else if (text[at] === '[' && !isFirst) {
      const found = match(INDEX, text, at) ?? match(QUOTED, text, at);
      if (found === undefined) throw errorAt(text, at, 'in brackets stands an index or a name in double quotes');
      path.push(found[1]!.startsWith('"') ? unquoted(text, at, found[1]!) : Number(found[1]));
      at += found[0].length;
    } else return { path, end: at };
    isFirst = false;
  }
}

/** Paths separated by commas. @throws {CliError} with the place. */
export function parsePaths(text: string): readonly { readonly path: Path; readonly text: string }[] {
  const paths: { path: Path; text: string }[] = [];
  for (let at = 0; ; at++) {
    while (text[at] === ' ') at++;
    if (text[at] !== '.') throw errorAt(text, at, 'a path begins with a dot, like .user.id');
    const { path, end } = readPath(text, at);
    paths.push({ path, text: text.slice(at, end) });
    at = end;
    while (text[at] === ' ') at++;
    if (at >= text.length) return paths;
    if (text[at] !== ',') throw errorAt(text, at, 'a comma is missing between two paths');
  }
}

/** One path. @throws {CliError} with the place. */
export function parsePath(text: string): Path {
  const [first, second] = parsePaths(text);
  if (second !== undefined) throw errorAt(text, text.indexOf(','), 'only one path fits here');
  return first!.path;
}

/** What stands there; undefined when nothing does. Only what is the value's own: no member of JavaScript's objects. */
export function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    if (Array.isArray(found)) found = typeof step === 'number' ? found.at(step) : undefined;
    else found = Object.hasOwn(found, step) ? (found as Record<string | number, unknown>)[step] : undefined;
  }
  return found;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function unquoted(text: string, at: number, quoted: string): string {
  try {
    return JSON.parse(quoted);
  } catch {
    throw errorAt(text, at + 1, 'the name is not written as JSON writes texts');
  }
}
