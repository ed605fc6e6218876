/** `sluice completion install`: shows what it would write, asks, and writes it. */
import { replaceFile } from '../../runtime/config-files.ts';
import { readText, saveText } from '../../runtime/files.ts';
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import { installationOf, scriptFile, shellOf, withLine } from '../completion/install.ts';
import type { Context } from '../context.ts';
import { packagePath } from '../package-path.ts';
import type { CompletionInstallOptions } from '../table/setup.ts';

/** Where nobody can be asked and --yes is not given, it only tells. */
export async function run({ options }: Call<CompletionInstallOptions>, context: Context): Promise<void> {
  const shell = options.shell ?? shellOf(context.env['SHELL']);
  if (shell === undefined)
    throw usageError('which shell this is could not be found out', 'Say --shell bash, zsh, fish or powershell.');
  const { script, startFile, line } = installationOf(shell, context.env, context.home);
  const text = (await readText(packagePath(`completions/${scriptFile(shell)}`)))!;
  const started = startFile === undefined ? undefined : ((await readText(startFile)) ?? '');
  const extended = started === undefined || line === undefined ? undefined : withLine(started, line);
  await context.out.write(`the script goes to   ${script}\n`);
  if (extended !== undefined) await context.out.write(`a line is added to   ${startFile}\n  ${line}\n`);
  if (context.global.dryRun || (!context.global.yes && !context.canAsk)) {
    return context.note(`nothing is written yet:  sluice completion install --shell ${shell} --yes`);
  }
  await context.confirm('Write that?');
  await saveText(script, text);
  // The file is the user's own and may be all they have: a full disk must not leave half of it.
  if (extended !== undefined) await replaceFile(startFile!, extended);
  context.note(`${shell} completes sluice in every new shell`);
}
