/** What `context create` and `context edit` were given, and saved contexts as people see them. */
import { notFoundError, usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import { configuredTargets } from '../config/file.ts';
import type { Context } from '../context.ts';
import { mostSimilar } from '../similar.ts';
import type { contextCreateOptions } from '../table/context.ts';
import { BUILT_IN, type ContextSettings, endpointOf } from './target.ts';

/** The settings named on the command line; what was not named is not among them. */
export function givenSettings(
  options: Call<typeof contextCreateOptions>['options'],
  { global }: Context,
): ContextSettings {
  const { endpoint, region, profile, readOnly } = global;
  const given = {
    endpoint: endpoint === undefined ? undefined : endpointOf(endpoint, '--endpoint'),
    region,
    profile,
    roleArn: options.roleArn,
    readOnly: readOnly || undefined,
    confirm: options.confirm,
    color: options.color,
    fips: options.fips || undefined,
    dualStack: options.dualStack || undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** A saved context's settings. @throws {CliError} for one that is built in or not there. */
export function savedContext(name: string, { config }: Context): ContextSettings {
  if (isBuiltIn(name))
    throw usageError(`the context ${name} is built in`, 'Make one of your own:  sluice context create <name>');
  const contexts = config.user?.contexts ?? {};
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (found !== undefined) return found;
  const similar = mostSimilar(name, Object.keys(contexts));
  throw notFoundError(
    `there is no context ${name} in ${config.path}`,
    similar === undefined ? 'sluice context list shows them.' : `Did you mean ${similar}?`,
  );
}

/** @throws {CliError} for a name that cannot stand before a stream or is taken. */
export function checkNewName(name: string, { config }: Context): void {
  if (isBuiltIn(name)) throw usageError(`the context ${name} is built in`);
  if (!isContextName(name))
    throw usageError(`"${name}" is no name of a context`, 'It has no / and no : and is not empty.');
  if (Object.hasOwn(config.user?.contexts ?? {}, name)) {
    throw usageError(`the context ${name} exists already`, `Change it:  sluice context edit ${name}`);
  }
}

/** Whether a name may stand before a stream. */
export function isContextName(name: string): boolean {
  return name !== '' && !/[/:\s]/.test(name);
}

/** Whether a context needs no file. */
export function isBuiltIn(name: string): boolean {
  return (BUILT_IN as readonly string[]).includes(name);
}

/** Every context by name, built-in ones first. */
export function allContexts({ config }: Context): Readonly<Record<string, ContextSettings>> {
  return { local: {}, aws: {}, ...configuredTargets(config).contexts };
}

/** The command that makes a context, to be repeated. */
export function createCommand(name: string, settings: ContextSettings): string {
  const flags: Readonly<Record<keyof ContextSettings, string>> = {
    endpoint: '--endpoint',
    region: '--region',
    profile: '--profile',
    roleArn: '--role-arn',
    readOnly: '--read-only',
    confirm: '--confirm',
    color: '--color',
    fips: '--fips',
    dualStack: '--dual-stack',
  };
  const words = Object.entries(settings).flatMap(([key, value]) =>
    value === true ? [flags[key as keyof ContextSettings]] : [flags[key as keyof ContextSettings], String(value)],
  );
  return ['sluice context create', name, ...words].join(' ');
}
