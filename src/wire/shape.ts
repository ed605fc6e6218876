/**
 * Shapes: descriptions of API values as readable data, from which checking, JSON and CBOR coding, client types and
 * the docs derive. Lengths and ranges are inclusive; string lengths count UTF-16 units, blob lengths bytes.
 * Pure. Source of the constraint kinds: the AWS API model's string, integer, list and map traits.
 */
export interface StringShape {
  readonly kind: 'string';
  readonly min?: number;
  readonly max?: number;
  /** The whole value must match. Printed in the error as written here. */
  readonly pattern?: string;
  /** An enum, in the order AWS prints it. */
  readonly values?: readonly string[];
}
export interface IntegerShape {
  readonly kind: 'integer' | 'long';
  readonly min?: number;
  readonly max?: number;
}
export interface BooleanShape {
  readonly kind: 'boolean';
}
/** A Uint8Array in code; base64 in JSON, a byte string in CBOR. */
export interface BlobShape {
  readonly kind: 'blob';
  readonly min?: number;
  readonly max?: number;
}
/** EpochMs in code; epoch seconds in JSON, milliseconds in CBOR 1.1. */
export interface TimestampShape {
  readonly kind: 'timestamp';
}
export interface ListShape {
  readonly kind: 'list';
  readonly member: Shape;
  readonly min?: number;
  readonly max?: number;
}
export interface MapShape {
  readonly kind: 'map';
  readonly key: StringShape;
  readonly value: StringShape;
  readonly min?: number;
  readonly max?: number;
}
export interface StructureShape<M extends Members = Members> {
  readonly kind: 'structure';
  /** The API's name of the structure, for docs and for the text a list of them is printed as. */
  readonly name: string;
  readonly members: M;
}
export type Shape =
  | StringShape
  | IntegerShape
  | BooleanShape
  | BlobShape
  | TimestampShape
  | ListShape
  | MapShape
  | StructureShape;

export type Member = Shape & { readonly required?: boolean };
/** Members in the API's order, by their AWS name. */
export type Members = { readonly [name: string]: Member };

/** The code's value of a shape. */
export type Value<S> = S extends { kind: 'string'; values: readonly (infer V)[] }
  ? V
  : S extends { kind: 'string' }
    ? string
    : S extends { kind: 'integer' | 'long' | 'timestamp' }
      ? number
      : S extends { kind: 'boolean' }
        ? boolean
        : S extends { kind: 'blob' }
          ? Uint8Array
          : S extends { kind: 'list'; member: infer E }
            ? readonly Value<E>[]
            : S extends { kind: 'map' }
              ? { readonly [key: string]: string }
              : S extends { kind: 'structure'; members: infer M }
                ? StructureValue<M>
                : never;

type RequiredNames<M> = { [K in keyof M]: M[K] extends { required: true } ? K : never }[keyof M];
/** Required members are present; the others may be absent or undefined. */
export type StructureValue<M> = { readonly [K in RequiredNames<M>]: Value<M[K]> } & {
  readonly [K in Exclude<keyof M, RequiredNames<M>>]?: Value<M[K]> | undefined;
};

type Bounds = { readonly min?: number; readonly max?: number };

export function string<const O extends Omit<StringShape, 'kind' | 'values'>>(options?: O): { kind: 'string' } & O {
  return { kind: 'string', ...(options as O) };
}
/** A string of a fixed set, in the order in which AWS prints it. */
export function oneOf<const V extends readonly string[]>(...values: V): { kind: 'string'; values: V } {
  return { kind: 'string', values };
}
export function integer<const O extends Bounds>(options?: O): { kind: 'integer' } & O {
  return { kind: 'integer', ...(options as O) };
}
export function long<const O extends Bounds>(options?: O): { kind: 'long' } & O {
  return { kind: 'long', ...(options as O) };
}
export function boolean(): { kind: 'boolean' } {
  return { kind: 'boolean' };
}
export function blob<const O extends Bounds>(options?: O): { kind: 'blob' } & O {
  return { kind: 'blob', ...(options as O) };
}
export function timestamp(): { kind: 'timestamp' } {
  return { kind: 'timestamp' };
}
export function list<const S extends Shape, const O extends Bounds>(
  member: S,
  options?: O,
): { kind: 'list'; member: S } & O {
  return { kind: 'list', member, ...(options as O) };
}
export function map<const O extends Bounds>(key: StringShape, value: StringShape, options?: O): MapShape & O {
  return { kind: 'map', key, value, ...(options as O) };
}
export function structure<const M extends Members>(name: string, members: M): StructureShape<M> {
  return { kind: 'structure', name, members };
}
/** The member must be there and not null. */
export function required<const S extends Shape>(shape: S): S & { readonly required: true } {
  return { ...shape, required: true };
}
