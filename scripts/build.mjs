/**
 * Bundles src/ into dist/: what every command needs in one file, what several share in few, and a chunk a command, for
 * each file costs a part of every start. What answers without a parser stands apart, one file an answer. All of it is
 * CommonJS, which Node starts sooner by what its loader of ES modules costs; the library is an ES module around it.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const outdir = join(root, 'dist');
const source = (name) => join(root, 'src', name);

/** What is wanted in a module of a package, which must still be as it was when this was written. */
function replaced(text, pattern, wanted) {
  if (text.search(pattern) < 0) throw new Error(`${pattern} stands no longer in a package`);
  return text.replace(pattern, wanted);
}

/**
 * Yoga waits for its WebAssembly, which it holds in a string: all of Node's fetch is loaded for that, and CommonJS cannot
 * wait. Compiled at once it needs neither.
 */
const yogaAtOnce = {
  name: 'yoga-at-once',
  load(id) {
    if (id.endsWith('/yoga-layout/dist/binaries/yoga-wasm-base64-esm.js')) {
      const text = readFileSync(id, 'utf8');
      const held = /"data:application\/octet-stream;base64,([\w+/=]+)"/;
      return `${replaced(text, held, '""')}\nexport const wasm = "${held.exec(text)[1]}";`;
    }
    if (!id.endsWith('/yoga-layout/dist/src/index.js')) return undefined;
    const text = replaced(readFileSync(id, 'utf8'), /import loadYoga from/, 'import loadYoga, { wasm } from');
    return replaced(
      text,
      /const Yoga = wrapAssembly\(await loadYoga\(\)\);/,
      `const lib = {
         instantiateWasm(imports, receive) {
           receive(new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(wasm, 'base64')), imports));
         },
       };
       loadYoga(lib);
       const Yoga = wrapAssembly(lib);`,
    );
  },
};

/** Ink waits for React's developer tools, where DEV is "true", which the bundle's is not. */
const inkAtOnce = {
  name: 'ink-at-once',
  load: (id) =>
    id.endsWith('/ink/build/reconciler.js')
      ? replaced(readFileSync(id, 'utf8'), /await (import\('\.\/devtools\.js'\)|loadPackageJson\(\))/g, '{}')
      : undefined,
};

/** Commander would start programs for commands that are not its own; here there are none, and Node's part for it takes 3 ms. */
const withoutPrograms = {
  name: 'without-programs',
  resolveId: (id, importer) =>
    id === 'node:child_process' && importer?.includes('/commander/') ? '\0programs' : undefined,
  load: (id) => (id === '\0programs' ? 'module.exports = {};' : undefined),
};

/** The tables say where the code of a command is; help never asks for it. */
const withoutCommands = {
  name: 'without-commands',
  resolveId: (id, importer, { kind }) =>
    kind === 'dynamic-import' && importer?.includes('/cli/table/') ? { id, external: true } : undefined,
};

/** Parts of Node that take milliseconds to load, which few commands use. */
const HEAVY = /^node:(child_process|crypto|fs\/promises|https?|http2|net|perf_hooks|stream|tls|v8|zlib)$/;

/**
 * Loads them when something in them is used first. What a name stands for is asked of Node at run time, which may know
 * more than the Node of the build.
 */
const heavyWhenUsed = {
  name: 'heavy-when-used',
  resolveId: (id, importer, { kind }) =>
    HEAVY.test(id) && kind === 'import-statement' && importer?.startsWith(source(''))
      ? `\0${id.replace(':', '-')}-when-used`
      : undefined,
  load(id) {
    const name = /^\0node-([\w/]+)-when-used$/.exec(id)?.[1];
    if (name === undefined) return undefined;
    const names = Object.keys(process.getBuiltinModule(`node:${name}`)).map((key) => `${key}: 0`);
    const get = `(_, key) => (all ??= process.getBuiltinModule('node:${name}'))[key]`;
    return `let all; module.exports = new Proxy({ ${names} }, { get: ${get} });`;
  },
};

