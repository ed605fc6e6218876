/**
 * The input of any declared operation from what a person writes: `key=value` words and JSON documents, as the JSON
 * protocol carries it: blobs in base64, times in epoch seconds. Names are checked here, values by the server. Pure.
 */
import type { Operation } from '../operations/operation.ts';
import { usageError } from './cli-error.ts';
import { mostSimilar } from './similar.ts';
import { type Moment, parseTime } from './times.ts';

type Members = Operation['input'];
type Member = Members[string];

/** One word: which member, and what stands behind the `=`. */
export interface Assignment {
  readonly name: string;
  readonly member: Member;
  readonly text: string;
}

/** The operation of that name. @throws {CliError} with the nearest name, and for one that answers with an event stream. */
export function findOperation(name: string, operations: readonly Operation[]): Operation {
  const found = operations.find((operation) => operation.name === name);
  if (found === undefined) {
    const names = operations.map((operation) => operation.name);
    const similar = mostSimilar(name, names);
    const hint = similar === undefined ? 'Write it as the API does: DescribeLimits.' : `Did you mean "${similar}"?`;
    throw usageError(`there is no operation "${name}"`, hint);
  }
  if (found.event !== undefined) {
    throw usageError(
      `${name} answers with a stream of events, not with one document`,
      'Read records as they arrive:  sluice tail <stream>',
    );
  }
  return found;
}

/** The word as a member of the operation. */
export function parseAssignment(operation: Operation, word: string): Assignment {
  const at = word.indexOf('=');
  if (at <= 0) throw usageError(`"${word}" is no key=value`, membersLine(operation.input));
  const name = word.slice(0, at);
  return { name, member: memberCalled(name, operation.name, operation.input), text: word.slice(at + 1) };
}

/** The value as its declaration says: numbers, booleans, times, text as a blob; lists and structures are JSON. */
export function assignedValue({ name, member, text }: Assignment, moment: Moment): unknown {
  switch (member.kind) {
    case 'string':
      return text;
    case 'blob':
      return Buffer.from(text).toString('base64');
    case 'integer':
    case 'long':
      if (!/^-?\d{1,15}$/.test(text)) throw usageError(`${name} takes a whole number, not "${text}"`);
      return Number(text);
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw usageError(`${name} takes true or false, not "${text}"`);
      return text === 'true';
    case 'timestamp':
      return /^\d+\.\d+$/.test(text) ? Number(text) : parseTime(text, moment) / 1_000;
    default:
      return parseJson(text, name);
  }
}

/** The value of a JSON text. `where` is told when it is none. */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usageError(`${where} takes JSON, and this is none`, (error as Error).message);
  }
}

/** Passes when every name in the document is declared, however deep, and lists and structures stand where they should. */
export function checkDocument(members: Members, value: unknown, where: string): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw usageError(`${where} takes a JSON object: {...}`, membersLine(members));
  }
  for (const [name, one] of Object.entries(value)) checkValue(memberCalled(name, where, members), one, name);
}

function checkValue(member: Member, value: unknown, where: string): void {
  if (value === null) return;
  if (member.kind === 'structure') checkDocument(member.members, value, where);
  if (member.kind !== 'list') return;
  if (!Array.isArray(value)) throw usageError(`${where} takes a JSON list: [...]`);
  for (const [i, item] of value.entries()) checkValue(member.member, item, `${where}[${i}]`);
}

function memberCalled(name: string, where: string, members: Members): Member {
  if (Object.hasOwn(members, name)) return members[name]!;
  const similar = mostSimilar(name, Object.keys(members));
  const hint = similar === undefined ? [] : [`Did you mean "${similar}"?`];
  throw usageError(`${where} has no member "${name}"`, ...hint, membersLine(members));
}

function membersLine(members: Members): string {
  const names = Object.entries(members).map(([name, member]) => (member.required ? name : `[${name}]`));
  return names.length === 0 ? 'It takes none.' : `Members: ${names.join(' ')}`;
}
