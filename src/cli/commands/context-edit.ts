/** `sluice context edit`. */
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import { changeConfig } from '../config/change.ts';
import { withKey } from '../config/edit.ts';
import type { Context } from '../context.ts';
import type { contextEditOptions } from '../table/context.ts';
import { givenSettings, savedContext } from '../target/context-settings.ts';

/** Changes what was given and leaves the rest. */
export async function run({ args, options }: Call<typeof contextEditOptions>, context: Context): Promise<void> {
  const name = args[0]!;
  savedContext(name, context);
  const readOnly = options.readWrite ? { readOnly: false } : {};
  const given = Object.entries({ ...givenSettings({ ...options, from: undefined }, context), ...readOnly });
  if (given.length === 0) {
    throw usageError('nothing to change is named', 'For example --region eu-west-1; or:  sluice config edit');
  }
  await changeConfig(context, (text) =>
    given.reduce((before, [key, value]) => withKey(before, ['contexts', name, key], value), text),
  );
  if (!context.global.dryRun) context.note(`${name}  changed: ${given.map(([key]) => key).join(', ')}`);
}
