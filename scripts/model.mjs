/**
 * Takes the facts out of an API model: operations, members, which are required, lengths, ranges, patterns, enums and
 * errors; no documentation. node scripts/model.mjs <service-2.json> [service [operation...]] writes
 * test/conformance/<service>-model.json, with which the declarations in src/operations/<service> are compared; kinesis and
 * all operations unless said otherwise, `firehose PutRecordBatch` for the other one. The models come with the package botocore.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [source, service = 'kinesis', ...wanted] = process.argv.slice(2);
const target = join(root, `test/conformance/${service}-model.json`);
if (source === undefined) {
  process.stderr.write('usage: node scripts/model.mjs <service-2.json> [service [operation...]]\n');
  process.exit(64);
}
const model = JSON.parse(readFileSync(source, 'utf8'));
const { shapes } = model;
const operations = Object.entries(model.operations).filter(([name]) => wanted.length === 0 || wanted.includes(name));
const used = new Set();

/** Names of shapes as they are reached, so that errors and event streams stay out. */
function use(name) {
  if (used.has(name)) return name;
  used.add(name);
  const { members = {}, member, key, value } = shapes[name];
  for (const part of [...Object.values(members), member, key, value]) if (part !== undefined) use(part.shape);
  return name;
}

/** The member of an output that is an event stream: its event's name and shape. */
function eventOf(output) {
  const stream = Object.values(shapes[output]?.members ?? {}).find(({ shape }) => shapes[shape].eventstream);
  if (stream === undefined) return undefined;
  const [name, { shape }] = Object.entries(shapes[stream.shape].members).find((entry) => shapes[entry[1].shape].event);
  return { name, shape: use(shape) };
}

function operationFacts({ input, output, errors = [] }) {
  const event = output && eventOf(output.shape);
  return {
    input: use(input.shape),
    output: output === undefined || event !== undefined ? null : use(output.shape),
    errors: errors.map((error) => error.shape).sort(),
    event,
  };
}

function shapeFacts({ type, min, max, pattern, enum: values, required, members, member, key, value }) {
  return {
    type,
    min,
    max,
    pattern,
    values,
    required: type === 'structure' ? (required ?? []) : undefined,
    members: members && Object.fromEntries(Object.entries(members).map(([name, part]) => [name, part.shape])),
    member: member?.shape,
    key: key?.shape,
    value: value?.shape,
  };
}

const facts = {
  api: `${model.metadata.serviceId} ${model.metadata.apiVersion}`,
  operations: Object.fromEntries(operations.map(([name, value]) => [name, operationFacts(value)])),
  shapes: Object.fromEntries([...used].sort().map((name) => [name, shapeFacts(shapes[name])])),
};
writeFileSync(target, `${JSON.stringify(facts, null, 2)}\n`);
execFileSync('npx', ['biome', 'format', '--write', target], { cwd: root });
