/** Bundles src/ into dist/: one small entry and one chunk a command, so that a command loads only what it uses. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const outdir = join(root, 'dist');
const cli = (name) => join(root, `src/cli/${name}.ts`);
const entryPoints = {
  'cli/main': cli('main'),
  'cli/complete': cli('completion/complete'),
  'cli/completion-spec': cli('completion/spec'),
  'cli/man-pages': cli('help/man-pages'),
};
if (existsSync(join(root, 'src/index.ts'))) entryPoints.index = join(root, 'src/index.ts');

/** Ink asks for React's developer tools only when DEV is "true", which the bundle's is not. */
const withoutDevtools = {
  name: 'without-devtools',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'none', namespace: 'without-devtools' }));
    onLoad({ filter: /.*/, namespace: 'without-devtools' }, () => ({ contents: 'export default {};' }));
  },
};

/** Yoga holds its WebAssembly in a string and has it fetched: all of Node's fetch is loaded for what one decoding gives. */
const yogaWithoutFetch = {
  name: 'yoga-without-fetch',
  setup({ onLoad }) {
    onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, ({ path }) => ({
      contents: `const fetch = undefined;\n${readFileSync(path, 'utf8')}`,
    }));
  },
};

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints,
  outdir,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  minifyWhitespace: true,
  keepNames: true,
  legalComments: 'none',
  sourcemap: 'external',
  metafile: true,
  jsx: 'automatic',
  plugins: [withoutDevtools, yogaWithoutFetch],
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  // CommonJS dependencies ask for `require`.
  banner: {
    js: "import{createRequire as sluiceRequire}from'node:module';const require=sluiceRequire(import.meta.url);",
  },
  logLevel: 'warning',
});

// Chunks of earlier builds go, but not at once: a program that runs meanwhile may still load its own. With --clean,
// before a package is made of them, they do.
const KEPT_MS = process.argv.includes('--clean') ? -1 : 3_600_000;
const made = new Set(Object.keys(metafile.outputs).map((path) => join(root, path)));
const chunks = join(outdir, 'chunks');
for (const name of existsSync(chunks) ? readdirSync(chunks) : []) {
  const path = join(chunks, name);
  if (!made.has(path) && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path);
}
writeFileSync(join(outdir, 'meta.json'), JSON.stringify(metafile));

const { completionSpec } = await import(join(outdir, 'cli/completion-spec.js'));
writeFileSync(join(outdir, 'completion-spec.json'), JSON.stringify(completionSpec()));