const settings = {
  cwd: root,
  platform: 'node',
  plugins: [yogaAtOnce, inkAtOnce, withoutPrograms, heavyWhenUsed],
  transform: {
    target: 'node20',
    jsx: { runtime: 'automatic' },
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  },
  // A module that is loaded on demand by one and at once by others comes with the others.
  checks: { ineffectiveDynamicImport: false },
};
const written = {
  dir: outdir,
  format: 'cjs',
  // Else Node's loader of ES modules is started for a part of Node.
  dynamicImportInCjs: false,
  entryFileNames: '[name].cjs',
  keepNames: true,
  sourcemap: 'hidden',
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
};

/** The modules that are loaded with a module, itself among them. */
function closureOf(id, context) {
  const seen = new Set([id]);
  // A set may grow while it is walked.
  for (const id of seen) for (const next of context.getModuleInfo(id)?.importedIds ?? []) seen.add(next);
  return seen;
}

let core;
let running;
let client;
let commands;
/** Of a module that every start needs, and of the little that loads a part of Node later, for anyone. */
function inCore(id, context) {
  core ??= closureOf(source('cli/main.ts'), context);
  return core.has(id) || /^\0node-[\w/]+-when-used$/.test(id) ? 'core' : null;
}

/** Of a module that every command needs that runs, be it of the above or not. */
function inRunning(id, context) {
  running ??= new Set([...core, ...closureOf(source('cli/command-run.ts'), context)]);
  return running.has(id) ? 'running' : null;
}

/** Of a module that every call needs. */
function inClient(id, context) {
  client ??= closureOf(source('client/client.ts'), context);
  return client.has(id) ? 'client' : null;
}

/** Folders of few modules, and with whose those lie. */
const BESIDE = { reshard: 'shards', tail: 'replay' };

/** Of a module that commands share: with its like, for each is small, unless it brings a package along. */
function inShared(id, context) {
  commands ??= commandModules(context);
  if (!commands.has(id)) return null;
  const brought = [...closureOf(id, context)].filter((one) => !running.has(one) && !client.has(one));
  if (brought.some((one) => one.includes('/node_modules/'))) return null;
  const [layer, ...folders] = relative(source(''), id).split('/');
  if (layer === 'operations') return layer;
  if (layer !== 'cli') return kindOf(id, context);
  if (folders.length > 1) return `cli-${BESIDE[folders[0]] ?? folders[0]}`;
  // What every command with a list or a wait loads must not bring along what reads or writes records.
  return brought.some((one) => /\/src\/(?!cli\/|operations\/)/.test(one)) ? 'cli-shards' : 'cli';
}

/** The first command that needs a module of those beneath the commands says what else lies with it: compiling is most of a start. */
const KINDS = { settings: 'config-list', daemons: 'serve', shards: 'split', records: 'consume', sending: 'put' };
const kinds = new Map();
function kindOf(id, context) {
  if (kinds.size === 0) {
    for (const [kind, command] of Object.entries(KINDS)) {
      for (const one of closureOf(source(`cli/commands/${command}.ts`), context)) {
        if (/\/src\/(?!cli\/|operations\/)/.test(one) && !kinds.has(one)) kinds.set(one, kind);
      }
    }
    for (const one of [...running, ...client]) kinds.delete(one);
  }
  return kinds.get(id) ?? 'rest';
}

/** What is loaded with the commands' own files. */
function commandModules(context) {
  const tables = [...core].filter((id) => id.startsWith(source('cli/table/')));
  const entries = tables.flatMap((id) => context.getModuleInfo(id).dynamicallyImportedIds);
  return new Set(entries.flatMap((id) => [...closureOf(id, context)]));
}

