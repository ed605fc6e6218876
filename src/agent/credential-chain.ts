/**
 * Where the agent's credentials come from, in the order of AWS's own programs: its file, a command, a named profile,
 * the environment, the pod, the container, the default profile, the EC2 instance; then the role to assume with them. Asked again whenever they were refused.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
import { type Credentials, LOCAL_CREDENTIALS } from '../client/credentials.ts';
import type { Clock } from '../runtime/clock.ts';
import { commandOutput } from '../runtime/command-output.ts';
import { readText } from '../runtime/files.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import { agentCredentials, isLoopback } from './agent-credentials.ts';
import { assumeRole } from './assume-role.ts';
import type { CredentialsConfig } from './config.ts';
import { askHttp, instanceSession } from './http-question.ts';
import { instanceEndpoint } from './instance-facts.ts';
import { profileSection } from './profile-file.ts';

export interface CredentialWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

const COMMAND_MS_MAX = 30_000;
const CONTAINER_HOST = 'http://169.254.170.2';

/** The credentials for an endpoint, those of the role if the file names one. @throws {SluiceError} when nobody has any. */
export async function chainCredentials(
  config: CredentialsConfig,
  endpoint: string,
  world: CredentialWorld,
): Promise<Credentials> {
  const base = await baseCredentials(config, endpoint, world);
  const { assumeRole: role, stsEndpoint } = config;
  if (role === undefined || base === LOCAL_CREDENTIALS) return base;
  return assumeRole(role, base, { endpoint: stsEndpoint, region: regionFor(endpoint, world), clock: world.clock });
}

async function baseCredentials(
  config: CredentialsConfig,
  endpoint: string,
  world: CredentialWorld,
): Promise<Credentials> {
  const { env } = world;
  if (config.fixed !== undefined) return config.fixed;
  if (config.process !== undefined) return commandCredentials(config.process, world);
  if (config.profile !== undefined) {
    const named = await profileCredentials(config.profile, world);
    if (named !== undefined) return named;
    throw new SluiceError('SLUICE_AGENT_NO_CREDENTIALS', `the profile ${config.profile} has no keys`);
  }
  const hasKeys = Boolean(env['AWS_ACCESS_KEY_ID'] && env['AWS_SECRET_ACCESS_KEY']);
  if (isLoopback(endpoint) || hasKeys) return agentCredentials(config, env, endpoint);
  const found =
    (await podCredentials(config, endpoint, world)) ??
    (await containerCredentials(world)) ??
    (await profileCredentials(env['AWS_PROFILE'] || 'default', world)) ??
    (await instanceCredentials(world));
  return found ?? agentCredentials(config, env, endpoint);
}

async function commandCredentials(command: string, { env }: CredentialWorld): Promise<Credentials> {
  const output = await commandOutput(command, { env, timeoutMs: COMMAND_MS_MAX }).catch((cause: unknown) => {
    throw new SluiceError('SLUICE_AGENT_CREDENTIALS', 'the command for credentials failed', { cause });
  });
  const found = keysOf(output, 'SessionToken');
  if (found !== undefined) return found;
  throw new SluiceError('SLUICE_AGENT_CREDENTIALS', 'the command for credentials printed none');
}

async function profileCredentials(name: string, world: CredentialWorld): Promise<Credentials | undefined> {
  const { env } = world;
  const home = env['HOME'] ?? '/root';
  const keys =
    (await readText(env['AWS_SHARED_CREDENTIALS_FILE'] ?? `${home}/.aws/credentials`).catch(() => undefined)) ?? '';
  const settings = (await readText(env['AWS_CONFIG_FILE'] ?? `${home}/.aws/config`).catch(() => undefined)) ?? '';
  const section = {
    ...profileSection(settings, name === 'default' ? name : `profile ${name}`),
    ...profileSection(keys, name),
  };
  const {
    aws_access_key_id: accessKeyId,
    aws_secret_access_key: secretAccessKey,
    credential_process: command,
  } = section;
  if (accessKeyId && secretAccessKey)
    return { accessKeyId, secretAccessKey, sessionToken: section['aws_session_token'] };
  return command ? commandCredentials(command, world) : undefined;
}

/** What a cluster gives its pods: a role, and a token that is as good as being it. */
async function podCredentials(
  { stsEndpoint }: CredentialsConfig,
  endpoint: string,
  world: CredentialWorld,
): Promise<Credentials | undefined> {
  const { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: arn } = world.env;
  if (!file || !arn) return undefined;
  const webIdentityToken = (await readText(file))?.trim() ?? '';
  const service = { endpoint: stsEndpoint, region: regionFor(endpoint, world), clock: world.clock };
  return assumeRole({ arn, webIdentityToken }, LOCAL_CREDENTIALS, service);
}

/** The region in the endpoint's name, else the environment's. */
function regionFor(endpoint: string, { env }: CredentialWorld): string {
  const named = /\.([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(new URL(endpoint).hostname)?.[1];
  return named ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
}

async function containerCredentials({ env, clock }: CredentialWorld): Promise<Credentials | undefined> {
  const relative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  const url = relative ? `${CONTAINER_HOST}${relative}` : env['AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  if (!url) return undefined;
  const file = env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  const token = file ? (await readText(file))?.trim() : env['AWS_CONTAINER_AUTHORIZATION_TOKEN'];
  const headers: Record<string, string> = token ? { authorization: token } : {};
  return keysOf(await askHttp(url, { headers }, clock).catch(() => undefined), 'Token');
}

async function instanceCredentials({ env, clock }: CredentialWorld): Promise<Credentials | undefined> {
  const endpoint = instanceEndpoint(env);
  if (endpoint === undefined) return undefined;
  try {
    const get = await instanceSession(endpoint, clock);
    const path = '/latest/meta-data/iam/security-credentials/';
    const role = (await get?.(path))?.split('\n')[0]?.trim();
    return role ? keysOf(await get?.(`${path}${role}`), 'Token') : undefined;
  } catch {
    // Not on an instance.
    return undefined;
  }
}

/** Keys in the JSON that commands and services give. */
function keysOf(text: string | undefined, tokenName: string): Credentials | undefined {
  if (text === undefined) return undefined;
  try {
    const found = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, [tokenName]: token } = found;
    if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') return undefined;
    return { accessKeyId, secretAccessKey, sessionToken: typeof token === 'string' ? token : undefined };
  } catch {
    return undefined;
  }
}
