/** Commands and options as data: what help, completions and the parser are made from. Nothing here runs a command. */
import type { Context } from './context.ts';
import { parseCount, parseDuration, parsePort, parseSize } from './values.ts';

/** What a value is, for completions. */
export type ValueKind =
  | 'stream'
  | 'shard'
  | 'file'
  | 'directory'
  | 'position'
  | 'duration'
  | 'context'
  | 'profile'
  | 'region'
  | 'consumer'
  | 'field'
  | 'operation'
  | 'topic';

/** One option. `T` is what a command gets; it stands in no member. */
export interface OptionSpec<T = unknown> {
  /** As commander reads it: `-k, --key <value>`. */
  readonly flags: string;
  /** One line, lower case, no full stop. */
  readonly doc: string;
  readonly parse?: ((text: string) => unknown) | undefined;
  readonly choices?: readonly string[] | undefined;
  /** What single choices mean, for completions. */
  readonly choiceDocs?: Readonly<Record<string, string | undefined>> | undefined;
  /** Choices, all lower case, may be written in capitals. */
  readonly anyCase?: boolean | undefined;
  readonly kind?: ValueKind | undefined;
  /** May be given again; the command gets a list. */
  readonly many?: boolean | undefined;
  /** Counts how often it is given. */
  readonly counts?: boolean | undefined;
  readonly default?: unknown;
  /** Few need it: shown by --help-all, not by -h. */
  readonly advanced?: boolean | undefined;
  /** The environment variable that stands in for it. */
  readonly env?: string | undefined;
  /** The variable has another rank than the option: whoever uses the option reads it. */
  readonly readsOwnEnv?: boolean | undefined;
  readonly of?: T | undefined;
}

export type OptionSpecs = { readonly [name: string]: OptionSpec };
export type OptionValues<S> = { readonly [K in keyof S]: S[K] extends OptionSpec<infer T> ? T : never };

type Extras = Pick<OptionSpec, 'kind' | 'env' | 'advanced'>;

/** On or off. */
export function flag(
  flags: string,
  doc: string,
  extras: Pick<OptionSpec, 'env' | 'advanced'> = {},
): OptionSpec<boolean> {
  return { flags, doc, ...extras, default: flags.startsWith('--no-') };
}

/** A text, or undefined. */
export function text(flags: string, doc: string, extras: Extras = {}): OptionSpec<string | undefined> {
  return { flags, doc, ...extras };
}

/** Texts in the order given; none unless given. */
export function texts(flags: string, doc: string, extras: Extras = {}): OptionSpec<readonly string[]> {
  return { flags, doc, ...extras, many: true, default: [] };
}

/** One of a few words. */
export function choice<const V extends string, const D extends V | undefined = undefined>(
  flags: string,
  doc: string,
  extras: Extras & {
    readonly choices: readonly V[];
    readonly choiceDocs?: Readonly<Partial<Record<NoInfer<V>, string>>>;
    readonly anyCase?: boolean;
    readonly default?: D;
  },
): OptionSpec<V | D> {
  return { flags, doc, ...extras };
}

/** A whole number of at least 1. */
export function count<D extends number | undefined = undefined>(
  flags: string,
  doc: string,
  extras: Extras & { readonly default?: D } = {},
): OptionSpec<number | D> {
  return { flags, doc, ...extras, parse: parseCount };
}

/** Milliseconds, written as a duration. */
export function duration<D extends number | undefined = undefined>(
  flags: string,
  doc: string,
  extras: Extras & { readonly default?: D } = {},
): OptionSpec<number | D> {
  return { flags, doc, ...extras, parse: parseDuration };
}

/** Bytes, written as a size. */
export function size(flags: string, doc: string, extras: Extras = {}): OptionSpec<number | undefined> {
  return { flags, doc, ...extras, parse: parseSize };
}

/** A port number. */
export function port(flags: string, doc: string, extras: Extras = {}): OptionSpec<number | undefined> {
  return { flags, doc, ...extras, parse: parsePort };
}

export interface ArgumentSpec {
  /** As shown: `stream`. */
  readonly name: string;
  readonly doc: string;
  readonly required?: boolean | undefined;
  readonly many?: boolean | undefined;
  readonly kind?: ValueKind | undefined;
  readonly choices?: readonly string[] | undefined;
}

/** What a command is run with. */
export interface Call<S> {
  /** In order; those of an argument that repeats follow each other. */
  readonly args: readonly string[];
  readonly options: OptionValues<S>;
  /** The words behind `--` of a command that runs another one; undefined without `--`. */
  readonly child?: readonly string[] | undefined;
}

/** What a command's file exports. */
export interface CommandModule<S> {
  run(call: Call<S>, context: Context): Promise<void>;
}

export type Group = 'Daily' | 'Streams' | 'Services' | 'Planning' | 'Setup';

export interface CommandSpec<S extends OptionSpecs = OptionSpecs> {
  /** The words that call it: `stream create`. */
  readonly path: string;
  readonly group: Group;
  /** One sentence without a full stop. */
  readonly summary: string;
  readonly args: readonly ArgumentSpec[];
  readonly options: S;
  /** Command lines with what they do. */
  readonly examples: readonly (readonly [string, string])[];
  /** Gives records rather than a list or a document: other formats. */
  readonly streams?: boolean | undefined;
  /** Runs the command that stands behind `--`. */
  readonly takesCommand?: boolean | undefined;
  readonly load: () => Promise<CommandModule<S>>;
}

/** Keeps the options' types while the command goes into the table. */
export function command<const S extends OptionSpecs>(spec: CommandSpec<S>): CommandSpec {
  return spec as unknown as CommandSpec;
}

/** The name under which the parser hands over an option: `--no-wait` is `wait`, `--max-attempts` is `maxAttempts`. */
export function attributeName(option: OptionSpec): string {
  const long = /--(?:no-)?([a-z-]+)/.exec(option.flags)![1]!;
  return long.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
