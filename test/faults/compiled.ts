/** The small C programs beside this file, compiled when they are needed. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Compiles the program that cuts the power; its path. */
export function compilePowerCut(folder: string): string {
  const path = join(folder, 'power-cut');
  execFileSync('cc', ['-O2', '-o', path, join(import.meta.dirname, 'power-cut.c')]);
  return path;
}

/** What a daemon with the preloaded faults needs in its environment. */
export function compilePreload(folder: string): Readonly<Record<string, string>> {
  const path = join(folder, 'preload.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', path, join(import.meta.dirname, 'preload.c'), '-ldl']);
  // With io_uring Node writes past the C library.
  return { LD_PRELOAD: path, UV_USE_IO_URING: '0' };
}