/** Those above take their modules first, with what these import. */
const shared = ['operations', ...Object.keys(KINDS), 'rest', 'cli', 'cli-shards'];
const groups = [
  { name: inCore, debugName: 'core', priority: 20 },
  { name: inRunning, debugName: 'running', priority: 19.5 },
  { name: inClient, debugName: 'client', priority: 19 },
  ...shared.map((kind, i) => {
    const name = (id, context) => (inShared(id, context) === kind ? kind : null);
    return { name, debugName: kind, priority: 18 - i, minShareCount: 2 };
  }),
  { name: inShared, debugName: 'cli folders', test: /\/src\/cli\//, priority: 1, minShareCount: 2 },
];

/** The packages that are in it, with their versions: --version with --verbose tells them. */
const packages = new Map();
const folders = new Set();
function rememberPackage(id) {
  const [, folder, name] = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(id) ?? [];
  if (name === undefined || folders.has(folder)) return;
  folders.add(folder);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  packages.set(name, [...(packages.get(name) ?? []), version]);
}

/** What was made, as the tests of what is loaded read it. */
const outputs = {};
function remember(output) {
  const named = (id) => relative(root, id);
  const isFile = (id) => !id.startsWith('\0');
  for (const chunk of output.filter(({ type }) => type === 'chunk')) {
    const path = (name) => `dist/${name}`;
    chunk.moduleIds.filter(isFile).forEach(rememberPackage);
    outputs[path(chunk.fileName)] = {
      bytes: chunk.code.length,
      imports: [
        ...chunk.imports.map((name) => ({ path: path(name), kind: 'import-statement' })),
        ...chunk.dynamicImports.map((name) => ({ path: path(name), kind: 'dynamic-import' })),
      ],
      inputs: Object.fromEntries(chunk.moduleIds.filter(isFile).map((id) => [named(id), {}])),
      ...(chunk.facadeModuleId === null ? {} : { entryPoint: named(chunk.facadeModuleId) }),
    };
  }
}

const input = {
  'cli/main': source('cli/main.ts'),
  'cli/completion-spec': source('cli/completion/spec.ts'),
  'cli/man-pages': source('cli/help/man-pages.ts'),
  index: source('index.ts'),
};
const program = await rolldown({ ...settings, input });
const made = await program.write({ ...written, chunkFileNames: 'chunks/[name]-[hash].cjs', codeSplitting: { groups } });
remember(made.output);
await program.close();

for (const [name, entry] of [
  ['cli/complete', 'cli/completion/complete.ts'],
  ['cli/help', 'cli/help/plain-help.ts'],
]) {
  const plugins = [...settings.plugins, withoutCommands];
  const answer = await rolldown({ ...settings, plugins, input: { [name]: source(entry) } });
  remember((await answer.write({ ...written, codeSplitting: false })).output);
  await answer.close();
}

// Chunks of earlier builds go, but not at once: a program that runs meanwhile may still load its own. With --clean,
// before a package is made of them, they do.
const KEPT_MS = process.argv.includes('--clean') ? -1 : 3_600_000;
const chunks = join(outdir, 'chunks');
for (const name of existsSync(chunks) ? readdirSync(chunks) : []) {
  const path = join(chunks, name);
  const isMade = Object.hasOwn(outputs, `dist/chunks/${name.replace(/\.map$/, '')}`);
  if (!isMade && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path);
}
writeFileSync(join(outdir, 'meta.json'), JSON.stringify({ outputs }));
writeFileSync(join(outdir, 'packages.json'), JSON.stringify(Object.fromEntries([...packages].sort())));

const exported = made.output.find(({ name }) => name === 'index').exports.sort();
writeFileSync(
  join(outdir, 'index.js'),
  `import library from './index.cjs';\nexport const { ${exported.join(', ')} } = library;\n`,
);

const { completionSpec } = createRequire(import.meta.url)(join(outdir, 'cli/completion-spec.cjs'));
writeFileSync(join(outdir, 'completion-spec.json'), JSON.stringify(completionSpec()));
