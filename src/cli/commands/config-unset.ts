/** `sluice config unset`. */
import { CliError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import { changeConfig } from '../config/change.ts';
import { withoutKey } from '../config/edit.ts';
import { keyPath } from '../config/values.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';

/** Removes one key from the user's own file. @throws {CliError} exit 5 when it is not there. */
export async function run({ args }: Call<object>, context: Context): Promise<void> {
  await changeConfig(context, (text) => {
    const rest = withoutKey(text, keyPath(args[0]!));
    if (rest !== undefined) return rest;
    throw new CliError(`${args[0]} is not set in ${context.config.path}`, { exit: EXIT.notFound });
  });
}
