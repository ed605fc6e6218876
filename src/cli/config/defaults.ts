/** Defaults of options that a file sets: `defaults.<command>.<option>`, for options nobody typed and no variable gives. */
import type { Command, Option } from 'commander';
import { CliError, usageError } from '../cli-error.ts';
import type { CommandSpec, OptionSpec } from '../command-spec.ts';
import { globalOptions } from '../global-options.ts';
import { mostSimilar } from '../similar.ts';
import type { Config, ConfigContent } from './file.ts';

/**
 * Sets them on the parsed command; the project's file counts before the user's own. Returns what was passed over, a line each.
 * @throws {CliError} for a value that the option does not take.
 */
export function applyDefaults(command: Command, spec: CommandSpec, { user, project }: Config): readonly string[] {
  const warnings: string[] = [];
  for (const file of [user, project]) {
    for (const [key, value] of Object.entries(file?.defaults[spec.path] ?? {})) {
      const at = `${file!.path}: defaults.${spec.path}.${key}`;
      const name = key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
      const found = optionNamed(name, command, spec);
      if (found === undefined) {
        const similar = mostSimilar(name, [...Object.keys(spec.options), ...Object.keys(globalOptions)]);
        warnings.push(
          `${at}: sluice ${spec.path} has no such option${similar === undefined ? '' : `: did you mean ${similar}?`}`,
        );
      } else if (file === project && isPath(found.spec)) {
        warnings.push(`${at} is passed over: a project's file may name no files`);
      } else set(found, name, typedValue(found, value, at));
    }
  }
  return warnings;
}

interface Found {
  readonly owner: Command;
  readonly option: Option;
  readonly spec: OptionSpec;
}

function optionNamed(name: string, command: Command, spec: CommandSpec): Found | undefined {
  const own = Object.hasOwn(spec.options, name) ? spec.options[name] : undefined;
  const owner = own === undefined ? rootOf(command) : command;
  const option = owner.options.find((one) => one.attributeName() === name);
  const found = own ?? (globalOptions as Readonly<Record<string, OptionSpec>>)[name];
  return option === undefined || found === undefined ? undefined : { owner, option, spec: found };
}

function isPath({ kind }: OptionSpec): boolean {
  return kind === 'file' || kind === 'directory';
}

function set({ owner }: Found, name: string, value: unknown): void {
  const source = owner.getOptionValueSource(name);
  if (source !== 'cli' && source !== 'env') owner.setOptionValueWithSource(name, value, 'config');
}

/** The value as if it had been typed. */
function typedValue({ option, spec }: Found, value: unknown, at: string): unknown {
  const wrong = (wanted: string) => usageError(`${at} must be ${wanted}`, 'Mend it:  sluice config edit');
  if (spec.counts) {
    if (typeof value !== 'number') throw wrong('a number');
    return value;
  }
  if (!option.required && !option.optional) {
    if (typeof value !== 'boolean') throw wrong('true or false');
    return value;
  }
  const isList = Array.isArray(value);
  const texts = (isList ? value : [value]).map((one: unknown) => {
    if (typeof one !== 'string' && typeof one !== 'number')
      throw wrong(spec.many ? 'a text or a list of texts' : 'a text or a number');
    return String(one);
  });
  if (spec.many) return texts;
  if (isList) throw wrong('one value');
  const [text] = texts as [string];
  if (spec.choices !== undefined && !spec.choices.includes(text)) throw wrong(`one of ${spec.choices.join(', ')}`);
  try {
    return spec.parse === undefined ? text : spec.parse(text);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw usageError(`${at}: ${error.message}`, ...error.lines, 'Mend it:  sluice config edit');
  }
}

/** What is wrong with the files, a line each: told before a command runs. */
export function fileWarnings({ path, isMissing, user, project }: Config): readonly string[] {
  const ofFile = (file: ConfigContent | undefined) => file?.warnings ?? [];
  return [...(isMissing ? [`there is no ${path}`] : []), ...ofFile(user), ...ofFile(project)];
}

/** The command that has the options of every command. */
export function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}
