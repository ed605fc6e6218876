/** One value against the constraints of its shape. Pure. The texts were observed at the service. */
import type { IntegerShape, ListShape, MapShape, Shape, StringShape } from './shape.ts';

/** A longer text that breaks its length anyway is not matched: patterns with two `.*` take cubic time. */
const PATTERN_CHARS_MAX = 4_096;

/** The constraints that a present value breaks, each in AWS's words. Members of structures and items that are structures are not looked into. */
export function brokenConstraints(shape: Shape, value: unknown): string[] {
  switch (shape.kind) {
    case 'string':
      return brokenString(shape, value as string);
    case 'integer':
    case 'long':
      return brokenRange(shape, value as number);
    case 'blob':
      return brokenLength(shape, (value as Uint8Array).length);
    case 'list':
      return brokenList(shape, value as readonly unknown[]);
    case 'map':
      return brokenMap(shape, value as Record<string, string>);
    default:
      return [];
  }
}

function brokenString(shape: StringShape, value: string): string[] {
  if (shape.values !== undefined) return shape.values.includes(value) ? [] : [enumConstraint(shape.values)];
  const lengths = brokenLength(shape, value.length);
  const isHopeless = lengths.length > 0 && value.length > PATTERN_CHARS_MAX;
  if (shape.pattern === undefined || isHopeless || patternOf(shape.pattern).test(value)) return lengths;
  return [patternConstraint(shape.pattern), ...lengths];
}

function brokenRange({ min, max }: IntegerShape, value: number): string[] {
  if (min !== undefined && value < min) return [`Member must have value greater than or equal to ${min}`];
  return max !== undefined && value > max ? [`Member must have value less than or equal to ${max}`] : [];
}

function brokenLength({ min, max }: { readonly min?: number; readonly max?: number }, length: number): string[] {
  if (min !== undefined && length < min) return [minLength(min)];
  return max !== undefined && length > max ? [maxLength(max)] : [];
}

function brokenList(shape: ListShape, items: readonly unknown[]): string[] {
  const { member } = shape;
  const broken = brokenLength(shape, items.length);
  if (member.kind !== 'string') return broken;
  const isBroken = items.some((item) => item !== undefined && brokenString(member, item as string).length > 0);
  return isBroken ? [...broken, `Member must satisfy constraint: ${allConstraints(member)}`] : broken;
}

function brokenMap(shape: MapShape, map: Readonly<Record<string, string>>): string[] {
  const keys = Object.keys(map);
  const broken = brokenLength(shape, keys.length);
  if (keys.some((key) => brokenString(shape.key, key).length > 0)) {
    broken.push(`Map keys must satisfy constraint: ${allConstraints(shape.key)}`);
  }
  if (keys.some((key) => brokenString(shape.value, map[key]!).length > 0)) {
    broken.push(`Map value must satisfy constraint: ${allConstraints(shape.value)}`);
  }
  return broken;
}

function allConstraints({ min, max, pattern, values }: StringShape): string {
  const constraints = [
    max === undefined ? undefined : maxLength(max),
    min === undefined ? undefined : minLength(min),
    pattern === undefined ? undefined : patternConstraint(pattern),
    values === undefined ? undefined : enumConstraint(values),
  ];
  return `[${constraints.filter((text) => text !== undefined).join(', ')}]`;
}

const minLength = (min: number) => `Member must have length greater than or equal to ${min}`;
const maxLength = (max: number) => `Member must have length less than or equal to ${max}`;
const patternConstraint = (pattern: string) => `Member must satisfy regular expression pattern: ${pattern}`;
const enumConstraint = (values: readonly string[]) => `Member must satisfy enum value set: [${values.join(', ')}]`;

const patterns = new Map<string, RegExp>();

/** The expression that matches whole values; as many are kept as shapes declare. */
function patternOf(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  const expression = new RegExp(`^(?:${pattern})$`);
  patterns.set(pattern, expression);
  return expression;
}
