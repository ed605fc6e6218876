/** Modules of sluice by themselves, bundled from src/ for as long as the process lives. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const src = join(import.meta.dirname, '../../src');

/** What the named modules export, all in one object. */
export async function ownParts(paths) {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-parts-'));
  const outfile = join(outdir, 'parts.mjs');
  const contents = paths.map((path) => `export * from './${path}';`).join('\n');
  await build({
    stdin: { contents, resolveDir: src },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outfile,
  });
  try {
    return await import(pathToFileURL(outfile));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** CPU microseconds of one call, garbage collection included, called again and again for so long. */
export function cpuMicros(forMs, call) {
  for (let i = 0; i < 20; i++) call(i);
  const before = process.cpuUsage();
  const end = performance.now() + forMs;
  let calls = 0;
  while (performance.now() < end) for (let i = 0; i < 5; i++) call(calls++);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}
