/** Changing the user's file of settings: read, changed, checked, written in one step. */
import { parseJsonWithComments } from '../../model/json-with-comments.ts';
import { replaceFile } from '../../runtime/config-files.ts';
import { readText } from '../../runtime/files.ts';
import { usageError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { settingsNode } from './file.ts';
import { checkConfig } from './keys.ts';

/**
 * Writes what `change` makes of the file's text; with --dry-run prints it instead. `change` may answer undefined: nothing to do.
 * @throws {CliError} when the old text is no JSON, and when the new one has a fault that the old one had not.
 */
export async function changeConfig(context: Context, change: (text: string) => string | undefined): Promise<void> {
  const { path } = context.config;
  const before = (await readText(path)) ?? '';
  await settingsNode(path, before);
  const after = change(before);
  if (after === undefined || after === before) return;
  const [old, fresh] = [faults(before), faults(after)];
  const added = fresh.find((fault) => !old.includes(fault));
  if (added !== undefined) throw usageError(`${added}; nothing was changed`);
  const text = after.endsWith('\n') ? after : `${after}\n`;
  if (context.global.dryRun) return void (await context.out.write(text));
  await replaceFile(path, text);
}

/** Without their lines, which move. */
function faults(text: string): readonly string[] {
  if (text.trim() === '') return [];
  const node = parseJsonWithComments(text);
  return node.kind === 'object' ? checkConfig(node, '').warnings.map((one) => one.replace(/^:\d+: /, '')) : [];
}
