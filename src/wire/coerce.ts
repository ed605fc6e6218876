/**
 * Parsed values into the code's values of a shape, as AWS coerces before it looks at any constraint: null is absent,
 * unknown members are ignored, integers are floored and clamped. JSON and CBOR differ only in their Forms. Pure.
 * The texts were observed at the service; its public test suite in mhart/kinesalite records them.
 */
import { Fault } from '../model/fault.ts';
import type { IntegerShape, ListShape, MapShape, Members, Shape } from './shape.ts';

/** How a wire carries blobs and timestamps, which JSON has no kind of value for. */
export interface Forms {
  /** Gets no null, list or map. */
  readonly blobFrom: (value: unknown) => Uint8Array;
  /** Milliseconds since 1970. */
  readonly timestampFrom: (value: number) => number;
  readonly blobTo: (bytes: Uint8Array) => unknown;
  readonly timestampTo: (epochMs: number) => unknown;
}

const INTEGER_MAX = 2_147_483_647;
const INTEGER_MIN = -2_147_483_648;
/** What a Date can hold: a later instant has no text. */
const TIMESTAMP_MS_MAX = 8_640_000_000_000_000;

/** A value of the wrong kind. */
export function unfit(message: string): Fault {
  return new Fault('SerializationException', message);
}

/** The Java class that AWS names for a scalar. */
export function javaClass(value: unknown): string {
  switch (typeof value) {
    case 'boolean':
      return 'class java.lang.Boolean';
    case 'string':
      return 'class java.lang.String';
    case 'number':
    case 'bigint':
      return 'class com.amazon.coral.value.json.numbers.TruncatingBigNumber';
    default:
      return 'class java.nio.HeapByteBuffer';
  }
}

/**
 * The members that are present. The result is a fresh object with declared members only.
 * @throws {Fault} SerializationException.
 */
export function coerceMembers(members: Members, parsed: unknown, forms: Forms): Record<string, unknown> {
  if (Array.isArray(parsed)) throw unfit('Start of list found where not expected');
  if (!isMap(parsed)) throw unfit('Expected null');
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(members)) {
    const value = Object.hasOwn(parsed, name) ? parsed[name] : undefined;
    if (value !== null && value !== undefined) result[name] = coerce(member, value, forms);
  }
  return result;
}

/** A map of the wire; byte strings are none. */
function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
}

function coerce(shape: Shape, value: unknown, forms: Forms): unknown {
  switch (shape.kind) {
    case 'structure':
      return coerceMembers(shape.members, value, forms);
    case 'list':
      return coerceList(shape, value, forms);
    case 'map':
      return coerceMap(shape, value, forms);
  }
  if (Array.isArray(value)) throw unfit('Start of list found where not expected');
  if (isMap(value)) throw unfit('Start of structure or map found where not expected.');
  switch (shape.kind) {
    case 'string':
      if (typeof value !== 'string') throw unfit(`${javaClass(value)} can not be converted to an String`);
      return value;
    case 'boolean':
      return coerceBoolean(value);
    case 'integer':
    case 'long':
      return coerceInteger(shape, value);
    case 'blob':
      return forms.blobFrom(value);
    case 'timestamp':
      return coerceTimestamp(value, forms);
  }
}

/** A null in the list stays, as undefined, for the check to refuse. */
function coerceList(shape: ListShape, value: unknown, forms: Forms): readonly unknown[] {
  if (isMap(value) && !Array.isArray(value)) throw unfit('Start of structure or map found where not expected.');
  if (!Array.isArray(value)) throw unfit('Expected list or null');
  return value.map((item) => (item === null || item === undefined ? undefined : coerce(shape.member, item, forms)));
}

function coerceMap(shape: MapShape, value: unknown, forms: Forms): Record<string, unknown> {
  if (Array.isArray(value)) throw unfit('Start of list found where not expected');
  if (!isMap(value)) throw unfit('Expected map or null');
  const present = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(present.map(([key, item]) => [key, coerce(shape.value, item, forms)]));
}

function coerceBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const what = typeof value === 'string' ? `'${value.toUpperCase()}'` : javaClass(value);
  throw unfit(`${what} can not be converted to an Boolean`);
}

function coerceInteger(shape: IntegerShape, value: unknown): number {
  const target = shape.kind === 'long' ? 'Long' : 'Integer';
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw unfit(`${javaClass(value)} can not be converted to an ${target}`);
  }
  const floored = Math.floor(Number(value));
  if (Number.isNaN(floored)) throw unfit(`class java.lang.Double can not be converted to an ${target}`);
  return shape.kind === 'long' ? floored : Math.min(Math.max(floored, INTEGER_MIN), INTEGER_MAX);
}

function coerceTimestamp(value: unknown, forms: Forms): number {
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw unfit(`${javaClass(value)} can not be converted to milliseconds since epoch`);
  }
  const epochMs = Math.round(forms.timestampFrom(Number(value)));
  if (Number.isNaN(epochMs)) throw unfit('class java.lang.Double can not be converted to milliseconds since epoch');
  return Math.min(Math.max(epochMs, -TIMESTAMP_MS_MAX), TIMESTAMP_MS_MAX);
}
