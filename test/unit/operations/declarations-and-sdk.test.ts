/** Every declaration against the schemas in @aws-sdk/client-kinesis: a second opinion on names, kinds, what is required, enums. */
import * as sdk from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import { kinesisOperations } from '../../../src/operations/kinesis/index.ts';
import type { Members, Shape } from '../../../src/wire/shape.ts';

/** Nested lists of text, so that a difference shows where it is. */
type Facts = string | readonly [string, ...Facts[]];

/** A schema of the SDK: a number for a simple kind, 'unit' for nothing, [kind, namespace, name, traits, ...], or a function that gives one. */
type SdkSchema = number | 'unit' | SdkStructure | (() => SdkSchema);
type SdkStructure = readonly [kind: number, namespace: string, name: string, traits: unknown, ...rest: unknown[]];
const sdkExports = sdk as unknown as Readonly<Record<string, unknown>>;
const LIST_OF = 64;
const MAP_OF = 128;
const SIMPLE = ['string', 'number', 'boolean', undefined, 'timestamp'];
const BLOB = 21;
/** What the API's model has and this SDK has not yet: queues. A release that has them fails the first test; these lines go then. */
const NEWER_MEMBER = 'QueueCount';
const sdkOperations = kinesisOperations.filter(({ name }) => !name.includes('Queue'));

function sdkMembers(schema: SdkSchema): Facts[] {
  const [names, schemas, required = 0] = (resolved(schema) as SdkStructure).slice(4) as [
    string[],
    SdkSchema[],
    number?,
  ];
  // The SDK puts required members first; the order is the model's affair.
  return names.map((name, i): Facts => [`${name}${i < required ? '*' : ''}`, sdkFacts(schemas[i]!)]).sort(byName);
}

function resolved(schema: SdkSchema): number | 'unit' | SdkStructure {
  return typeof schema === 'function' ? resolved(schema()) : schema;
}

function sdkFacts(reference: SdkSchema): Facts {
  const schema = resolved(reference);
  if (schema === 'unit') return schema;
  if (typeof schema === 'number') {
    if (schema >= MAP_OF) return ['map', sdkFacts(schema - MAP_OF)];
    if (schema >= LIST_OF) return ['list', sdkFacts(schema - LIST_OF)];
    return schema === BLOB ? 'blob' : SIMPLE[schema]!;
  }
  const [kind, , name, , member] = schema;
  if (kind === 1) return ['list', sdkFacts(member as SdkSchema)];
  return [`structure ${name}`, ...sdkMembers(schema)];
}

function kindsOfMembers(members: Members): Facts[] {
  return Object.entries(members)
    .filter(([name]) => name !== NEWER_MEMBER)
    .map(([name, shape]): Facts => [`${name}${shape.required ? '*' : ''}`, kinds(shape)])
    .sort(byName);
}

function kinds(shape: Shape): Facts {
  switch (shape.kind) {
    case 'structure':
      return [`structure ${shape.name}`, ...kindsOfMembers(shape.members)];
    case 'list':
      return ['list', kinds(shape.member)];
    case 'map':
      return ['map', kinds(shape.value)];
    case 'integer':
    case 'long':
      return 'number';
    default:
      return shape.kind;
  }
}

function byName(a: Facts, b: Facts): number {
  return a[0]! < b[0]! ? -1 : 1;
}

function enumsIn(shape: Shape): string[] {
  switch (shape.kind) {
    case 'structure':
      return Object.values(shape.members).flatMap(enumsIn);
    case 'list':
      return enumsIn(shape.member);
    case 'string':
      return shape.values === undefined ? [] : [[...shape.values].sort().join()];
    default:
      return [];
  }
}

describe('the SDK for JavaScript has the same', () => {
  test('operations', () => {
    const commands = Object.keys(sdk).filter((name) => /^[A-Z].*Command$/.test(name));
    expect(sdkOperations.map(({ name }) => `${name}Command`)).toEqual(commands.sort());
  });

  test.each(sdkOperations.map((operation) => [operation.name, operation] as const))('%s', (name, declared) => {
    const [kind, , , , input, output] = sdkExports[`${name}$`] as readonly [number, ...unknown[], SdkSchema, SdkSchema];
    expect(kind).toBe(9);
    expect(kindsOfMembers(declared.input)).toEqual(sdkMembers(input as SdkSchema));
    const event = declared.event && sdkExports[`${declared.event.name}$`];
    const answered = resolved((event ?? output) as SdkSchema);
    const members = declared.event?.members ?? declared.output;
    expect(members === null ? 'unit' : kindsOfMembers(members)).toEqual(
      answered === 'unit' ? answered : sdkMembers(answered),
    );
  });

  test('enums', () => {
    const declared = sdkOperations.flatMap(({ input, output, event }) =>
      [input, output ?? {}, event?.members ?? {}].flatMap((members) => Object.values(members).flatMap(enumsIn)),
    );
    const isEnum = (value: unknown) =>
      typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
    const known = Object.entries(sdkExports).filter(([name, value]) => /^[A-Z]\w*$/.test(name) && isEnum(value));
    const values = known.map(([, value]) =>
      Object.values(value as object)
        .sort()
        .join(),
    );
    expect([...new Set(declared)].sort()).toEqual([...new Set(values)].sort());
  });

  test('errors', () => {
    const errors = Object.keys(sdk).filter((name) => /^[A-Z]\w*(Exception|OptInRequired)$/.test(name));
    const known = errors.filter((name) => name !== 'KinesisServiceException').sort();
    const declared = sdkOperations.flatMap((operation) => operation.errors);
    expect(known).toEqual(expect.arrayContaining([...new Set(declared)]));
  });
});
