/**
 * Where credentials for AWS come from, in the order of AWS's own command line. Each source is loaded when it is asked.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
import { SluiceError } from '../runtime/sluice-error.ts';
import { assumeRole } from './assume-role.ts';
import { type CredentialWorld, containerCredentials, instanceCredentials } from './credential-machine.ts';
import { environmentCredentials, profileCredentials, type StsPlace, tokenIn } from './credential-profile.ts';
import { type Credentials, LOCAL_CREDENTIALS } from './credentials.ts';
import { readProfileFiles } from './profile-file.ts';

export interface CredentialRequest {
  /** A profile that was asked for by name: nothing else counts. */
  readonly profile?: string | undefined;
  /** A role to assume with what is found. */
  readonly roleArn?: string | undefined;
  /** For the Security Token Service. */
  readonly region: string;
}

/** @throws {SluiceError} SLUICE_NO_CREDENTIALS when nobody has any, others when somebody should and cannot give them. */
export async function findCredentials(request: CredentialRequest, world: CredentialWorld): Promise<Credentials> {
  const { env, clock } = world;
  const sts = { endpoint: env['AWS_ENDPOINT_URL_STS'] || undefined, region: request.region };
  const found =
    request.profile === undefined
      ? await chained(sts, world)
      : await profileCredentials({ name: request.profile, sts }, world);
  if (found === undefined) throw await noCredentials(request, world);
  if (request.roleArn === undefined) return found;
  const role = { arn: request.roleArn, sessionName: 'sluice' };
  return assumeRole(role, found, { ...sts, clock, env });
}

async function chained(sts: StsPlace, world: CredentialWorld): Promise<Credentials | undefined> {
  const { env } = world;
  return (
    environmentCredentials(env) ??
    (await profileCredentials({ name: defaultProfile(env), sts }, world)) ??
    (await webIdentityCredentials(sts, world)) ??
    (await containerCredentials(world)) ??
    (await instanceCredentials(world))
  );
}

/** The profile that is meant when none is named. */
export function defaultProfile(env: CredentialWorld['env']): string {
  return env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || 'default';
}

/** What a cluster gives its pods: a role, and a token that is as good as being it. */
export async function webIdentityCredentials(
  sts: StsPlace,
  { env, clock }: CredentialWorld,
  sessionName = 'sluice',
): Promise<Credentials | undefined> {
  const { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: arn, AWS_ROLE_SESSION_NAME: name } = env;
  if (!file || !arn) return undefined;
  const webIdentityToken = await tokenIn(file);
  const role = { arn, webIdentityToken, sessionName: name || sessionName };
  return assumeRole(role, LOCAL_CREDENTIALS, { ...sts, clock, env });
}

async function noCredentials({ profile }: CredentialRequest, { env }: CredentialWorld): Promise<SluiceError> {
  if (profile === undefined) {
    return new SluiceError('SLUICE_NO_CREDENTIALS', 'there are no credentials for AWS', {
      hints: [
        'Looked in: the environment, ~/.aws, a cluster’s token, the container’s and the instance’s service.',
        'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with --profile.',
      ],
    });
  }
  const { names } = await readProfileFiles(env);
  return names.includes(profile)
    ? new SluiceError('SLUICE_NO_CREDENTIALS', `the profile ${profile} has no credentials`)
    : new SluiceError('SLUICE_NO_CREDENTIALS', `there is no profile ${profile} in ~/.aws`, {
        hints: [names.length === 0 ? 'There are no profiles there.' : `There are: ${names.join(', ')}`],
      });
}
