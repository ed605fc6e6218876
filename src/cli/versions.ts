/** What `-V -v` tells: the versions of all that an answer to "it does not work here" may hang on. */
import { readText } from '../runtime/files.ts';
import { machineFacts } from '../runtime/machine.ts';
import { packagePath } from './package-path.ts';

/** A line each, name and version: the program, Node, the system, and the packages that were built in. */
export async function versionsText(version: string): Promise<string> {
  const { node, platform, arch, release } = machineFacts();
  const packages = JSON.parse((await readText(packagePath('dist/packages.json'))) ?? '{}') as Record<string, string[]>;
  const own = [`sluice ${version}`, `node ${node}`, `platform ${platform} ${arch} ${release}`];
  return [...own, ...Object.entries(packages).map(([name, all]) => `${name} ${all.join(', ')}`)].join('\n');
}
