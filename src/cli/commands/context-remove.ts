/** `sluice context remove`. */
import type { Call } from '../command-spec.ts';
import { changeConfig } from '../config/change.ts';
import { withKey, withoutKey } from '../config/edit.ts';
import type { Context } from '../context.ts';
import { createCommand, savedContext } from '../target/context-settings.ts';

/** Forgets each context named; nothing on a server changes. */
export async function run({ args }: Call<object>, context: Context): Promise<void> {
  const removed = args.map((name) => [name, savedContext(name, context)] as const);
  const current = context.config.user?.currentContext;
  await changeConfig(context, (text) => {
    const rest = args.reduce((before, name) => withoutKey(before, ['contexts', name]) ?? before, text);
    return current !== undefined && args.includes(current) ? withKey(rest, ['currentContext'], 'local') : rest;
  });
  if (context.global.dryRun) return;
  for (const [name, settings] of removed) context.note(`${name}  removed   undo: ${createCommand(name, settings)}`);
  if (current !== undefined && args.includes(current)) context.note('local  is the target of commands that name none');
}
