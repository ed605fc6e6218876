/** The parser, made from the tables: all names, and the options of the command that was typed. */
import { Argument, Command, CommanderError, Option } from 'commander';
import { inFull } from './aliases.ts';
import { usageError } from './cli-error.ts';
import { type ArgumentSpec, attributeName, type Call, type CommandSpec, type OptionSpec } from './command-spec.ts';
import { applyDefaults, fileWarnings, rootOf } from './config/defaults.ts';
import type { Config } from './config/file.ts';
import { type GlobalValues, globalOptions } from './global-options.ts';
import { argumentText, commandHelp, nounHelp, rootHelp } from './help/help-text.ts';
import { commands, foreignWords, nouns } from './table.ts';

export interface ProgramOptions {
  /** What was typed after the program's name. */
  readonly words: readonly string[];
  readonly version: string;
  /** What --version prints. */
  readonly told?: string | undefined;
  /** Of the terminal; asked for help only. */
  readonly columns: () => number;
  /** Prints help. */
  readonly print: (text: string) => void;
  /** What files of settings say, read once the options are known that name them. */
  readonly config: (global: GlobalValues, spec: CommandSpec) => Promise<Config>;
  readonly run: (spec: CommandSpec, call: Call<never>, session: Session) => Promise<void>;
}

/** What a command runs with, beside its own arguments and options. */
export interface Session {
  readonly global: GlobalValues;
  readonly config: Config;
  /** What is wrong with the files of settings, a line each. */
  readonly warnings: readonly string[];
}

/** Parses what was typed and runs the command. @throws {CliError} for what cannot be parsed. */
export async function runProgram(options: ProgramOptions): Promise<void> {
  // Nothing typed is a question what there is.
  const { own, child } =
    options.words.length === 0 ? { own: ['help'], child: undefined } : splitWords(inFull(options.words));
  const program = buildProgram({ ...options, words: own }, child);
  try {
    await program.parseAsync(
      own.map((word) => (word === '--help-all' ? '--help' : word)),
      { from: 'user' },
    );
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // A word that only groups commands, or none at all: commander has printed the help.
    if (error.exitCode === 0 || error.code === 'commander.help') return;
    throw parseError(error, own);
  }
}

/** The words of sluice itself, and those behind `--` where the command typed runs another one. */
function splitWords(words: readonly string[]): {
  readonly own: readonly string[];
  readonly child?: readonly string[] | undefined;
} {
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  const first = (spec: CommandSpec) => own.indexOf(spec.path.split(' ')[0]!);
  const [typed] = [...typedCommands(own)].sort((a, b) => first(a) - first(b));
  return end >= 0 && typed?.takesCommand ? { own, child: words.slice(end + 1) } : { own: words };
}

function buildProgram(options: ProgramOptions, child: readonly string[] | undefined): Command {
  const { version, told = version, columns, print, words } = options;
  const program = quietCommand('sluice', print);
  program.version(told, '-V, --version').helpCommand(false);
  const typed = typedCommands(words);
  for (const [name, spec] of Object.entries(globalOptions)) {
    // A command may have an option of the same name that means something else.
    if (!typed.some(({ options: own }) => Object.hasOwn(own, name))) program.addOption(optionOf(name, spec));
  }
  const all = words.includes('--help-all');
  helpFrom(program, () => rootHelp(commands, version, all));
  const parents = new Map<string, Command>([['', program]]);
  for (const [noun, doc] of Object.entries(nouns)) {
    const command = quietCommand(noun, print);
    helpFrom(command, () => nounHelp(noun, doc, commands));
    parents.set(noun, command);
    program.addCommand(command);
  }
  for (const spec of wantedCommands(words, typed)) {
    const path = spec.path.split(' ');
    const command = quietCommand(path.at(-1)!, print);
    helpFrom(command, () => commandHelp(spec, { columns: columns(), all }));
    const parent = parents.get(path.slice(0, -1).join(' '))!;
    parent.addCommand(command);
    parents.set(spec.path, command);
    if (typed.includes(spec)) complete(command, spec, { ...options, child });
  }
  return program;
}

/** The commands whose words were typed. Of `serve` and `serve status` the longer, or the shorter would take its options. */
function typedCommands(words: readonly string[]): readonly CommandSpec[] {
  const named = commands.filter(({ path }) => path.split(' ').every((word) => words.includes(word)));
  const above = ({ path }: CommandSpec) => named.find((one) => path.startsWith(`${one.path} `));
  const real = named.filter((spec) => isBelow(spec, above(spec), words));
  return real.filter(({ path }) => !real.some((other) => other.path.startsWith(`${path} `)));
}

