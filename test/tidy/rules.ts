/**
 * The style rules of the house, each a pure function from files to complaints. tidy.test.ts runs them over the tree
 * and shows for each that it fails when broken.
 */
import { importsOf, type SourceFile, withoutComments } from './source.ts';

export type Rule = (files: readonly SourceFile[]) => string[];

/** A folder imports from itself and from these. `lazy`: only through import(). */
const LAYERS: Readonly<Record<string, { readonly now: readonly string[]; readonly lazy?: readonly string[] }>> = {
  runtime: { now: [] },
  model: { now: [] },
  wire: { now: ['model'] },
  operations: { now: ['model', 'wire'] },
  store: { now: ['runtime', 'model'] },
  service: { now: ['runtime', 'model', 'store'] },
  server: { now: ['runtime', 'model', 'wire', 'operations', 'service'] },
  client: { now: ['runtime', 'model', 'wire', 'operations'] },
  agent: { now: ['runtime', 'model', 'client'] },
  tui: { now: ['runtime', 'model', 'operations', 'client'] },
  cli: { now: ['runtime', 'model', 'operations', 'client'], lazy: ['server', 'agent', 'tui'] },
};

/** Files that may import one more folder than their own folder may. */
const LAYER_EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  'src/server/daemon.ts': ['store'],
  'src/server/verify.ts': ['store'],
};

const folderOf = (path: string) => /^src\/([^/]+)\//.exec(path)?.[1];

/** Imports follow the table of layers. src/index.ts, the public library, may import anything. */
export const layers: Rule = (files) =>
  files.flatMap((file) => {
    const folder = folderOf(file.path);
    if (folder === undefined) return [];
    const allowed = LAYERS[folder];
    if (allowed === undefined) return [`${file.path}: no layer is called ${folder}`];
    const extra = LAYER_EXCEPTIONS[file.path] ?? [];
    return importsOf(file).flatMap((entry) => {
      const target = entry.file === undefined ? undefined : folderOf(entry.file);
      if (entry.file === undefined || target === folder) return [];
      if (target === undefined) return [`${file.path}: imports ${entry.file}, which is in no layer`];
      if (allowed.now.includes(target) || extra.includes(target)) return [];
      if ((entry.lazy || entry.typeOnly) && allowed.lazy?.includes(target)) return [];
      return [`${file.path}: ${folder} must not import ${target} (${entry.specifier})`];
    });
  });

/** Longer files, each with the reason that no cut would make it easier to read. */
const LONG_FILES: Readonly<Record<string, string>> = {
  'src/model/limits.ts': 'every bound of the product stands in one list',
};
const FILE_LINES_MAX = 300;

/** No file over 300 lines. */
export const fileLength: Rule = (files) =>
  files.flatMap((file) => {
    const lines = file.text.split('\n').length - 1;
    return lines <= FILE_LINES_MAX || file.path in LONG_FILES ? [] : [`${file.path}: ${lines} lines`];
  });

