/** Files that come with the program. The bundle lies as deep in the package as this file: two folders. */
import { fileURLToPath } from 'node:url';

/** The absolute path of a file of the package: `completions/sluice.bash`. */
export function packagePath(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}
