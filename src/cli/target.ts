/** Which server a command talks to, and why that one. Pure. */
import { type Credentials, LOCAL_CREDENTIALS } from '../client/credentials.ts';
import { usageError } from './cli-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export const LOCAL_PORT = 4567;

export interface Target {
  /** `local` or `endpoint`. */
  readonly context: 'local' | 'endpoint';
  readonly endpoint: string;
  /** What decided it: `--endpoint`, a variable's name, or `the default`. */
  readonly because: string;
  readonly region: string;
  readonly credentials: Credentials;
}

export interface TargetChoice {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly env: Environment;
  /** Where the daemon of this machine says it listens. */
  readonly localUrl?: string | undefined;
}

/** The first that is given: --endpoint, SLUICE_ENDPOINT, AWS_ENDPOINT_URL_KINESIS, AWS_ENDPOINT_URL, else the local daemon. */
export function chooseTarget({ endpoint, region, env, localUrl }: TargetChoice): Target {
  const variable = ['SLUICE_ENDPOINT', 'AWS_ENDPOINT_URL_KINESIS', 'AWS_ENDPOINT_URL'].find((name) => env[name]);
  const regionName = region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const given = endpoint ?? (variable === undefined ? undefined : env[variable]);
  if (given === undefined) {
    const local = localUrl ?? `http://127.0.0.1:${LOCAL_PORT}`;
    const because = 'the default';
    return { context: 'local', endpoint: local, because, region: regionName, credentials: localCredentials(env) };
  }
  const because = endpoint === undefined ? variable! : '--endpoint';
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw usageError(`"${given}" is no endpoint (${because})`, 'Write a URL, for example http://127.0.0.1:4567');
  }
  const credentials = isLoopback(url.hostname) ? localCredentials(env) : (ownCredentials(env) ?? LOCAL_CREDENTIALS);
  return { context: 'endpoint', endpoint: url.origin, because, region: regionName, credentials };
}

/** What a daemon of this machine is called with: `serve --auth` asks for a key of its file, others take anything. */
export function localCredentials(env: Environment): Credentials {
  const accessKeyId = env['SLUICE_ACCESS_KEY_ID'];
  const secretAccessKey = env['SLUICE_SECRET_ACCESS_KEY'];
  if (!accessKeyId || !secretAccessKey) return LOCAL_CREDENTIALS;
  return { accessKeyId, secretAccessKey, sessionToken: env['SLUICE_SESSION_TOKEN'] };
}

/** True for this machine: a real key is never sent there. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host);
}

function ownCredentials(env: Environment): Credentials | undefined {
  const accessKeyId = env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'];
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: env['AWS_SESSION_TOKEN'] };
}
