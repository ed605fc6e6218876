/** `sluice context use`. */
import { readText, saveText } from '../../runtime/files.ts';
import { notFoundError, usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import { changeConfig } from '../config/change.ts';
import { withKey } from '../config/edit.ts';
import type { Context } from '../context.ts';
import { mostSimilar } from '../similar.ts';
import { allContexts } from '../target/context-settings.ts';
import { targetChain } from '../target/target.ts';

/** Writes the choice down and remembers the one before. */
export async function run({ args }: Call<object>, context: Context): Promise<void> {
  const before = context.config.user?.currentContext ?? 'local';
  const beforePath = `${context.folders.state}/previous-context`;
  const name = args[0] === '-' ? (await readText(beforePath))?.trim() : args[0];
  if (!name) throw usageError('no context was used before this one', 'sluice context list shows them.');
  const known = Object.keys(allContexts(context));
  if (!known.includes(name)) {
    const similar = mostSimilar(name, known);
    throw notFoundError(
      `there is no context ${name}`,
      similar === undefined ? `There are: ${known.join(', ')}` : `Did you mean ${similar}?`,
    );
  }
  await changeConfig(context, (text) => withKey(text, ['currentContext'], name));
  if (context.global.dryRun) return;
  if (name !== before) await saveText(beforePath, `${before}\n`);
  context.note(`${name}  is the target of commands that name none`);
  const winner = targetChain(context.targets.question()).find(({ value }) => value !== undefined)!;
  if (winner.by !== context.config.path && winner.by !== 'the default') {
    context.note(`But here ${winner.by} comes first and says ${winner.value}.`);
  }
}
