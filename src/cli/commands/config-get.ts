/** `sluice config get`. */
import { CliError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import { keyPath, settingAt } from '../config/values.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { jsonText } from '../list-output.ts';

/** A text as it is, anything else as JSON. @throws {CliError} exit 5 when it is not set. */
export async function run({ args }: Call<object>, context: Context): Promise<void> {
  const found = settingAt(keyPath(args[0]!), context.config);
  if (found === undefined) throw new CliError(`${args[0]} is not set`, { exit: EXIT.notFound });
  const { value } = found;
  const isPlain = typeof value === 'string' && !context.global.json;
  await context.out.write(isPlain ? `${value}\n` : jsonText(value, context.out.isTerminal));
}
