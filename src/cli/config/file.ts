/**
 * The files that keep settings: the user's own and the project's `.sluice.json`, which counts before it. JSON with
 * comments. What a program cannot use is told and passed over; a file that is no JSON is refused.
 */
import { dirname, join } from 'node:path';
import type { JsonObject } from '../../model/json-with-comments.ts';
import { type ConfigFile, readConfigFile } from '../../runtime/config-files.ts';
import { CliError, usageError } from '../cli-error.ts';
import { EXIT } from '../exit.ts';
import type { ContextSettings, NamedBy } from '../target/target.ts';

/** Defaults of options by the path of their command, as they stand in the file. */
export type ConfiguredDefaults = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface ConfigContent {
  readonly path: string;
  readonly currentContext: string | undefined;
  readonly contexts: Readonly<Record<string, ContextSettings>>;
  readonly defaults: ConfiguredDefaults;
  /** The whole, as plain values. */
  readonly all: Readonly<Record<string, unknown>>;
  /** What is wrong with it, a line each. */
  readonly warnings: readonly string[];
}

/** Everything that files say. */
export interface Config {
  /** Where the user's own file is, or would be. */
  readonly path: string;
  /** It was asked for by name and is not there. */
  readonly isMissing: boolean;
  readonly user: ConfigContent | undefined;
  readonly project: ConfigContent | undefined;
  /** Why a file could not be read, for the commands that go on without. */
  readonly fault?: CliError | undefined;
}

/** Before anything was read. */
export const NO_CONFIG: Config = { path: '', isMissing: false, user: undefined, project: undefined };

export interface ConfigPlaces {
  /** --config. */
  readonly path: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of the user's own file. */
  readonly folder: string;
  /** Where the search for the project's file begins, and the home, where it ends. */
  readonly directory: string;
  readonly home: string;
}

const PROJECT_FILE = '.sluice.json';

/** @throws {CliError} for a file that is no JSON or may not be read. */
export async function loadConfig(places: ConfigPlaces): Promise<Config> {
  const asked = places.path ?? (places.env['SLUICE_CONFIG'] || undefined);
  const path = asked ?? join(places.folder, 'config.json');
  const [own, project] = await Promise.all([readConfigFile(path), projectFile(places)]);
  if (own.text === undefined && own.reason !== 'ENOENT') {
    throw new CliError(`${path} cannot be read`, { exit: EXIT.notFound, code: own.reason });
  }
  return {
    path,
    isMissing: asked !== undefined && own.text === undefined,
    user: own.text === undefined ? undefined : await content(own.path, own.text),
    project: project?.text === undefined ? undefined : await content(project.path, project.text),
  };
}

/** What decides a target: contexts of the user's own file cannot be redefined by a project's. */
export function configuredTargets({ user, project }: Config): {
  readonly contexts: Readonly<Record<string, ContextSettings>>;
  readonly project: NamedBy | undefined;
  readonly current: NamedBy | undefined;
} {
  const named = (file: ConfigContent | undefined) =>
    file?.currentContext === undefined ? undefined : { context: file.currentContext, by: file.path };
  return {
    contexts: { ...project?.contexts, ...user?.contexts },
    project: named(project),
    current: named(user),
  };
}

/** The nearest file from the directory up to the root of its repository; outside of a repository only that of the directory. */
async function projectFile({ directory, home }: ConfigPlaces): Promise<ConfigFile | undefined> {
  const { exists } = await import('../../runtime/config-files.ts');
  let nearest: ConfigFile | undefined;
  for (let folder = directory; ; folder = dirname(folder)) {
    if (nearest === undefined) {
      const file = await readConfigFile(join(folder, PROJECT_FILE));
      // Where others may write, a file of theirs must not steer this user's commands.
      if (file.text !== undefined && file.isOwn) nearest = file;
      if (folder === directory && nearest !== undefined) return nearest;
    }
    if (await exists(join(folder, '.git'))) return nearest;
    if (folder === home || folder === dirname(folder)) return undefined;
  }
}

/** What a file of settings holds, as it is written. @throws {CliError} with the line, for what is no JSON object. */
export async function settingsNode(path: string, text: string): Promise<JsonObject> {
  const { emptyObject, JsonSyntaxError, parseJsonWithComments } = await import('../../model/json-with-comments.ts');
  try {
    const node = text.trim() === '' ? emptyObject : parseJsonWithComments(text);
    if (node.kind !== 'object') throw new JsonSyntaxError(node.line, 'an object { } is expected');
    return node;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw usageError(`${path}:${error.line}: ${error.message}`, 'Mend it:  sluice config edit');
  }
}

async function content(path: string, text: string): Promise<ConfigContent> {
  const root = await settingsNode(path, text);
  const [{ jsonValue }, { checkConfig }] = await Promise.all([
    import('../../model/json-with-comments.ts'),
    import('./keys.ts'),
  ]);
  const all = jsonValue(root) as Record<string, unknown>;
  return { path, all, ...checkConfig(root, path) };
}
