/**
 * Where the agent's credentials come from, in the order of AWS's own programs: its file, a command, a named profile,
 * the environment, the pod, the container, the default profile, the EC2 instance; then the role to assume with them. Asked again whenever they were refused.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
import { assumeRole } from '../client/assume-role.ts';
import { defaultProfile, webIdentityCredentials } from '../client/credential-chain.ts';
import { commandCredentials } from '../client/credential-command.ts';
import { type CredentialWorld, containerCredentials, instanceCredentials } from '../client/credential-machine.ts';
import { profileCredentials } from '../client/credential-profile.ts';
import { type Credentials, LOCAL_CREDENTIALS } from '../client/credentials.ts';
import { regionOfHost } from '../client/endpoint.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import { agentCredentials, isLoopback } from './agent-credentials.ts';
import type { CredentialsConfig } from './config.ts';

/** The name under which CloudTrail shows what the agent does, as with Kinesis Agent. */
const SESSION_NAME = 'AWSKinesisAgent';

/** The credentials for an endpoint, those of the role if the file names one. @throws {SluiceError} when nobody has any. */
export async function chainCredentials(
  config: CredentialsConfig,
  endpoint: string,
  world: CredentialWorld,
): Promise<Credentials> {
  const base = await baseCredentials(config, endpoint, world);
  const { assumeRole: role, stsEndpoint } = config;
  if (role === undefined || base === LOCAL_CREDENTIALS) return base;
  const service = { endpoint: stsEndpoint, region: regionFor(endpoint, world), ...world };
  return assumeRole({ ...role, sessionName: SESSION_NAME }, base, service);
}

async function baseCredentials(
  config: CredentialsConfig,
  endpoint: string,
  world: CredentialWorld,
): Promise<Credentials> {
  const { env } = world;
  const sts = { endpoint: config.stsEndpoint, region: regionFor(endpoint, world) };
  if (config.fixed !== undefined) return config.fixed;
  if (config.process !== undefined) return commandCredentials(config.process, world);
  if (config.profile !== undefined) {
    const named = await profileCredentials({ name: config.profile, sts }, world);
    if (named !== undefined) return named;
    throw new SluiceError('SLUICE_AGENT_NO_CREDENTIALS', `the profile ${config.profile} has no keys`);
  }
  const hasKeys = Boolean(env['AWS_ACCESS_KEY_ID'] && env['AWS_SECRET_ACCESS_KEY']);
  if (isLoopback(endpoint) || hasKeys) return agentCredentials(config, env, endpoint);
  const found =
    (await webIdentityCredentials(sts, world, SESSION_NAME)) ??
    (await containerCredentials(world)) ??
    (await profileCredentials({ name: defaultProfile(env), sts }, world)) ??
    (await instanceCredentials(world));
  return found ?? agentCredentials(config, env, endpoint);
}

/** The region in the endpoint's name, else the environment's. */
function regionFor(endpoint: string, { env }: CredentialWorld): string {
  return regionOfHost(new URL(endpoint).hostname) ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
}
