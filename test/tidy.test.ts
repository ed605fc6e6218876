/** The style of the house as a test: each rule holds over the tree, and each is seen to fail when it is broken. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  bannedGlobals,
  deadFiles,
  fileHeaders,
  fileLength,
  fileNames,
  functionLength,
  layers,
  type Rule,
} from './tidy/rules.ts';
import { readSources, type SourceFile } from './tidy/source.ts';

const root = join(import.meta.dirname, '..');
const sources = readSources(root, 'src');

const file = (path: string, text: string): SourceFile => ({ path, text });
const lines = (n: number) => 'x();\n'.repeat(n);

interface Case {
  readonly name: string;
  readonly rule: Rule;
  /** Each breaks the rule in its own way. */
  readonly broken: readonly SourceFile[];
}

const cases: readonly Case[] = [
  {
    name: 'imports follow the layers',
    rule: layers,
    broken: [
      file('src/model/a.ts', "import { x } from '../runtime/clock.ts';"),
      file('src/client/a.ts', "import type { x } from '../service/service.ts';"),
      file('src/server/dispatch.ts', "import { x } from '../store/store.ts';"),
      file('src/cli/a.ts', "import { x } from '../server/daemon.ts';"),
      file('src/service/a.ts', "const x = await import('../server/daemon.ts');"),
      file('src/plumbing/a.ts', ''),
    ],
  },
  { name: 'no file is over 300 lines', rule: fileLength, broken: [file('src/model/a.ts', lines(301))] },
  {
    name: 'no function is over 60 lines',
    rule: functionLength,
    broken: [
      file('src/model/a.ts', `function long() {\n${lines(60)}}\n`),
      file('src/model/a.ts', `export const long = (a: number) => {\n${lines(60)}};\n`),
      file('src/model/a.ts', `class A {\n  long(a: number): void {\n${lines(60)}  }\n}\n`),
      file('src/model/a.ts', `export function long(\n  a: number,\n): void {\n${lines(60)}}\n`),
    ],
  },
  {
    name: 'time, randomness, files and process come in through runtime',
    rule: bannedGlobals,
    broken: [
      file('src/service/a.ts', 'const now = Date.now();'),
      file('src/service/a.ts', 'const now = performance.now();'),
      file('src/store/a.ts', 'setTimeout(f, 1);'),
      file('src/store/a.ts', 'setImmediate(f);'),
      file('src/client/a.ts', 'AbortSignal.timeout(1);'),
      file('src/client/a.ts', 'Math.random();'),
      file('src/server/a.ts', "import { randomUUID } from 'node:crypto';"),
      file('src/server/a.ts', "import { open } from 'node:fs';"),
      file('src/cli/commands/put.ts', 'process.exit(1);'),
      file('src/model/a.ts', 'async function f() {}'),
      file('src/server/a.ts', 'console.log(1);'),
      file('src/cli/a.ts', "import { render } from 'ink';"),
      file('src/model/a.ts', 'export default 1;'),
      file('src/model/a.ts', "export { x } from './b.ts';"),
    ],
  },
  {
    name: 'every file is used',
    rule: deadFiles,
    broken: [file('src/model/a.ts', 'export const x = 1;')],
  },
  { name: 'every file opens with a header', rule: fileHeaders, broken: [file('src/model/a.ts', 'const x = 1;')] },
  {
    name: 'file names say something, in kebab case',
    rule: fileNames,
    broken: [file('src/model/utils.ts', ''), file('src/model/hash-helpers.ts', ''), file('src/model/HashRange.ts', '')],
  },
];

describe.each(cases)('$name', ({ rule, broken }) => {
  test('in the tree', () => expect(rule(sources)).toEqual([]));
  test.each(broken)('and the rule sees it broken: $text', (sample) => expect(rule([sample])).toHaveLength(1));
});

test('tests are named and formed like the source', () => {
  expect(fileHeaders(readSources(root, 'test'))).toEqual([]);
});
