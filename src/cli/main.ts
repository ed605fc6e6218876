/** The command line's entry: parses, runs, tells what went wrong and sets the exit code. */

import { homedir } from 'node:os';
import { isoTime } from '../runtime/calendar.ts';
import { saveText } from '../runtime/files.ts';
import { printable } from '../runtime/logger.ts';
import { endWithin } from '../runtime/watchdog.ts';
import { AnswerInstead, CliError } from './cli-error.ts';
import type { Call, CommandSpec } from './command-spec.ts';
import { cachePath, forgetStream, rememberStream, targetKey } from './completion/cache.ts';
import { type Config, loadConfig, NO_CONFIG } from './config/file.ts';
import { Context, InterruptedError } from './context.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { explain } from './explain/explain.ts';
import { foldersOf } from './folders.ts';
import type { GlobalValues } from './global-options.ts';
import { printableLines } from './list-output.ts';
import { runProgram, type Session } from './program.ts';
import { OutputClosedError } from './sink.ts';
import { commands, nouns } from './table.ts';
import { changesStreams } from './target/line.ts';

/** SLUICE_LOG by how often -v would be given. */
const LOG_LEVELS = ['warn', 'info', 'debug', 'trace'];

/** How long the loop may take to end once the work is done. */
const STUCK_MS = 2_000;

/** Runs what was typed. Sets process.exitCode and lets the loop end, so that no output is cut off. */
export async function main(version: string): Promise<void> {
  const words = process.argv.slice(2);
  let context: Context | undefined;
  let stream: string | undefined;
  const run = async (spec: CommandSpec, call: Call<never>, { global, config, warnings }: Session) => {
    const verbose = Math.max(global.verbose, LOG_LEVELS.indexOf(process.env['SLUICE_LOG'] ?? ''));
    context = new Context(
      { ...global, verbose },
      { version, commands, nouns },
      { config, changes: changesStreams(spec) },
    );
    for (const warning of warnings) context.note(`warning: ${warning}`);
    if (spec.args[0]?.kind === 'stream') stream = call.args[0];
    await (await spec.load()).run(call, context);
    await rememberNames(context, spec, call.args);
  };
  try {
    const print = (text: string) => void process.stdout.write(text);
    const told = wantsVersions(words) ? await (await import('./versions.ts')).versionsText(version) : version;
    await runProgram({ words, version, told, columns: process.stdout.columns || 100, print, config: configOf, run });
    if (context?.exitCode !== undefined) process.exitCode = context.exitCode;
  } catch (error) {
    process.exitCode = await tell(error, words, context, stream);
  }
  if (context !== undefined) await end(context);
}

async function end(context: Context): Promise<void> {
  await context.close();
  endWithin(STUCK_MS, (resources) => {
    if (context.global.verbose > 1) context.err(`still open after the end: ${resources.join(', ')}`);
  });
}

/** -V together with -v. */
function wantsVersions(words: readonly string[]): boolean {
  const has = (letter: string, name: string) =>
    words.some((word) => word === name || (/^-\w/.test(word) && word.includes(letter)));
  return has('V', '--version') && has('v', '--verbose');
}

/** So that completion offers the stream a command was about, and none that it deleted, without a question to the server. */
async function rememberNames(context: Context, { path, args }: CommandSpec, typed: readonly string[]): Promise<void> {
  const isDeletion = path === 'stream delete';
  if (args[0]?.kind !== 'stream' || (isDeletion && context.global.dryRun)) return;
  for (const stream of isDeletion ? typed : typed.slice(0, 1)) {
    if (stream.startsWith('arn:')) continue;
    const { target } = await context.open(stream);
    const update = isDeletion ? forgetStream : rememberStream;
    update(cachePath(context.folders.cache, targetKey(target)), stream.split('/').at(-1)!);
  }
}

/** Commands about the files themselves mend one that cannot be read. */
async function configOf(global: GlobalValues, spec: CommandSpec): Promise<Config> {
  const home = homedir();
  const { config: folder } = foldersOf(process.env, home, process.platform);
  try {
    return await loadConfig({ path: global.config, env: process.env, folder, directory: process.cwd(), home });
  } catch (error) {
    if (!isAboutFiles(spec)) throw error;
    return { ...NO_CONFIG, path: global.config ?? (process.env['SLUICE_CONFIG'] || `${folder}/config.json`) };
  }
}

function isAboutFiles({ path }: CommandSpec): boolean {
  return path.startsWith('config ') || path === 'help' || path === 'completion' || path === 'doctor';
}

async function tell(
  error: unknown,
  words: readonly string[],
  context: Context | undefined,
  stream: string | undefined,
): Promise<ExitCode> {
  if (error instanceof OutputClosedError) return EXIT.ok;
  if (error instanceof AnswerInstead) {
    process.stdout.write(error.text);
    return EXIT.ok;
  }
  if (error instanceof InterruptedError) {
    return error.signalName === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  }
  // What could not be parsed needs nothing to be told but itself.
  if (error instanceof CliError && context === undefined) {
    tellKnown(error, (line) => void process.stderr.write(`${line}\n`));
    return error.exit;
  }
  await context?.out.flush();
  const facts = { version: '', commands, nouns };
  const session = context ?? new Context({} as GlobalValues, facts, { config: NO_CONFIG, changes: false });
  const about = { words, stream, context: session };
  const known = await explain(error, about).catch(() => undefined);
  if (known === undefined) return tellBug(error, session);
  tellKnown(known, (line) => session.err(line));
  if ((session.global.verbose ?? 0) > 1) session.err(printableLines(String((error as Error).stack)));
  return known.exit;
}

/** What happened, what to do, the code and the exit code. */
function tellKnown({ message, lines, code, exit }: CliError, print: (line: string) => void): void {
  const last = `${code === undefined ? '' : `[${code}]  `}exit ${exit}`;
  print(printable(`error: ${message}`));
  for (const line of [...lines, last]) print(printable(`  ${line}`));
}

/** The trace goes to a file, so that the terminal shows what to do with it. */
async function tellBug(error: unknown, context: Context): Promise<ExitCode> {
  const trace = error instanceof Error ? `${error.stack}\ncause: ${String(error.cause)}\n` : String(error);
  const stamp = isoTime(context.clock.now()).replace(/[-:]|\..*/g, '');
  const path = `${context.folders.state}/fault-${stamp}.txt`;
  const saved = await saveText(path, trace).then(
    () => `The trace is in ${path}`,
    () => printable(trace),
  );
  context.err(`error: a fault of sluice itself: ${printable(String(error))}`);
  context.err(`  ${saved}`);
  context.err(`  exit ${EXIT.bug}`);
  return EXIT.bug;
}
