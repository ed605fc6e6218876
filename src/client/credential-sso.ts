/**
 * Credentials of IAM Identity Center: with the token that `aws sso login` left.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
 */
import { SluiceError } from '../runtime/sluice-error.ts';
import { askAws } from './aws-question.ts';
import type { CredentialWorld } from './credential-machine.ts';
import { ssoToken } from './credential-sso-token.ts';
import type { Credentials } from './credentials.ts';
import { awsEndpoint } from './endpoint.ts';
import type { ProfileFiles, Settings } from './profile-file.ts';

export interface SsoProfile {
  readonly name: string;
  readonly settings: Settings;
  readonly files: ProfileFiles;
}

/** Whether a profile is one of Identity Center. */
export function isSsoProfile(settings: Settings): boolean {
  return Boolean(settings['sso_account_id'] && (settings['sso_session'] || settings['sso_start_url']));
}

/** @throws {SluiceError} SLUICE_CREDENTIALS_EXPIRED when the token is missing, old or refused. */
export async function ssoCredentials(profile: SsoProfile, world: CredentialWorld): Promise<Credentials> {
  const { name, settings, files } = profile;
  const session = settings['sso_session'];
  const { sso_start_url: startUrl, sso_region: region } = { ...settings, ...(session && files.session(session)) };
  const { sso_account_id: account, sso_role_name: role } = settings;
  if (!startUrl || !region || !account || !role) {
    throw new SluiceError('SLUICE_CREDENTIALS', `the profile ${name} is incomplete`, {
      hints: ['It needs sso_account_id, sso_role_name and, there or in its sso-session, sso_start_url and sso_region.'],
    });
  }
  const login = { key: session || startUrl, region, isSession: Boolean(session) };
  const token = await ssoToken(login, world);
  if (token === undefined) throw loginNeeded(name);
  const origin = world.env['AWS_ENDPOINT_URL_SSO'] || awsEndpoint({ service: 'portal.sso', region });
  const query = new URLSearchParams({ role_name: role, account_id: account });
  const url = new URL(`/federation/credentials?${query}`, origin);
  const question = { method: 'GET', headers: { host: url.host, 'x-amz-sso_bearer_token': token } } as const;
  const { status, text } = await askAws(url, question, world.env);
  if (status === 401) throw loginNeeded(name);
  const found = status === 200 ? roleCredentials(text) : undefined;
  if (found === undefined) {
    throw new SluiceError('SLUICE_CREDENTIALS', `${url.host} gave no keys for the profile ${name} (${status})`, {
      hints: [`Has your user the role ${role} in the account ${account}?`],
    });
  }
  return { ...found, origin: `profile "${name}" (role ${role} of account ${account})` };
}

function loginNeeded(profile: string): SluiceError {
  return new SluiceError('SLUICE_CREDENTIALS_EXPIRED', `the login of the profile ${profile} has expired`, {
    hints: [`Log in again:  aws sso login --profile ${profile}`],
  });
}

function roleCredentials(text: string): Credentials | undefined {
  try {
    const { roleCredentials: found } = Object(JSON.parse(text)) as { readonly roleCredentials?: RoleCredentials };
    if (!found?.accessKeyId || !found.secretAccessKey) return undefined;
    const { accessKeyId, secretAccessKey, sessionToken, expiration: expiresMs } = found;
    return { accessKeyId, secretAccessKey, sessionToken, expiresMs };
  } catch {
    return undefined;
  }
}

interface RoleCredentials {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  /** Milliseconds since 1970. */
  readonly expiration?: number;
}
