/** What can be typed next, from the tables: the one model behind the scripts of all shells. Pure. */
import type { CommandSpec, OptionSpec } from './command-spec.ts';
import { globalOptions } from './global-options.ts';

export interface CompletionWord {
  readonly word: string;
  readonly doc: string;
}

/** What may follow the words of `path`. */
export interface CompletionPlace {
  /** '' for the first word, `stream`, `stream create`. */
  readonly path: string;
  readonly words: readonly CompletionWord[];
}

/** What an option takes: one of some words, or a path of a file. */
export interface CompletionValue {
  /** The path it belongs to; undefined for an option of every command. */
  readonly path: string | undefined;
  /** All spellings: `-f`, `--file`. */
  readonly spellings: readonly string[];
  readonly choices: readonly string[];
  readonly files: boolean;
}

/** Every place, the first word's first. */
export function completionPlaces(
  commands: readonly CommandSpec[],
  nouns: Readonly<Record<string, string>>,
): readonly CompletionPlace[] {
  const paths = new Map<string, CompletionWord[]>([['', []]]);
  for (const [noun, doc] of Object.entries(nouns)) {
    paths.set(noun, []);
    paths.get('')!.push({ word: noun, doc });
  }
  for (const spec of commands) {
    const parts = spec.path.split(' ');
    paths.get(parts.slice(0, -1).join(' '))!.push({ word: parts.at(-1)!, doc: spec.summary });
    const choices = spec.args.flatMap((arg) => (arg.choices ?? []).map((word) => ({ word, doc: arg.doc })));
    paths.set(spec.path, [
      ...choices,
      ...[spec.options, globalOptions].flatMap((set) => Object.values(set).map(wordOf)),
    ]);
  }
  return [...paths].map(([path, words]) => ({ path, words }));
}

/** Every option whose value can be completed. */
export function completionValues(commands: readonly CommandSpec[]): readonly CompletionValue[] {
  const own = commands.flatMap((spec) => Object.values(spec.options).map((option) => completionOf(option, spec.path)));
  const common = Object.values(globalOptions).map((option) => completionOf(option, undefined));
  return [...own, ...common].filter((value) => value.files || value.choices.length > 0);
}

function wordOf(option: OptionSpec): CompletionWord {
  return { word: spellingsOf(option).at(-1)!, doc: option.doc };
}

function completionOf(option: OptionSpec, path: string | undefined): CompletionValue {
  const files = option.kind === 'file' || option.kind === 'directory';
  return { path, spellings: spellingsOf(option), choices: option.choices ?? [], files };
}

function spellingsOf(option: OptionSpec): readonly string[] {
  return option.flags.split(', ').map((spelling) => spelling.split(' ')[0]!);
}
