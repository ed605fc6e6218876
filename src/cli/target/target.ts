/** Which server a command talks to, and why that one: the order in which places are asked, first match wins. Pure. */
import type { CredentialSource, Credentials } from '../../client/credentials.ts';
import { LOCAL_CREDENTIALS } from '../../client/credentials.ts';
import { notFoundError, usageError } from '../cli-error.ts';
import { mostSimilar } from '../similar.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export const LOCAL_PORT = 4567;

/** What a terminal paints the target's line in. */
export type ContextColor = 'red' | 'green' | 'yellow' | 'cyan';

/** A context as a file keeps it. Without an endpoint it is AWS. */
export interface ContextSettings {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly readOnly?: boolean | undefined;
  /** `name`: what cannot be undone wants the stream's name typed. */
  readonly confirm?: 'name' | undefined;
  readonly color?: ContextColor | undefined;
  readonly fips?: boolean | undefined;
  readonly dualStack?: boolean | undefined;
}

/** A server that commands talk to. */
export interface Target {
  /** `local`, `aws`, the name of a saved context, or `endpoint` for a URL that stands alone. */
  readonly context: string;
  /** The daemon of this machine, AWS itself, or some other server. */
  readonly kind: 'local' | 'aws' | 'endpoint';
  readonly endpoint: string;
  readonly region: string;
  /** Asked only when a call is made. */
  readonly credentials: CredentialSource;
  /** What decided it: `--endpoint`, a variable's name, `the default`. */
  readonly because: string;
  readonly profile: string | undefined;
  readonly readOnly: boolean;
  readonly confirm: 'name' | undefined;
  readonly color: ContextColor | undefined;
}

/** What is known before anything is asked. */
export interface TargetQuestion {
  readonly flags: {
    readonly endpoint?: string | undefined;
    readonly context?: string | undefined;
    readonly profile?: string | undefined;
  };
  /** The context in front of a stream's name. */
  readonly prefix?: string | undefined;
  readonly env: Environment;
  /** The file of the project names a context. */
  readonly project?: NamedBy | undefined;
  /** The user's own file names one. */
  readonly current?: NamedBy | undefined;
}

export interface NamedBy {
  readonly context: string;
  /** As it is shown: `.sluice.json`. */
  readonly by: string;
}

/** A place that may decide, in the order in which they are asked. */
export interface ChainLink {
  readonly by: string;
  readonly gives: 'endpoint' | 'context';
  /** undefined: it says nothing. */
  readonly value: string | undefined;
}

/** All places, the first that says something decides. */
export function targetChain({ flags, prefix, env, project, current }: TargetQuestion): readonly ChainLink[] {
  const aws = flags.profile === undefined ? undefined : 'aws';
  return [
    { by: '--endpoint', gives: 'endpoint', value: flags.endpoint },
    { by: '--context', gives: 'context', value: flags.context },
    { by: 'the stream’s prefix', gives: 'context', value: prefix },
    { by: '--profile', gives: 'context', value: aws },
    { by: 'SLUICE_ENDPOINT', gives: 'endpoint', value: env['SLUICE_ENDPOINT'] || undefined },
    { by: 'SLUICE_CONTEXT', gives: 'context', value: env['SLUICE_CONTEXT'] || undefined },
    { by: 'AWS_ENDPOINT_URL_KINESIS', gives: 'endpoint', value: env['AWS_ENDPOINT_URL_KINESIS'] || undefined },
    { by: 'AWS_ENDPOINT_URL', gives: 'endpoint', value: env['AWS_ENDPOINT_URL'] || undefined },
    { by: project?.by ?? '.sluice.json', gives: 'context', value: project?.context },
    { by: current?.by ?? 'the configuration', gives: 'context', value: current?.context },
    { by: 'the default', gives: 'context', value: 'local' },
  ];
}

/** A context by name, with what is known of it. */
export interface ChosenTarget extends ContextSettings {
  readonly context: string;
  readonly kind: Target['kind'];
  readonly because: string;
}

/**
 * The target that the chain decides on. An endpoint of the command line takes the other settings of the context that
 * stands beside it or before the stream.
 * @throws {CliError} for a context that is not there, an endpoint that is no URL, and two contexts for one stream.
 */
export function chooseTarget(
  question: TargetQuestion,
  contexts: Readonly<Record<string, ContextSettings>>,
): ChosenTarget {
  const { flags, prefix } = question;
  if (prefix !== undefined && flags.context !== undefined && prefix !== flags.context) {
    const hint = `Leave out --context ${flags.context} or ${prefix}/.`;
    throw usageError(`--context ${flags.context} and ${prefix}/ name two targets for one stream`, hint);
  }
  const link = targetChain(question).find(({ value }) => value !== undefined)!;
  const named =
    link.gives === 'context' ? link.value : link.by === '--endpoint' ? (flags.context ?? prefix) : undefined;
  const settings = named === undefined ? {} : contextNamed(named, link.by, contexts);
  const endpoint = link.gives === 'endpoint' ? endpointOf(link.value!, link.by) : settings.endpoint;
  const profile = flags.profile ?? settings.profile;
  const isLocal = named === 'local' && endpoint === undefined;
  const kind = isLocal ? 'local' : endpoint === undefined ? 'aws' : 'endpoint';
  return { ...settings, endpoint, profile, context: named ?? 'endpoint', kind, because: link.by };
}

/** What `local` and `aws` are needs no file. */
export const BUILT_IN = ['local', 'aws'] as const;

function contextNamed(name: string, by: string, contexts: Readonly<Record<string, ContextSettings>>): ContextSettings {
  if (name === 'local' || name === 'aws') return {};
  if (Object.hasOwn(contexts, name)) {
    const settings = contexts[name]!;
    const { endpoint } = settings;
    return endpoint === undefined ? settings : { ...settings, endpoint: endpointOf(endpoint, `context ${name}`) };
  }
  const known = [...BUILT_IN, ...Object.keys(contexts)];
  const similar = mostSimilar(name, known);
  throw notFoundError(
    `there is no context ${name} (${by})`,
    similar === undefined ? `There are: ${known.join(', ')}` : `Did you mean ${similar}?`,
    `Make it:  sluice context create ${name} --profile <profile> --region <region>`,
  );
}

/** @throws {CliError} for what is no URL of a server. */
export function endpointOf(text: string, by: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw usageError(`"${text}" is no endpoint (${by})`, 'Write a URL, for example http://127.0.0.1:4567');
  }
  return url.origin;
}

/** What a daemon of this machine is called with: `serve --auth` asks for a key of its file, others take anything. */
export function localCredentials(env: Environment): Credentials {
  const accessKeyId = env['SLUICE_ACCESS_KEY_ID'];
  const secretAccessKey = env['SLUICE_SECRET_ACCESS_KEY'];
  if (!accessKeyId || !secretAccessKey) return LOCAL_CREDENTIALS;
  return { accessKeyId, secretAccessKey, sessionToken: env['SLUICE_SESSION_TOKEN'] };
}
