/**
 * Writes docs/operations.md from the declarations in src/operations/kinesis: every operation with its members, their
 * constraints and its errors. With --check it writes nothing and ends with 1 when the file is not what it would write.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importSource, root } from './bundled.mjs';

const target = join(root, 'docs/operations.md');

/** Structures by name, as they are met, to be shown once at the end. */
const structures = new Map();

const code = (text) => `\`${text.replaceAll('|', '\\|')}\``;
const number = (value) => value.toLocaleString('en-US');

function bounds({ min, max }, unit) {
  if (min === undefined && max === undefined) return '';
  if (max === undefined) return `, at least ${number(min)}${unit}`;
  return `, ${min === undefined ? 'up to' : `${number(min)} to`} ${number(max)}${unit}`;
}

function described(shape) {
  switch (shape.kind) {
    case 'string':
      if (shape.values !== undefined) return shape.values.map(code).join(', ');
      return `text${bounds(shape, ' characters')}${shape.pattern === undefined ? '' : `, ${code(shape.pattern)}`}`;
    case 'integer':
    case 'long':
      return `${shape.kind}${bounds(shape, '')}`;
    case 'blob':
      return `bytes${bounds(shape, '')}`;
    case 'list':
      return `list${bounds(shape, '')} of ${described(shape.member)}`;
    case 'map':
      return `map${bounds(shape, ' entries')} of ${described(shape.key)} to ${described(shape.value)}`;
    case 'structure':
      structures.set(shape.name, shape.members);
      return `[${shape.name}](#${shape.name.toLowerCase()})`;
    default:
      return shape.kind;
  }
}

function table(members) {
  const rows = Object.entries(members).map(([name, member]) => {
    return `| \`${name}\` | ${member.required ? 'yes' : ''} | ${described(member)} |`;
  });
  return ['| member | required | value |', '|--|--|--|', ...rows].join('\n');
}

function section({ name, doc, input, output, errors, event }) {
  const parts = [`## ${name}`, doc];
  parts.push(Object.keys(input).length === 0 ? 'Takes nothing.' : `Takes\n\n${table(input)}`);
  if (event !== undefined) parts.push(`Answers with a stream of \`${event.name}\`\n\n${table(event.members)}`);
  else parts.push(output === null ? 'Answers with an empty body.' : `Answers\n\n${table(output)}`);
  parts.push(`Errors: ${errors.map(code).join(', ')}`);
  return parts.join('\n\n');
}

function render(operations) {
  const sections = operations.map(section);
  // A structure may hold others, which are met while it is shown.
  const shown = [];
  for (const [name, members] of structures) shown.push(`### ${name}\n\n${table(members)}`);
  const index = operations.map(({ name, doc }) => `- [${name}](#${name.toLowerCase()}): ${doc}`).join('\n');
  return [
    '# Operations',
    `The ${operations.length} operations of Kinesis as sluice declares them. This file is made by \`node scripts/operations-doc.mjs\` ` +
      'from src/operations/kinesis: change the declarations, not the file. What differs from AWS stands in [differences.md](differences.md).',
    index,
    ...sections,
    '## Structures',
    ...shown.sort(),
  ]
    .join('\n\n')
    .concat('\n');
}

const { kinesisOperations } = await importSource('src/operations/kinesis/index.ts');
const wanted = render(kinesisOperations);
if (!process.argv.includes('--check')) {
  writeFileSync(target, wanted);
} else if (readFileSync(target, 'utf8') !== wanted) {
  process.stderr.write('docs/operations.md is stale: node scripts/operations-doc.mjs\n');
  process.exitCode = 1;
}
