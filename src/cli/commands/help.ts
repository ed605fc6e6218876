/** `sluice help`: a command's help, or a topic. */

import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { commandHelp, nounHelp, rootHelp, topics } from '../help-text.ts';
import { mostSimilar } from '../similar.ts';

/** Prints what is known under the words given. */
export async function run({ args }: Call<Record<never, never>>, context: Context): Promise<void> {
  const { version, commands, nouns } = context.program;
  const name = args.join(' ');
  const spec = commands.find((one) => one.path === name);
  const noun = nouns[name];
  const text =
    name === ''
      ? rootHelp(commands, version)
      : (topics[name] ??
        (spec && commandHelp(spec, { columns: context.columns, all: false })) ??
        (noun && nounHelp(name, noun, commands)));
  if (text !== undefined) return void (await context.out.write(text));
  const known = [...Object.keys(topics), ...commands.map((one) => one.path)];
  const similar = mostSimilar(name, known);
  const hint = similar === undefined ? [] : [`Did you mean:  sluice help ${similar}`];
  throw usageError(`there is no help on "${name}"`, ...hint, `Topics: ${Object.keys(topics).join(', ')}`);
}
