/** Changes to a file of settings that leave its comments and the rest as they are. Pure: text in, text out. */
import {
  type JsonMember,
  type JsonObject,
  type PlacedJson,
  parseJsonPlaces,
  type Span,
} from '../../model/json-with-comments.ts';
import { usageError } from '../cli-error.ts';

const STEP = 2;

/** The text with a value under a path of names; objects on the way are made. @throws {JsonSyntaxError} {CliError} */
export function withKey(text: string, path: readonly string[], value: unknown): string {
  const placed = parseJsonPlaces(text.trim() === '' ? '{}' : text);
  const source = text.trim() === '' ? '{}\n' : text;
  const { depth, object, member } = walk(placed, path);
  if (member !== undefined) {
    const { start, end } = placed.places.get(member.node)!;
    return splice(source, { start, end }, rendered(value, depth));
  }
  // What is missing on the way goes in as one nested value.
  const rest = path.slice(depth + 1).reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  return inserted(source, placed, {
    object,
    depth,
    text: `${JSON.stringify(path[depth])}: ${rendered(rest, depth + 1)}`,
  });
}

/** The text without a path; undefined when it is not there. @throws {JsonSyntaxError} */
export function withoutKey(text: string, path: readonly string[]): string | undefined {
  if (text.trim() === '') return undefined;
  const placed = parseJsonPlaces(text);
  const { depth, object, member } = walk(placed, path);
  if (member === undefined || depth !== path.length) return undefined;
  const { start, end } = placed.places.get(member)!;
  const members = [...object.members.values()];
  const at = members.indexOf(member);
  const before = at === 0 ? undefined : placed.places.get(members[at - 1]!)!;
  const next = members[at + 1];
  // With its comma: the one behind it, or of the last member the one before it.
  if (next !== undefined) return splice(text, { start, end: placed.places.get(next)!.start }, '');
  if (before !== undefined) return splice(text, { start: before.end, end }, '');
  const around = placed.places.get(object)!;
  const isAlone = /^\{\s*$/.test(text.slice(around.start, start)) && /^\s*\}$/.test(text.slice(end, around.end));
  return splice(text, isAlone ? { start: around.start + 1, end: around.end - 1 } : { start, end }, '');
}

interface Place {
  /** How many names of the path are there. */
  readonly depth: number;
  /** The innermost object that is there and holds, or would hold, the next name. */
  readonly object: JsonObject;
  /** What the whole path names. */
  readonly member: JsonMember | undefined;
}

function walk({ node }: PlacedJson, path: readonly string[]): Place {
  if (node.kind !== 'object') throw usageError('the configuration is no object { }', 'Mend it:  sluice config edit');
  let object = node;
  for (const [depth, name] of path.entries()) {
    const member = object.members.get(name);
    if (member === undefined) return { depth, object, member };
    if (depth === path.length - 1) return { depth: path.length, object, member };
    if (member.node.kind !== 'object') {
      throw usageError(`${path.slice(0, depth + 1).join('.')} is no object, so it holds no ${path[depth + 1]}`);
    }
    object = member.node;
  }
  return { depth: path.length, object, member: undefined };
}

interface Insertion {
  readonly object: JsonObject;
  readonly depth: number;
  readonly text: string;
}

/** Behind the last member, or as the first. */
function inserted(source: string, { places }: PlacedJson, { object, depth, text }: Insertion): string {
  const indent = `\n${' '.repeat(STEP * (depth + 1))}`;
  const last = [...object.members.values()].at(-1);
  if (last !== undefined) {
    const { end } = places.get(last)!;
    return splice(source, { start: end, end }, `,${indent}${text}`);
  }
  const { start } = places.get(object)!;
  const behind = source
    .slice(start + 1)
    .trimStart()
    .startsWith('}');
  const close = behind ? `\n${' '.repeat(STEP * depth)}` : '';
  const end = behind ? source.indexOf('}', start) : start + 1;
  return splice(source, { start: start + 1, end }, `${indent}${text}${close}`);
}

/** JSON on several lines, as deep as it stands. */
function rendered(value: unknown, depth: number): string {
  return JSON.stringify(value, undefined, STEP).replaceAll('\n', `\n${' '.repeat(STEP * depth)}`);
}

function splice(text: string, { start, end }: Span, insert: string): string {
  return text.slice(0, start) + insert + text.slice(end);
}
