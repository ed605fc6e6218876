/** `sluice config set`. */
import type { Call } from '../command-spec.ts';
import { changeConfig } from '../config/change.ts';
import { withKey } from '../config/edit.ts';
import { keyPath, writtenValue } from '../config/values.ts';
import type { Context } from '../context.ts';

/** Sets one key in the user's own file. */
export async function run({ args }: Call<object>, context: Context): Promise<void> {
  const path = keyPath(args[0]!);
  const value = writtenValue(path, args[1]!, context.program.commands);
  await changeConfig(context, (text) => withKey(text, path, value));
}
