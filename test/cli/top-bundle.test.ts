/** Ink and React stand in one chunk of the built program, which samples and checks never load. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Output {
  readonly imports: readonly { readonly path: string; readonly kind: string }[];
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly entryPoint?: string;
}
const meta = JSON.parse(readFileSync(join(import.meta.dirname, '../../dist/meta.json'), 'utf8')) as {
  readonly outputs: Readonly<Record<string, Output>>;
};

/** Packages loaded with a source file, those of its own lazy imports not among them. */
function packagesOf(entry: string): readonly string[] {
  const start = Object.keys(meta.outputs).find((path) => meta.outputs[path]!.entryPoint === entry)!;
  const seen = new Set([start]);
  for (const path of seen) {
    for (const { path: next, kind } of meta.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') seen.add(next);
    }
  }
  const files = [...seen].flatMap((path) => Object.keys(meta.outputs[path]?.inputs ?? {}));
  return [...new Set(files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []))];
}

const DRAWING = ['ink', 'react', 'react-reconciler', 'yoga-layout'];

test.each(['src/cli/commands/top.ts', 'src/tui/run-report.ts', 'src/tui/run-screen.ts'])('%s loads no Ink', (entry) => {
  expect(packagesOf(entry).filter((name) => DRAWING.includes(name))).toEqual([]);
});

test('the app loads it', () => {
  expect(packagesOf('src/tui/app.tsx')).toEqual(expect.arrayContaining(DRAWING));
});

test('of no developer tools there is anything', () => {
  const all = Object.values(meta.outputs).flatMap((output) => Object.keys(output.inputs));
  expect(all.filter((file) => /react-devtools|react[^/]*\.development\.js/.test(file))).toEqual([]);
});
