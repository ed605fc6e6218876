/**
 * The files of a flow: its pattern walked through the directories. What is missing or forbidden is not an error: it
 * is told and looked for again on the next walk.
 */
import { AGENT_FOLDER_DEPTH_MAX } from '../model/limits.ts';
import type { LogFileFacts, LogFiles } from '../runtime/log-files.ts';
import { systemCode } from '../runtime/sluice-error.ts';
import { globPattern, literalName } from './glob.ts';

export interface Discovered {
  readonly path: string;
  readonly facts: LogFileFacts;
}

export interface Walk {
  /** Plain files whose name matches. */
  readonly files: readonly Discovered[];
  /** Directories looked into; of a missing one, the nearest parent there is. */
  readonly directories: readonly string[];
  /** Directories and files that may not be looked at, with the code. */
  readonly denied: readonly { readonly path: string; readonly code: string }[];
}

/** Compressed files are never logs in the making. Kinesis Agent knows .gz, .bz2 and .zip. */
const COMPRESSED = /\.(gz|bz2|zip|xz|zst|lz4)$/i;

/** True for a name that ends as compressed files do. */
export function isCompressed(path: string): boolean {
  return COMPRESSED.test(path);
}

/** A compiled file pattern with its exclusions; made once for a flow. */
export interface FilePattern {
  readonly segments: readonly string[];
  readonly name: RegExp;
  readonly excluded: readonly { readonly pattern: RegExp; readonly wholePath: boolean }[];
}

/** @throws {GlobError} */
export function filePattern(pattern: string, exclude: readonly string[]): FilePattern {
  const segments = pattern.split('/').slice(1, -1);
  return {
    segments: segments.filter((segment) => segment !== ''),
    name: globPattern(pattern.slice(pattern.lastIndexOf('/') + 1)),
    excluded: exclude.map((glob) => ({ pattern: pathPattern(glob), wholePath: glob.includes('/') })),
  };
}

/** True when a file of that path would belong to the pattern's last segment and is not excluded. */
export function matchesName(pattern: FilePattern, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (!pattern.name.test(name) || isCompressed(name)) return false;
  return !pattern.excluded.some((one) => one.pattern.test(one.wholePath ? path : name));
}

/**
 * Looks at everything now. A folder that several paths lead to, through symbolic links, is looked at by one of them:
 * one that is `known` (see foldersAbove) before any other, so that a new link gives no known file another name.
 */
export async function walk(
  files: LogFiles,
  pattern: FilePattern,
  known: ReadonlySet<string> = new Set(),
): Promise<Walk> {
  const walker = new Walker(files, pattern, known);
  await walker.run();
  return { files: distinct(walker.found), directories: [...walker.directories], denied: walker.denied };
}

/** All folders that lead to these paths. */
export function foldersAbove(paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    let folder = path.slice(0, path.lastIndexOf('/'));
    for (; folder !== '' && !folders.has(folder); folder = folder.slice(0, folder.lastIndexOf('/')))
      folders.add(folder);
  }
  return folders;
}

/** A folder to look into, '' for the root, and the directories of the pattern below it. */
interface Stop {
  readonly directory: string;
  readonly rest: readonly string[];
  /** How far `**` has gone down. */
  readonly depth: number;
  /** Device and inode; undefined for the root. */
  readonly identity?: string;
}

class Walker {
  readonly found: Discovered[] = [];
  readonly directories = new Set<string>();
  readonly denied: { path: string; code: string }[] = [];
  readonly #files: LogFiles;
  readonly #pattern: FilePattern;
  readonly #known: ReadonlySet<string>;
  readonly #first: Stop[] = [];
  readonly #later: Stop[] = [];
  /** Folders by identity, with what of the pattern was left there. */
  readonly #visited = new Set<string>();

  constructor(files: LogFiles, pattern: FilePattern, known: ReadonlySet<string>) {
    this.#files = files;
    this.#pattern = pattern;
    this.#known = known;
  }

  async run(): Promise<void> {
    let stop: Stop | undefined = { directory: '', rest: this.#pattern.segments, depth: 0 };
    for (; stop !== undefined; stop = this.#first.pop() ?? this.#later.pop()) {
      const visit = `${stop.identity} ${stop.rest.length}`;
      if (this.#visited.has(visit)) continue;
      this.#visited.add(visit);
      await this.#look(stop);
    }
  }

  async #look({ directory, rest, depth }: Stop): Promise<void> {
    const [segment, ...after] = rest;
    const plain = segment === undefined ? undefined : literalName(segment);
    if (plain !== undefined) return await this.#below(directory, plain, { rest: after, depth });
    this.directories.add(directory || '/');
    const names = (await this.#guarded(directory || '/', (path) => this.#files.list(path))) ?? [];
    if (segment === undefined) return await this.#take(directory, names);
    if (segment === '**') {
      await this.#look({ directory, rest: after, depth });
      if (depth === AGENT_FOLDER_DEPTH_MAX) return;
      for (const name of names) await this.#below(directory, name, { rest, depth: depth + 1 });
      return;
    }
    const matcher = globPattern(segment);
    for (const name of names) if (matcher.test(name)) await this.#below(directory, name, { rest: after, depth });
  }

  async #below(directory: string, name: string, way: Pick<Stop, 'rest' | 'depth'>): Promise<void> {
    const path = `${directory}/${name}`;
    const facts = await this.#guarded(path, () => this.#files.facts(path));
    if (facts?.kind === 'directory') {
      const identity = `${facts.device}:${facts.inode}`;
      (this.#known.has(path) ? this.#first : this.#later).push({ directory: path, ...way, identity });
    } else if (facts === undefined && isGarbled(name)) this.denied.push({ path, code: 'EILSEQ' });
    else if (facts === undefined) this.directories.add(directory || '/');
  }

  async #take(directory: string, names: readonly string[]): Promise<void> {
    for (const name of names) {
      const path = `${directory}/${name}`;
      if (!matchesName(this.#pattern, path)) continue;
      const facts = await this.#guarded(path, () => this.#files.facts(path));
      if (facts?.kind === 'file') this.found.push({ path, facts });
      else if (facts === undefined && isGarbled(name)) this.denied.push({ path, code: 'EILSEQ' });
    }
  }

  async #guarded<T>(path: string, act: (path: string) => Promise<T>): Promise<T | undefined> {
    try {
      return await act(path);
    } catch (error) {
      const code = systemCode(error);
      if (code === '') throw error;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') this.denied.push({ path, code });
      return undefined;
    }
  }
}

/** A name that is no UTF-8 comes with replacement characters, and nothing stands under that. */
function isGarbled(name: string): boolean {
  return name.includes('\ufffd');
}

/** `**` can lead to one path twice. */
function distinct(found: readonly Discovered[]): readonly Discovered[] {
  return [...new Map(found.map((one) => [one.path, one])).values()];
}

/** A glob over a whole path: ** crosses directories, * does not. */
function pathPattern(glob: string): RegExp {
  const parts = glob
    .split('/')
    .map((segment) => (segment === '**' ? undefined : globPattern(segment).source.slice(1, -1)));
  const source = parts.map((part, i) => part ?? (i === parts.length - 1 ? '.*' : '(?:[^/]*/)*')).join('/');
  return new RegExp(`^${source.replaceAll('(?:[^/]*/)*/', '(?:[^/]*/)*')}$`, 'su');
}
