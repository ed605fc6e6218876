/**
 * What completion and the man pages must know of the tables, as plain data: written to a file at the build, so that
 * pressing Tab loads neither the tables nor the parser.
 */
import { kinesisOperations } from '../../operations/kinesis/index.ts';
import type { CommandSpec, OptionSpec, ValueKind } from '../command-spec.ts';
import { globalOptions } from '../global-options.ts';
import { topicNames } from '../help/help-topics.ts';
import { commands, nouns } from '../table.ts';

export interface SpecOption {
  /** All spellings, the long one last: `-f`, `--file`. */
  readonly spellings: readonly string[];
  readonly doc: string;
  readonly takesValue: boolean;
  readonly many: boolean;
  readonly advanced: boolean;
  readonly kind?: ValueKind | undefined;
  readonly choices?: readonly string[] | undefined;
  readonly choiceDocs?: Readonly<Record<string, string | undefined>> | undefined;
}

export interface SpecArgument {
  readonly name: string;
  readonly many: boolean;
  readonly kind?: ValueKind | undefined;
  readonly choices?: readonly string[] | undefined;
}

export interface SpecCommand {
  readonly path: string;
  readonly summary: string;
  /** What stands behind `--` is another command. */
  readonly takesCommand: boolean;
  readonly args: readonly SpecArgument[];
  readonly options: readonly SpecOption[];
}

export interface CompletionSpec {
  /** First words that several commands share, with their line. */
  readonly nouns: Readonly<Record<string, string>>;
  readonly commands: readonly SpecCommand[];
  /** Options of every command. */
  readonly common: readonly SpecOption[];
  readonly operations: readonly string[];
  readonly topics: readonly string[];
}

/** The tables as data. */
export function completionSpec(): CompletionSpec {
  return {
    nouns,
    commands: commands.map(commandOf),
    common: Object.values(globalOptions).map(optionOf),
    operations: kinesisOperations.map(({ name }) => name),
    topics: [...topicNames, ...commands.map(({ path }) => path)],
  };
}

function commandOf(spec: CommandSpec): SpecCommand {
  const args = spec.args.map((arg) => ({
    name: arg.name,
    many: arg.many ?? false,
    kind: arg.kind,
    choices: arg.choices,
  }));
  const { path, summary, takesCommand = false } = spec;
  return { path, summary, takesCommand, args, options: Object.values(spec.options).map(optionOf) };
}

function optionOf({ flags, doc, many, advanced, kind, choices, choiceDocs }: OptionSpec): SpecOption {
  const spellings = flags.split(', ').map((spelling) => spelling.split(' ')[0]!);
  const takesValue = flags.includes('<');
  return { spellings, doc, takesValue, many: many ?? false, advanced: advanced ?? false, kind, choices, choiceDocs };
}
