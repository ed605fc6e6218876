/** Comparisons of filter expressions. Values of different kinds are never equal, and neither is above the other. Pure. */
import { CliError } from '../cli-error.ts';
import type { Sighting } from '../record/output.ts';
import { errorAt } from './error.ts';

export interface Operand {
  /** Where it stands, from 0. */
  readonly at: number;
  readonly value: (sighting: Sighting) => unknown;
  /** For what is above what, where texts do not sort as the values do. */
  readonly sortable?: (sighting: Sighting) => unknown;
  /** Of a text or number: as written. */
  readonly literal?: string;
  readonly isNumber?: boolean;
  /** Of a field: how a literal beside it is read (`time > 15m`). */
  readonly reads?: (literal: string) => string | number;
}

/** The expression and a place in it, for what is wrong. */
export interface Place {
  readonly text: string;
  readonly at: number;
}

type Value = Operand['value'];

/** The test for a sign, or for `in`, with one or more right sides. @throws {CliError} with the place. */
export function compare(
  sign: string,
  left: Operand,
  rights: readonly Operand[],
  place: Place,
): (sighting: Sighting) => boolean {
  if (sign === '~=') return matches(left.value, rights[0]!, place);
  if (sign === '^=' || sign === '$=') {
    const [whole, part] = [left.value, rights[0]!.value];
    const test = sign === '^=' ? 'startsWith' : 'endsWith';
    return (sighting) => {
      const [text, wanted] = [textOf(whole(sighting)), textOf(part(sighting))];
      return text !== undefined && wanted !== undefined && text[test](wanted);
    };
  }
  const value = beside(left, rights[0]!, place);
  const others = rights.map((right) => beside(right, left, place));
  const other = others[0]!;
  switch (sign) {
    case 'in':
      return (sighting) => {
        const found = value(sighting);
        return others.some((one) => isEqual(found, one(sighting)));
      };
    case '==':
      return (sighting) => isEqual(value(sighting), other(sighting));
    case '!=':
      return (sighting) => !isEqual(value(sighting), other(sighting));
    case '<':
      return (sighting) => isBelow(value(sighting), other(sighting));
    case '>':
      return (sighting) => isBelow(other(sighting), value(sighting));
    case '<=':
      return (sighting) => isAtMost(value(sighting), other(sighting));
    default:
      return (sighting) => isAtMost(other(sighting), value(sighting));
  }
}

/** The value of an operand; a literal is read as the field on the other side wants it. */
function beside(one: Operand, other: Operand, place: Place): Value {
  const { literal } = one;
  if (literal === undefined) return one.sortable ?? one.value;
  const constant = other.reads === undefined ? plain(one, place) : read(other.reads, one, place);
  return () => constant;
}

function read(reads: (literal: string) => string | number, { literal, at }: Operand, { text }: Place): string | number {
  try {
    return reads(literal!);
  } catch (error) {
    if (error instanceof CliError) throw errorAt(text, at, error.message);
    throw error;
  }
}

function plain({ literal, isNumber, at }: Operand, { text }: Place): string | number {
  if (isNumber !== true) return literal!;
  const number = Number(literal);
  if (Number.isNaN(number)) throw errorAt(text, at, `"${literal}" has a unit, which only time and size know`);
  return number;
}

function matches(value: Value, { literal, isNumber, at }: Operand, place: Place): (sighting: Sighting) => boolean {
  if (literal === undefined || isNumber) throw errorAt(place.text, at, '~= takes a regular expression in quotes');
  let pattern: RegExp;
  try {
    pattern = new RegExp(literal);
  } catch (error) {
    throw errorAt(place.text, at, (error as Error).message);
  }
  return (sighting) => {
    const text = textOf(value(sighting));
    return text !== undefined && pattern.test(text);
  };
}

/** Texts, and numbers as JSON writes them. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** What is not there is as null is. */
function isEqual(a: unknown, b: unknown): boolean {
  return a === b || (a ?? null) === (b ?? null);
}

function isBelow(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  return typeof a === 'string' && typeof b === 'string' && a < b;
}

function isAtMost(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a <= b;
  return typeof a === 'string' && typeof b === 'string' && a <= b;
}
