/** `sluice completion`: prints the script of a shell. */
import { readText } from '../../runtime/files.ts';
import type { Call } from '../command-spec.ts';
import { scriptFile } from '../completion/install.ts';
import type { Context } from '../context.ts';
import { packagePath } from '../package-path.ts';
import type { Shell } from '../table/setup.ts';

/** The parser has checked that the shell is one of ours. */
export async function run({ args }: Call<Record<never, never>>, context: Context): Promise<void> {
  await context.out.write((await readText(packagePath(`completions/${scriptFile(args[0] as Shell)}`)))!);
}
