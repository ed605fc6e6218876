/** `sluice context create`. */
import type { Call } from '../command-spec.ts';
import { changeConfig } from '../config/change.ts';
import { withKey } from '../config/edit.ts';
import type { Context } from '../context.ts';
import type { contextCreateOptions } from '../table/context.ts';
import { checkNewName, givenSettings, savedContext } from '../target/context-settings.ts';

/** Saves what was given; a context without endpoint is AWS. */
export async function run({ args, options }: Call<typeof contextCreateOptions>, context: Context): Promise<void> {
  const name = args[0]!;
  checkNewName(name, context);
  const base = options.from === undefined ? {} : savedContext(options.from, context);
  const settings = { ...base, ...givenSettings(options, context) };
  await changeConfig(context, (text) => withKey(text, ['contexts', name], settings));
  if (!context.global.dryRun)
    context.note(`${name}  saved in ${context.config.path}   use it: sluice context use ${name}`);
}
