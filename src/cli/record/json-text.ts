/**
 * JSON as text: what stands at a path, exactly as it was written, and lines for people. Numbers longer than JavaScript's
 * come through whole. Takes valid JSON only. Pure.
 */
import type { Path } from '../expression/path.ts';

const SPACES = /[ \t\r\n]*/y;
const SCALAR = /[^\s,\]}]+/y;

/** The text of the value at a path; undefined when there is none. Of members with the same name the last one counts. */
export function textAt(json: string, path: Path): string | undefined {
  let at = behind(SPACES, json, 0);
  for (const step of path) {
    const places = new Map<string | number, number>();
    if (json[at] === '{') eachMember(json, at, (name, place) => void places.set(name, place));
    else if (json[at] === '[') eachItem(json, at, (index, place) => void places.set(index, place));
    const wanted = typeof step === 'number' && step < 0 ? places.size + step : step;
    const found = json[at] === '{' ? places.get(String(wanted)) : places.get(wanted);
    if (found === undefined) return undefined;
    at = found;
  }
  return json.slice(at, endOfValue(json, at));
}

function eachMember(json: string, from: number, visit: (name: string, at: number) => void): void {
  let at = behind(SPACES, json, from + 1);
  while (json[at] !== '}') {
    const nameEnd = endOfString(json, at);
    const name = JSON.parse(json.slice(at, nameEnd)) as string;
    at = behind(SPACES, json, behind(SPACES, json, nameEnd) + 1);
    visit(name, at);
    at = afterComma(json, endOfValue(json, at));
  }
}

function eachItem(json: string, from: number, visit: (index: number, at: number) => void): void {
  let at = behind(SPACES, json, from + 1);
  for (let index = 0; json[at] !== ']'; index++) {
    visit(index, at);
    at = afterComma(json, endOfValue(json, at));
  }
}

/** Where the next member or item begins, or the closing bracket stands. */
function afterComma(json: string, valueEnd: number): number {
  const at = behind(SPACES, json, valueEnd);
  return json[at] === ',' ? behind(SPACES, json, at + 1) : at;
}

function endOfValue(json: string, from: number): number {
  if (json[from] === '"') return endOfString(json, from);
  if (json[from] !== '{' && json[from] !== '[') return behind(SCALAR, json, from);
  let at = from;
  let depth = 0;
  do {
    const sign = json[at];
    if (sign === '"') {
      at = endOfString(json, at);
      continue;
    }
    if (sign === '{' || sign === '[') depth++;
    else if (sign === '}' || sign === ']') depth--;
    at++;
  } while (depth > 0);
  return at;
}

function behind(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** Behind the quote that closes the string that begins at `from`: one with an even number of backslashes before it. */
function endOfString(json: string, from: number): number {
  for (let at = json.indexOf('"', from + 1); ; at = json.indexOf('"', at + 1)) {
    let first = at;
    while (json[first - 1] === '\\') first--;
    if ((at - first) % 2 === 0) return at + 1;
  }
}

const INDENT = '  ';

/** The same on several lines, two spaces a level. */
export function prettyJson(json: string): string {
  let depth = 0;
  let text = '';
  const line = () => `\n${INDENT.repeat(depth)}`;
  for (let at = behind(SPACES, json, 0); at < json.length; at = behind(SPACES, json, at)) {
    const sign = json[at]!;
    const isOpening = sign === '{' || sign === '[';
    const isClosing = sign === '}' || sign === ']';
    const isSign = isOpening || isClosing || sign === ',' || sign === ':';
    const end = isSign ? at + 1 : endOfValue(json, at);
    const next = behind(SPACES, json, end);
    const isEmpty = isOpening && (json[next] === '}' || json[next] === ']');
    if (isClosing) depth--;
    if (isClosing) text += line();
    text += isEmpty ? sign + json[next] : json.slice(at, end);
    if (sign === ':') text += ' ';
    if (isOpening && !isEmpty) depth++;
    if (sign === ',' || (isOpening && !isEmpty)) text += line();
    at = isEmpty ? next + 1 : end;
  }
  return text;
}
