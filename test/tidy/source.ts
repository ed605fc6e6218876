/** The source tree as values, so that each rule is a pure function and can be shown to fail on a made-up file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

export interface SourceFile {
  /** Relative to the repository, with forward slashes: src/model/hash-range.ts */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** The file in the tree, when the specifier is relative. */
  readonly file: string | undefined;
  /** import() rather than an import statement. */
  readonly lazy: boolean;
  /** The names are types only, so nothing is loaded. */
  readonly typeOnly: boolean;
}

const EXTENSIONS = /(?<!\.d)\.(ts|tsx)$/;

/** Every TypeScript file below `folder` of the repository. */
export function readSources(root: string, folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && EXTENSIONS.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path: posix.normalize(path.slice(root.length + 1)), text: readFileSync(path, 'utf8') }));
}

/** What a file imports, in order. */
export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  const text = withoutComments(file.text);
  const statement = /^(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
  for (const match of text.matchAll(statement)) found.push(toImport(file, match[3]!, false, match[2] !== undefined));
  for (const match of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) {
    found.push(toImport(file, match[1]!, true, false));
  }
  return found;
}

function toImport(file: SourceFile, specifier: string, lazy: boolean, typeOnly: boolean): Import {
  const relative = specifier.startsWith('.');
  const target = relative ? posix.join(posix.dirname(file.path), specifier) : undefined;
  return { specifier, file: target, lazy, typeOnly };
}

/** The text with comments blanked and line numbers kept. Strings that hold comment signs are left alone. */
export function withoutComments(text: string): string {
  const token = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
  return text.replace(token, (match) => (/^\/[/*]/.test(match) ? match.replace(/[^\n]/g, ' ') : match));
}
