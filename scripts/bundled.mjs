/** Modules of src/ for the scripts beside this file: Node 20 reads no TypeScript. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What a module of src/ exports, with all it imports bundled in memory. */
export async function importSource(path) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, path)],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    logLevel: 'warning',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
