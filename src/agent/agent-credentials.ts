/** Who signs the agent's requests: the keys of its file, then those of the environment. */
import { type Credentials, LOCAL_CREDENTIALS } from '../client/credentials.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import type { CredentialsConfig } from './config.ts';

/**
 * The credentials for an endpoint. Without keys in the file, an endpoint on this machine gets none of the user's own.
 * @throws {SluiceError} when there are none.
 */
export function agentCredentials(
  config: CredentialsConfig,
  env: Readonly<Record<string, string | undefined>>,
  endpoint: string,
): Credentials {
  if (config.fixed !== undefined) return config.fixed;
  if (isLoopback(endpoint)) return LOCAL_CREDENTIALS;
  const accessKeyId = env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'];
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey, sessionToken: env['AWS_SESSION_TOKEN'] };
  throw new SluiceError('SLUICE_AGENT_NO_CREDENTIALS', `there are no credentials for ${endpoint}`, {
    hints: ['Set awsAccessKeyId and awsSecretAccessKey in the file, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'],
  });
}

/** Whether the endpoint is on this machine. */
export function isLoopback(endpoint: string): boolean {
  const host = new URL(endpoint).hostname;
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}
