/**
 * Values against the constraints of their shapes, told as AWS tells it: all entries in one text, ten at most.
 * Pure. The texts were observed at the service; the order of the entries is no part of its contract.
 */
import { Fault } from '../model/fault.ts';
import { brokenConstraints } from './constraints.ts';
import type { ListShape, Member, Members, Shape } from './shape.ts';

const ENTRIES_MAX = 10;

/** Entries under way, `Value ... failed to satisfy constraint: ...`. */
type Entries = string[];

/**
 * Passes when every constraint holds.
 * @throws {Fault} ValidationException.
 */
export function check(members: Members, value: Readonly<Record<string, unknown>>): void {
  const entries: Entries = [];
  checkMembers(members, value, { path: '', entries });
  if (entries.length > 0) throw validationFault(entries);
}

interface Place {
  /** '' at the top, else it ends with a dot. */
  readonly path: string;
  readonly entries: Entries;
}

const NOT_NULL = 'Member must not be null';

function validationFault(entries: Entries): Fault {
  const count = `${entries.length} validation error${entries.length > 1 ? 's' : ''} detected: `;
  return new Fault('ValidationException', count + entries.join('; '));
}

function entry(path: string, printed: string, constraint: string): string {
  return `Value ${printed} at '${path}' failed to satisfy constraint: ${constraint}`;
}

function checkMembers(members: Members, value: Readonly<Record<string, unknown>>, place: Place): void {
  for (const [name, member] of Object.entries(members)) {
    checkMember(member, value[name], { ...place, path: place.path + name[0]!.toLowerCase() + name.slice(1) });
  }
}

function checkMember(member: Member, value: unknown, place: Place): void {
  const { path, entries } = place;
  if (entries.length >= ENTRIES_MAX) return;
  if (value === undefined) {
    if (member.required) entries.push(entry(path, 'null', NOT_NULL));
    return;
  }
  for (const broken of brokenConstraints(member, value)) {
    if (entries.length < ENTRIES_MAX) entries.push(entry(path, `'${printed(member, value)}'`, broken));
  }
  if (member.kind === 'structure') {
    checkMembers(member.members, value as Record<string, unknown>, { entries, path: `${path}.` });
  } else if (member.kind === 'list') {
    checkItems(member, value as readonly unknown[], place);
  }
}

/** Scalars in a list are told with the list; what is missing or a structure is told by itself, counted from 1. */
function checkItems(list: ListShape, items: readonly unknown[], { path, entries }: Place): void {
  const { member } = list;
  for (const [i, item] of items.entries()) {
    if (entries.length >= ENTRIES_MAX) return;
    if (item !== undefined && member.kind !== 'structure') continue;
    checkMember({ ...member, required: true }, item, { entries, path: `${path}.${i + 1}.member` });
  }
}

/** A value as Java prints it. */
function printed(shape: Shape, value: unknown): string {
  switch (shape.kind) {
    case 'blob': {
      const { length } = value as Uint8Array;
      return `java.nio.HeapByteBuffer[pos=0 lim=${length} cap=${length}]`;
    }
    case 'list':
      return `[${(value as readonly unknown[]).map((item, i) => printedItem(shape.member, item, i)).join(', ')}]`;
    case 'map':
      return `{${Object.entries(value as object)
        .map(([key, item]) => `${key}=${item}`)
        .join(', ')}}`;
    default:
      return String(value);
  }
}

/** Java prints a structure as its class and a hash; ours is its place in the list. */
function printedItem(member: Shape, item: unknown, i: number): string {
  if (item === undefined) return 'null';
  if (member.kind !== 'structure') return printed(member, item);
  return `com.amazonaws.kinesis.v20131202.${member.name}@${(i + 1).toString(16)}`;
}
