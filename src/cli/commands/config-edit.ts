/** `sluice config edit`. */
import { replaceFile } from '../../runtime/config-files.ts';
import { readText } from '../../runtime/files.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import { loadConfig } from '../config/file.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { startChild } from '../serve/child.ts';

const TEMPLATE = `// Settings of sluice. "sluice config schema" tells what may stand here.
{
}
`;

/** Opens $VISUAL, $EDITOR or vi, and tells what is wrong with the file afterwards. */
export async function run(_: Call<object>, context: Context): Promise<void> {
  const { path } = context.config;
  const editor = context.env['VISUAL'] || context.env['EDITOR'] || 'vi';
  if (!context.out.isTerminal && editor === 'vi') {
    throw usageError('there is no terminal to edit in', `Change single keys:  sluice config set <key> <value>`);
  }
  if ((await readText(path)) === undefined) await replaceFile(path, TEMPLATE);
  // Editors come with options: EDITOR="code --wait". The path stays one word.
  const words = ['/bin/sh', '-c', `${editor} "$1"`, 'sh', path];
  const code = await startChild(context, words, context.env).ended;
  if (code !== 0) throw new CliError(`the editor ended with ${code}`, { exit: EXIT.failed });
  const { directory } = context;
  const config = await loadConfig({ path, env: {}, folder: '', directory, home: directory });
  for (const warning of config.user?.warnings ?? []) context.note(`warning: ${warning}`);
}
