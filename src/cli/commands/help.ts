/** `sluice help`: a command's help, a topic, or either as a manual page. */
import { spawn } from 'node:child_process';
import { fileFacts } from '../../runtime/files.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { commandHelp, nounHelp, rootHelp } from '../help/help-text.ts';
import { isTopic, topicNames, topicText, topicTitles } from '../help/help-topics.ts';
import { packagePath } from '../package-path.ts';
import { runningDaemon } from '../serve/running-daemon.ts';
import { mostSimilar } from '../similar.ts';
import type { HelpOptions } from '../table/setup.ts';

/** Prints what is known under the words given. */
export async function run({ args, options }: Call<HelpOptions>, context: Context): Promise<void> {
  const name = args.join(' ');
  const text = textOf(name, context);
  if (text === undefined) throw unknown(name, context);
  if (options.man) return openManual(name);
  await context.out.write(name === '' ? `${text}\nTarget: ${await targetText(context)}\n` : text);
}

/** Where commands would go now, and whether the server of this machine runs. */
async function targetText(context: Context): Promise<string> {
  const { context: name, kind, endpoint } = await context.target();
  const isRunning = kind !== 'local' || (await runningDaemon(context).catch(() => undefined)) !== undefined;
  return `${name} ${endpoint}${isRunning ? '' : ' (not running)'}`;
}

function textOf(name: string, context: Context): string | undefined {
  const { version, commands, nouns } = context.program;
  if (name === '') return rootHelp(commands, version);
  if (name === 'topics') {
    return `Guides.\n\n${topicNames.map((topic) => `  ${topic.padEnd(14)}${topicTitles[topic]}\n`).join('')}\nsluice help <topic> shows one.\n`;
  }
  if (isTopic(name)) return topicText(name, commands);
  const spec = commands.find(({ path }) => path === name);
  if (spec !== undefined) return commandHelp(spec, { columns: context.columns, all: false });
  const noun = nouns[name];
  return noun === undefined ? undefined : nounHelp(name, noun, commands);
}

function unknown(name: string, { program }: Context): CliError {
  const known = [...topicNames, ...program.commands.map(({ path }) => path), ...Object.keys(program.nouns)];
  const similar = mostSimilar(name, known);
  const hint = similar === undefined ? [] : [`Did you mean:  sluice help ${similar}`];
  return usageError(`there is no help on "${name}"`, ...hint, `Topics: ${topicNames.join(', ')}`);
}

/** Opens the page that came with the package, which `man` may not find where npm put it. */
async function openManual(name: string): Promise<void> {
  const page = isTopic(name) ? `sluice-${name}.7` : `${['sluice', ...name.split(' ').filter(Boolean)].join('-')}.1`;
  const path = packagePath(`man/${page}`);
  if ((await fileFacts(path)) === undefined) {
    throw new CliError(`there is no manual page ${page}`, {
      exit: EXIT.notFound,
      lines: [`Its text:  sluice help ${name}`],
    });
  }
  const viewer = spawn('man', [path], { stdio: 'inherit' });
  await new Promise<void>((resolve, reject) => {
    viewer.on('close', () => resolve());
    viewer.on('error', (cause) => {
      const lines = [`The page is ${path}`, `Its text without man:  sluice help ${name}`];
      reject(new CliError('the program man was not found', { exit: EXIT.failed, lines, cause }));
    });
  });
}