/** Whether the words go down to a command from the one above it: a group or a stream may have its name. */
function isBelow({ path }: CommandSpec, above: CommandSpec | undefined, words: readonly string[]): boolean {
  if (above === undefined) return true;
  const flags = Object.values({ ...globalOptions, ...above.options }).map((option) => option.flags);
  const takesNext = (word: string) => flags.some((text) => /[<[]/.test(text) && text.split(/[ ,]+/).includes(word));
  const start = words.indexOf(above.path) + 1;
  const next = words.slice(start).find((word, i) => !word.startsWith('-') && !takesNext(words[start + i - 1]!));
  return next === path.split(' ').at(-1);
}

/** Of a line that begins with a command the typed ones will do, with those above them; else any may be what was meant. */
function wantedCommands(words: readonly string[], typed: readonly CommandSpec[]): readonly CommandSpec[] {
  const isClear = typed.some(({ path }) => path === words.slice(0, path.split(' ').length).join(' '));
  if (!isClear) return commands;
  return commands.filter((spec) => typed.some(({ path }) => path === spec.path || path.startsWith(`${spec.path} `)));
}

/** Options and action of a command, for the one that was typed. */
function complete(
  command: Command,
  spec: CommandSpec,
  { config, run, child }: ProgramOptions & { readonly child: readonly string[] | undefined },
): void {
  for (const arg of spec.args) command.addArgument(argumentOf(arg));
  for (const [name, option] of Object.entries(spec.options)) command.addOption(optionOf(name, option));
  command.action(async () => {
    const root = rootOf(command);
    const files = await config(root.opts(), spec);
    const warnings = [...fileWarnings(files), ...applyDefaults(command, spec, files)];
    const global = root.opts() as GlobalValues;
    const args = command.processedArgs.flat().filter((arg) => arg !== undefined);
    await run(spec, { args, options: command.opts() as never, child }, { global, config: files, warnings });
  });
}

function quietCommand(name: string, print: (text: string) => void): Command {
  return new Command(name)
    .exitOverride()
    .showSuggestionAfterError(true)
    .allowExcessArguments(false)
    .configureOutput({ writeOut: print, writeErr: print, outputError: () => undefined });
}

function helpFrom(command: Command, text: () => string): void {
  command.configureHelp({ formatHelp: text });
}

function argumentOf(spec: ArgumentSpec): Argument {
  const argument = new Argument(argumentText(spec), spec.doc);
  return spec.choices === undefined ? argument : argument.choices(spec.choices);
}

function optionOf(name: string, spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.doc);
  if (spec.default !== undefined) option.default(spec.default);
  if (spec.choices !== undefined) option.choices(spec.choices);
  if (spec.anyCase) {
    const among = option.parseArg!;
    option.argParser((text: string, before: string) => among(text.toLowerCase(), before));
  }
  if (spec.env !== undefined && !spec.readsOwnEnv) option.env(spec.env);
  if (spec.counts) option.argParser((_, before: number) => before + 1);
  if (spec.parse !== undefined) option.argParser((text: string) => spec.parse!(text));
  if (spec.many) option.argParser((text: string, before: readonly string[]) => [...before, text]);
  if (attributeName(spec) !== name) throw new Error(`option ${spec.flags} stands under ${name}`);
  return option;
}

/** Commander's complaint with its suggestion on a line of its own, and words from elsewhere in ours. */
function parseError(error: CommanderError, words: readonly string[]): Error {
  const [first, ...rest] = error.message.replace(/^error: /, '').split('\n');
  const isUnknown = error.code === 'commander.unknownCommand' || error.code === 'commander.unknownOption';
  const word = /'(?:--)?([^']*)'/.exec(first!)?.[1] ?? '';
  const known = isUnknown && Object.hasOwn(foreignWords, word) ? foreignWords[word] : undefined;
  const hint = known === undefined ? [] : [`Here it is:  ${known.startsWith('--') ? known : `sluice ${known}`}`];
  const suggestion = hint.length > 0 ? hint : rest.map((line) => line.replace(/^\((.*)\)$/, '$1'));
  const typed = error.code === 'commander.unknownCommand' ? [] : typedCommands(words);
  const more = typed.length === 1 ? `More:  sluice ${typed[0]!.path} -h` : 'sluice --help lists the commands.';
  return usageError(first!, ...suggestion, more);
}
