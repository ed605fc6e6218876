/**
 * Credentials that the machine's surroundings give: ECS and EKS containers, EC2 instances (version 2 of the service
 * only). Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
import type { Clock } from '../runtime/clock.ts';
import { readText } from '../runtime/files.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import { credentialsInJson } from './credential-json.ts';
import type { Credentials } from './credentials.ts';
import { askHttp, instanceSession } from './http-question.ts';

export interface CredentialWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

const CONTAINER_HOST = 'http://169.254.170.2';
/** Where ECS and EKS answer; other hosts only over TLS or on this machine, or the token would go astray. */
const CONTAINER_HOSTS = new Set(['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]', 'localhost', '[::1]']);

/** undefined where the environment names no container's service, or it does not answer. */
export async function containerCredentials({ env, clock }: CredentialWorld): Promise<Credentials | undefined> {
  const relative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  const url = relative ? `${CONTAINER_HOST}${relative}` : env['AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  if (!url) return undefined;
  checkContainerUrl(url);
  const file = env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  const token = file ? (await readText(file))?.trim() : env['AWS_CONTAINER_AUTHORIZATION_TOKEN'];
  const headers: Record<string, string> = token ? { authorization: token } : {};
  const found = credentialsInJson(await askHttp(url, { headers }, clock).catch(() => undefined), 'Token');
  return found && { ...found, origin: 'the container' };
}

function checkContainerUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isTrusted = (host: string) => CONTAINER_HOSTS.has(host) || host.startsWith('127.');
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isTrusted(url.hostname))) return;
  throw new SluiceError('SLUICE_CREDENTIALS', `AWS_CONTAINER_CREDENTIALS_FULL_URI is no container's service: ${text}`, {
    hints: ['http:// is for the addresses of ECS, EKS and this machine only.'],
  });
}

/** Where the environment says the instance's service is; undefined when it forbids to ask. */
export function instanceServiceUrl(env: CredentialWorld['env']): string | undefined {
  if (/^true$/i.test(env['AWS_EC2_METADATA_DISABLED'] ?? '')) return undefined;
  const given = env['AWS_EC2_METADATA_SERVICE_ENDPOINT']?.replace(/\/$/, '');
  if (given) return given;
  return /^ipv6$/i.test(env['AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE'] ?? '')
    ? 'http://[fd00:ec2::254]'
    : 'http://169.254.169.254';
}

/** undefined where there is no instance or it has no role. */
export async function instanceCredentials({ env, clock }: CredentialWorld): Promise<Credentials | undefined> {
  const endpoint = instanceServiceUrl(env);
  if (endpoint === undefined) return undefined;
  try {
    const get = await instanceSession(endpoint, clock);
    const path = '/latest/meta-data/iam/security-credentials/';
    const role = (await get?.(path))?.split('\n')[0]?.trim();
    const found = role ? credentialsInJson(await get?.(`${path}${role}`), 'Token') : undefined;
    return found && { ...found, origin: `the instance's role ${role}` };
  } catch {
    // Not on an instance.
    return undefined;
  }
}