/** Longer functions, each with the reason. */
const LONG_FUNCTIONS: Readonly<Record<string, string>> = {
  'src/model/md5.ts': 'the 64 rounds of MD5 are unrolled: one straight list',
};
const FUNCTION_LINES_MAX = 60;
const HEADER = /(\bfunction\b|=>|^\s*(?!if|for|while|switch|catch|return|else|do)[\w\s#*]*\(.*\)|^\s*\)).*\{$/;

/** No function over 60 lines. Reads formatted code: a body ends at the first `}` as far left as its header. */
export const functionLength: Rule = (files) =>
  files.flatMap((file) => {
    if (file.path in LONG_FUNCTIONS) return [];
    const lines = withoutComments(file.text).split('\n');
    return lines.flatMap((line, i) => {
      if (!HEADER.test(line) || /^\s*(if|for|while|switch|\}|class|export class)/.test(line)) return [];
      const indent = /^\s*/.exec(line)![0];
      const end = lines.findIndex((other, j) => j > i && other.startsWith(`${indent}}`));
      const length = end - i + 1;
      return length > FUNCTION_LINES_MAX ? [`${file.path}:${i + 1}: function of ${length} lines`] : [];
    });
  });

interface Ban {
  readonly pattern: RegExp;
  readonly what: string;
  /** Paths where it is allowed. */
  readonly except: RegExp;
}

const BANS: readonly Ban[] = [
  { pattern: /\bDate\.now\b|\bnew Date\(\)/, what: 'the wall clock', except: /^src\/runtime\// },
  { pattern: /\bperformance\.|\bhrtime\b/, what: 'the monotonic clock', except: /^src\/runtime\// },
  {
    pattern: /\b(setTimeout|setInterval|setImmediate|clearTimeout|queueMicrotask)\(|AbortSignal\.timeout/,
    what: 'a timer',
    except: /^src\/runtime\//,
  },
  { pattern: /\bMath\.random\b|\brandomBytes\b|\brandomUUID\b/, what: 'randomness', except: /^src\/runtime\// },
  { pattern: /['"](node:)?fs(\/promises)?['"]/, what: 'node:fs', except: /^src\/runtime\// },
  {
    pattern: /\bprocess\.|['"](node:)?process['"]/,
    what: 'process',
    except: /^src\/(runtime\/|cli\/(main|context)\.ts|server\/daemon\.ts)/,
  },
  { pattern: /\bawait\b|\basync\b/, what: 'waiting', except: /^src\/(?!model\/|wire\/)/ },
  { pattern: /\bconsole\./, what: 'console', except: /^$/ },
  { pattern: /\beval\(|new Function\(/, what: 'eval', except: /^$/ },
  { pattern: /['"](ink|react)(\/[^'"]*)?['"]/, what: 'ink or react', except: /^src\/tui\// },
  { pattern: /^export default\b/m, what: 'a default export', except: /^$/ },
  { pattern: /^export (\*|\{[^}]*\}|type \{[^}]*\}) from\b/m, what: 'a re-export', except: /^src\/index\.ts$/ },
];

/** The outside world comes in through runtime/; pure folders never wait; nothing is re-exported. */
export const bannedGlobals: Rule = (files) =>
  files.flatMap((file) => {
    const text = withoutComments(file.text);
    return BANS.filter((ban) => !ban.except.test(file.path) && ban.pattern.test(text)).map(
      (ban) => `${file.path}: ${ban.what} is not for this file`,
    );
  });

const ENTRIES = [
  'src/cli/main.ts',
  'src/cli/completion/complete.ts',
  'src/cli/completion/spec.ts',
  'src/cli/help/man-pages.ts',
  'src/cli/help/plain-help.ts',
  'src/index.ts',
];

/** Every file is reached from the program or from the library. */
export const deadFiles: Rule = (files) => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const queue = ENTRIES.filter((entry) => byPath.has(entry));
  const reached = new Set(queue);
  for (const path of queue) {
    for (const { file } of importsOf(byPath.get(path)!)) {
      if (file === undefined || reached.has(file) || !byPath.has(file)) continue;
      reached.add(file);
      queue.push(file);
    }
  }
  return files.filter((file) => !reached.has(file.path)).map((file) => `${file.path}: nothing imports it`);
};

/** A file opens with a comment that says what it holds. */
export const fileHeaders: Rule = (files) =>
  files
    .filter((file) => !/^(#!.*\n)?\/\*\*/.test(file.text))
    .map((file) => `${file.path}: opens without a header comment`);

const EMPTY_NAMES = /(^|[/-])(utils?|helpers?|common|types|manager|misc)([-.]|$)/;

/** File names say what the file holds, in kebab case. */
export const fileNames: Rule = (files) =>
  files.flatMap((file) => {
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    if (EMPTY_NAMES.test(name)) return [`${file.path}: the name says nothing`];
    return /^[a-z0-9]+(-[a-z0-9]+)*\.tsx?$/.test(name) ? [] : [`${file.path}: not in kebab case`];
  });
