/** Single settings by their path: `contexts.prod.region`, `defaults.stream create.shards`. Pure. */
import { type CliError, usageError } from '../cli-error.ts';
import { attributeName, type CommandSpec, type OptionSpec } from '../command-spec.ts';
import { globalOptions } from '../global-options.ts';
import { mostSimilar } from '../similar.ts';
import type { Config } from './file.ts';
import { CONTEXT_KEYS, fits, formText, type KeyForm, NEVER_DEFAULT, TOP_KEYS } from './keys.ts';

/** A value, and where it is from. */
export interface Setting {
  readonly key: string;
  readonly value: unknown;
  /** A file's path, `environment NAME` or `default`. */
  readonly origin: string;
}

/** @throws {CliError} for an empty part. */
export function keyPath(text: string): readonly string[] {
  const path = text.split('.');
  if (path.includes('')) throw usageError(`"${text}" is no key`, 'Write for example contexts.prod.region.');
  return path;
}

/** What a path names, in the file that counts; undefined when no file has it. */
export function settingAt(path: readonly string[], { user, project }: Config): Setting | undefined {
  // A project's file may not redefine the user's own contexts.
  const files = path[0] === 'contexts' ? [user, project] : [project, user];
  for (const file of files) {
    const value = path.reduce<unknown>((inner, name) => {
      const object = Object(inner) as Readonly<Record<string, unknown>>;
      return Object.hasOwn(object, name) ? object[name] : undefined;
    }, file?.all);
    if (value !== undefined) return { key: path.join('.'), value, origin: file!.path };
  }
  return undefined;
}

/** Everything that is set, single values only: variables first, then files, by key. */
export function allSettings(config: Config, env: Readonly<Record<string, string | undefined>>): readonly Setting[] {
  const variables = Object.entries(globalOptions as Readonly<Record<string, OptionSpec>>).flatMap(([key, spec]) => {
    const value = spec.env === undefined ? undefined : env[spec.env];
    return value ? [{ key, value, origin: `environment ${spec.env}` }] : [];
  });
  const keys = [config.user, config.project].flatMap((file) => leaves(file?.all ?? {}, []));
  const paths = new Map(keys.map((path) => [path.join('.'), path]));
  const fromFiles = [...paths.keys()].sort().map((key) => settingAt(paths.get(key)!, config)!);
  const fallback = paths.has('currentContext') ? [] : [{ key: 'currentContext', value: 'local', origin: 'default' }];
  return [...variables, ...fallback, ...fromFiles];
}

function leaves(value: unknown, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]));
}

/** What was typed for a key, as it stands in the file. @throws {CliError} for an unknown key or a value of another form. */
export function writtenValue(path: readonly string[], text: string, commands: readonly CommandSpec[]): unknown {
  const form = formOf(path, commands);
  const value = form === 'text' || Array.isArray(form) ? text : parsed(text);
  if (form !== 'any' && !fits(value, form)) throw usageError(`${path.join('.')} must be ${formText(form)}`);
  return value;
}

/** JSON where it is some, else the text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function formOf(path: readonly string[], commands: readonly CommandSpec[]): KeyForm | 'any' {
  const [top, name, key] = path as [string, string?, string?];
  const spec = Object.hasOwn(TOP_KEYS, top) ? TOP_KEYS[top] : undefined;
  if (spec === undefined) throw unknownKey(top, Object.keys(TOP_KEYS));
  if (name === undefined) return spec.form;
  if (top === 'contexts') {
    if (key === undefined) return 'object';
    if (!Object.hasOwn(CONTEXT_KEYS, key)) throw unknownKey(key, Object.keys(CONTEXT_KEYS));
    return CONTEXT_KEYS[key as keyof typeof CONTEXT_KEYS].form;
  }
  if (top !== 'defaults') return 'any';
  const command = commands.find((one) => one.path === name);
  if (command === undefined)
    throw unknownKey(
      name,
      commands.map((one) => one.path),
    );
  return key === undefined ? 'object' : formOfOption(key, command);
}

function formOfOption(key: string, command: CommandSpec): KeyForm | 'any' {
  const specs = [
    ...Object.values(command.options),
    ...Object.values(globalOptions as Readonly<Record<string, OptionSpec>>),
  ];
  const spec = specs.find(
    (one) => attributeName(one) === key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );
  if (spec === undefined) throw unknownKey(key, specs.map(attributeName));
  if (NEVER_DEFAULT.has(key)) throw usageError(`--${key} has to be typed: it has no default in a file`);
  if (spec.choices !== undefined) return spec.choices;
  return typeof spec.default === 'boolean' ? 'flag' : 'any';
}

function unknownKey(key: string, known: readonly string[]): CliError {
  const similar = mostSimilar(key, known);
  return usageError(
    `${key} is not known`,
    similar === undefined ? `There are: ${known.join(', ')}` : `Did you mean ${similar}?`,
  );
}
