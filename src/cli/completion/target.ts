/** Which server's names a line to complete is about: the choice of the commands, as far as files and variables tell at once. Pure. */
import type { Line } from './words.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface CompletionConfig {
  readonly currentContext?: string | undefined;
  readonly contexts: Readonly<
    Record<string, { readonly endpoint?: string; readonly profile?: string; readonly region?: string }>
  >;
  /** Tab may call AWS although that may ask for a login. */
  readonly network: boolean;
}

export interface CompletionTarget {
  /** What the cache calls it: a context's name, or an endpoint. */
  readonly key: string;
  /** undefined: AWS, or the local daemon, which its state file finds. */
  readonly endpoint?: string | undefined;
  /** The options that lead another command to the same place. */
  readonly options: readonly string[];
  readonly isAws: boolean;
}

/** What of the configuration matters here; anything unreadable is as if it were not there. */
export function parseConfig(text: string | undefined): CompletionConfig {
  try {
    const plain = (text ?? '{}').replace(COMMENTS, '$1').replace(/,(\s*[}\]])/g, '$1');
    const { currentContext, contexts, completion } = JSON.parse(plain) as Partial<CompletionConfig> & {
      readonly completion?: { readonly network?: boolean };
    };
    return { currentContext, contexts: contexts ?? {}, network: completion?.network === true };
  } catch {
    return { contexts: {}, network: false };
  }
}

/** Strings stay, comments go. */
const COMMENTS = /("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

export interface TargetClues {
  readonly line: Line;
  /** The word under the cursor: `prod/or`. */
  readonly current: string;
  readonly env: Environment;
  readonly config: CompletionConfig;
}

/** The first that is given, in the order of the commands. */
export function completionTarget({ line, current, env, config }: TargetClues): CompletionTarget {
  const given = (name: string) => line.options.get(name) || undefined;
  const [prefix] = [current, ...line.operands].flatMap((word) => /^([^/:]+)\//.exec(word)?.[1] ?? []);
  const endpoint = given('endpoint');
  if (endpoint !== undefined) return atEndpoint(endpoint);
  const context = given('context') ?? prefix;
  if (context !== undefined) return inContext(context, config);
  const profile = given('profile');
  if (profile !== undefined) return { key: `aws ${profile}`, options: ['--profile', profile], isAws: true };
  if (env['SLUICE_ENDPOINT']) return atEndpoint(env['SLUICE_ENDPOINT']);
  if (env['SLUICE_CONTEXT']) return inContext(env['SLUICE_CONTEXT'], config);
  const ambient = env['AWS_ENDPOINT_URL_KINESIS'] || env['AWS_ENDPOINT_URL'];
  return ambient ? atEndpoint(ambient) : inContext(config.currentContext ?? 'local', config);
}

function atEndpoint(endpoint: string): CompletionTarget {
  const url = URL.canParse(endpoint) ? new URL(endpoint).origin : endpoint;
  return { key: url, endpoint: url, options: ['--endpoint', url], isAws: /\.amazonaws\.com(\.cn)?$/.test(url) };
}

function inContext(name: string, { contexts }: CompletionConfig): CompletionTarget {
  const options = ['--context', name];
  if (name === 'local') return { key: name, options: [], isAws: false };
  const { endpoint } = contexts[name] ?? {};
  return { key: name, endpoint, options, isAws: endpoint === undefined };
}

/** Profiles named in the files of the AWS tools, config first. */
export function profileNames(texts: readonly (string | undefined)[]): readonly string[] {
  const found = texts.flatMap((text) =>
    [...(text ?? '').matchAll(/^\s*\[\s*(?:profile\s+)?([^\]]+?)\s*\]/gm)].map((match) => match[1]!),
  );
  return [...new Set(found)].filter((name) => !/^(sso-session|services)\s/.test(name));
}
