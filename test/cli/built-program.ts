/** What the built program loads, as its build wrote it down. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Output {
  readonly imports: readonly { readonly path: string; readonly kind: string }[];
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly entryPoint?: string;
}
export const meta = JSON.parse(readFileSync(join(import.meta.dirname, '../../dist/meta.json'), 'utf8')) as {
  readonly outputs: Readonly<Record<string, Output>>;
};

/** The built files loaded when a source file is imported, those of its own lazy imports not among them. */
export function builtFilesOf(entry: string): readonly string[] {
  const files = Object.keys(meta.outputs);
  // What is also imported by others may lie among them.
  const start =
    files.find((path) => meta.outputs[path]!.entryPoint === entry) ??
    files.find((path) => Object.hasOwn(meta.outputs[path]!.inputs, entry));
  if (start === undefined) throw new Error(`${entry} is not in the bundle`);
  const seen = new Set([start]);
  for (const path of seen) {
    for (const { path: next, kind } of meta.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') seen.add(next);
    }
  }
  return [...seen].filter((path) => Object.hasOwn(meta.outputs, path));
}

/** The source files in them. */
export const loadedBy = (entry: string) =>
  builtFilesOf(entry).flatMap((path) => Object.keys(meta.outputs[path]!.inputs));

/** Names of packages among files, sorted. */
export const packages = (files: readonly string[]) =>
  [...new Set(files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []))].sort();
