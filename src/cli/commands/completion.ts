/** `sluice completion`: prints the script of a shell. */
import type { Call } from '../command-spec.ts';
import { completionScript, type Shell } from '../completion.ts';
import type { Context } from '../context.ts';

/** The parser has checked that the shell is one of ours. */
export async function run({ args }: Call<Record<never, never>>, context: Context): Promise<void> {
  const { commands, nouns } = context.program;
  await context.out.write(completionScript(args[0] as Shell, commands, nouns));
}
