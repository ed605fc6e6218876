/** Every declaration against the API's model: test/conformance/*-model.json, facts that scripts/model.mjs takes out of it. */
import { describe, expect, test } from 'vitest';
import { putRecordBatch } from '../../../src/operations/firehose/put-record-batch.ts';
import { kinesisOperations } from '../../../src/operations/kinesis/index.ts';
import type { Operation } from '../../../src/operations/operation.ts';
import type { Members, Shape } from '../../../src/wire/shape.ts';
import firehoseModel from '../../conformance/firehose-model.json' with { type: 'json' };
import model from '../../conformance/kinesis-model.json' with { type: 'json' };

interface ModelShape {
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly values?: readonly string[];
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, string>>;
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
}
interface ModelOperation {
  readonly input: string;
  readonly output: string | null;
  readonly errors: readonly string[];
  readonly event?: { readonly name: string; readonly shape: string };
}
type Model = Readonly<Record<string, ModelShape>>;
const shapesOf = (file: { readonly shapes: object }) => file.shapes as Model;
const operationsOf = (file: { readonly operations: object }) =>
  file.operations as Readonly<Record<string, ModelOperation>>;

/** Both sides as nested lists of text, so that a difference shows where it is. Order of members counts, of enums not. */
type Facts = string | readonly [string, ...Facts[]];

function constraints(shape: object): string {
  const { min, max, pattern, values }: Partial<ModelShape> = shape;
  return JSON.stringify({ min, max, pattern, values: values && [...values].sort() });
}

function modelMembers(name: string, shapes: Model): Facts[] {
  const { members = {}, required = [] } = shapes[name]!;
  return Object.entries(members).map(([member, shape]) => [
    `${member}${required.includes(member) ? '*' : ''}`,
    modelFacts(shape, shapes),
  ]);
}

function modelFacts(name: string, shapes: Model): Facts {
  const shape = shapes[name]!;
  switch (shape.type) {
    case 'structure':
      return [`structure ${name}`, ...modelMembers(name, shapes)];
    case 'list':
      return [`list ${constraints(shape)}`, modelFacts(shape.member!, shapes)];
    case 'map':
      return [`map ${constraints(shape)}`, modelFacts(shape.key!, shapes), modelFacts(shape.value!, shapes)];
    default:
      return `${shape.type} ${constraints(shape)}`;
  }
}

function declaredMembers(members: Members): Facts[] {
  return Object.entries(members).map(([name, shape]) => [`${name}${shape.required ? '*' : ''}`, declaredFacts(shape)]);
}

function declaredFacts(shape: Shape): Facts {
  switch (shape.kind) {
    case 'structure':
      return [`structure ${shape.name}`, ...declaredMembers(shape.members)];
    case 'list':
      return [`list ${constraints(shape)}`, declaredFacts(shape.member)];
    case 'map':
      return [`map ${constraints(shape)}`, declaredFacts(shape.key), declaredFacts(shape.value)];
    default:
      return `${shape.kind} ${constraints(shape)}`;
  }
}

/** Both sides of one operation. */
function compare(declared: Operation, file: { readonly operations: object; readonly shapes: object }): void {
  const shapes = shapesOf(file);
  const { input, output, errors, event } = operationsOf(file)[declared.name]!;
  expect(declaredMembers(declared.input)).toEqual(modelMembers(input, shapes));
  expect(declared.output && declaredMembers(declared.output)).toEqual(output && modelMembers(output, shapes));
  expect(declared.errors).toEqual(errors);
  expect(declared.event?.name).toBe(event?.name);
  expect(declared.event && declaredMembers(declared.event.members)).toEqual(event && modelMembers(event.shape, shapes));
}

describe('the model has the same', () => {
  test('operations, in the same order', () => {
    expect(kinesisOperations.map((operation) => operation.name)).toEqual(Object.keys(operationsOf(model)));
  });

  test.each(kinesisOperations.map((operation) => [operation.name, operation] as const))('%s', (_, declared) => {
    compare(declared, model);
  });

  test('PutRecordBatch, of Firehose', () => compare(putRecordBatch, firehoseModel));
});

test('every operation has a sentence for the docs', () => {
  for (const { doc } of kinesisOperations) expect(doc).toMatch(/^[A-Z][^.]*\.$/);
});
