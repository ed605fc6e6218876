/** `sluice context import`: a context for each profile of AWS's own files. */
import { readProfileFiles } from '../../client/profile-file.ts';
import { CliError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import { changeConfig } from '../config/change.ts';
import { withKey } from '../config/edit.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { isBuiltIn, isContextName } from '../target/context-settings.ts';

/** Saves profile and region; contexts that are there stay as they are. */
export async function run({ args }: Call<object>, context: Context): Promise<void> {
  const files = await readProfileFiles(context.env);
  const missing = args.find((name) => !files.names.includes(name));
  if (missing !== undefined || files.names.length === 0) {
    const lines = [`There are: ${files.names.join(', ') || 'none'}`];
    throw new CliError(`there is no profile ${missing ?? ''} in ~/.aws`.replace('  ', ' '), {
      exit: EXIT.notFound,
      lines,
    });
  }
  const existing = context.config.user?.contexts ?? {};
  const chosen = args.length === 0 ? files.names : args;
  const fresh = chosen.filter((name) => {
    if (Object.hasOwn(existing, name)) context.note(`${name}  exists already`);
    else if (isBuiltIn(name) || !isContextName(name)) context.note(`${name}  cannot be the name of a context`);
    else return true;
    return false;
  });
  await changeConfig(context, (text) =>
    fresh.reduce((before, name) => {
      const region = files.profile(name)?.['region'];
      return withKey(before, ['contexts', name], { profile: name, ...(region && { region }) });
    }, text),
  );
  if (!context.global.dryRun) for (const name of fresh) context.note(`${name}  saved`);
}
