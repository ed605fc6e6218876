/** A command that could be parsed: its settings, its run, and what is told when it fails. Loaded once there is one. */
import { homedir } from 'node:os';
import { isoTime } from '../runtime/calendar.ts';
import { saveText } from '../runtime/files.ts';
import { printable } from '../runtime/logger.ts';
import { endWithin } from '../runtime/watchdog.ts';
import { AnswerInstead, CliError, errorText } from './cli-error.ts';
import type { Call, CommandSpec } from './command-spec.ts';
import { cachePath, forgetStream, rememberStream, targetKey } from './completion/cache.ts';
import { type Config, loadConfig, NO_CONFIG } from './config/file.ts';
import { Context, InterruptedError } from './context.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { explain } from './explain/explain.ts';
import { foldersOf } from './folders.ts';
import type { GlobalValues } from './global-options.ts';
import { printableLines } from './list-output.ts';
import type { Session } from './program.ts';
import type { ProgramFacts } from './session-facts.ts';
import { OutputClosedError } from './sink.ts';
import { changesStreams } from './target/line.ts';

/** SLUICE_LOG by how often -v would be given. */
const LOG_LEVELS = ['warn', 'info', 'debug', 'trace'];

/** How long the loop may take to end once the work is done. */
const STUCK_MS = 2_000;

/** What a command is started from. */
export interface Start {
  /** As typed after the program's name. */
  readonly words: readonly string[];
  readonly program: ProgramFacts;
  /** Of the process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  /** Node's name of it. */
  readonly platform: string;
  /** Writes to stdout. */
  readonly print: (text: string) => void;
  /** Sets the exit code; undefined is the usual one. */
  readonly exitWith: (code: number | undefined) => void;
}

/** Runs a command to its end, and tells what goes wrong. */
export async function runCommand(
  start: Start,
  { spec, call, global, config, warnings }: Session & { readonly spec: CommandSpec; readonly call: Call<never> },
): Promise<void> {
  const verbose = Math.max(global.verbose, LOG_LEVELS.indexOf(start.env['SLUICE_LOG'] ?? ''));
  const context = new Context({ ...global, verbose }, start.program, { config, changes: changesStreams(spec) });
  for (const warning of warnings) context.note(`warning: ${warning}`);
  const stream = spec.args[0]?.kind === 'stream' ? (call.args[0] as string | undefined) : undefined;
  try {
    await (await spec.load()).run(call, context);
    await rememberNames(context, spec, call.args);
    start.exitWith(context.exitCode);
  } catch (error) {
    start.exitWith(await tell(error, { ...start, context, stream }));
  }
  await context.close();
  endWithin(STUCK_MS, (resources) => {
    if (context.global.verbose > 1) context.err(`still open after the end: ${resources.join(', ')}`);
  });
}

/** Tells what went wrong before there was a command, and was no mistake of what was typed. */
export async function tellFault(error: unknown, start: Start): Promise<void> {
  const context = new Context({} as GlobalValues, start.program, { config: NO_CONFIG, changes: false });
  start.exitWith(await tell(error, { ...start, context, stream: undefined }));
  await context.close();
}

/** The settings for a command. Commands about the files themselves mend one that cannot be read. */
export async function configOf(start: Start, global: GlobalValues, spec: CommandSpec): Promise<Config> {
  const { env, directory, platform } = start;
  const home = homedir();
  const { config: folder } = foldersOf(env, home, platform);
  try {
    return await loadConfig({ path: global.config, env, folder, directory, home });
  } catch (error) {
    if (!doesWithout(spec) || !(error instanceof CliError)) throw error;
    return { ...NO_CONFIG, path: global.config ?? (env['SLUICE_CONFIG'] || `${folder}/config.json`), fault: error };
  }
}

/** Those that mend the files or tell what is wrong, and those that need nothing of them. */
function doesWithout({ path }: CommandSpec): boolean {
  return /^(help|completion|doctor|config (path|edit|schema|set|unset))$/.test(path);
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

interface Failed extends Start {
  readonly context: Context;
  /** The one the command is about. */
  readonly stream: string | undefined;
}

async function tell(error: unknown, { words, context, stream, print }: Failed): Promise<ExitCode> {
  if (error instanceof OutputClosedError) return EXIT.ok;
  if (error instanceof AnswerInstead) {
    print(error.text);
    return EXIT.ok;
  }
  if (error instanceof InterruptedError) {
    return error.signalName === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  }
  await context.out.flush();
  const known = await explain(error, { words, stream, context }).catch(() => undefined);
  if (known === undefined) return tellBug(error, context);
  context.err(errorText(known));
  if ((context.global.verbose ?? 0) > 1) context.err(printableLines(String((error as Error).stack)));
  return known.exit;
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
