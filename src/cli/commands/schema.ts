/** `sluice schema`: the JSON Schema of what a command prints, or the commands that have one. */
import { CliError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { jsonSchema, outputShapes } from '../help/output-schema.ts';
import { jsonText, printList } from '../list-output.ts';
import { mostSimilar } from '../similar.ts';

/** Prints JSON whatever the form of the output, for there is no other form of it. */
export async function run({ args }: Call<Record<never, never>>, context: Context): Promise<void> {
  const names = Object.keys(outputShapes);
  if (args.length === 0) return printList(context, [{ name: 'command', of: (name: string) => name }], names);
  const name = args.join(' ');
  const shape = outputShapes[name];
  if (shape !== undefined) return void (await context.out.write(jsonText(jsonSchema(name, shape), true)));
  const isCommand = context.program.commands.some(({ path }) => path === name);
  const similar = mostSimilar(name, names);
  throw new CliError(isCommand ? `sluice ${name} prints no JSON of a fixed form` : `there is no command ${name}`, {
    exit: EXIT.notFound,
    lines: similar === undefined ? ['sluice schema lists those that do.'] : [`Did you mean:  sluice schema ${similar}`],
  });
}
