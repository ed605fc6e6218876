/**
 * Credentials of a profile in ~/.aws: keys, a role to assume with another profile, a command, Identity Center, a token.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
import { readText } from '../runtime/files.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import { assumeRole } from './assume-role.ts';
import { type CredentialWorld, containerCredentials, instanceCredentials } from './credential-machine.ts';
import { type Credentials, LOCAL_CREDENTIALS } from './credentials.ts';
import { type ProfileFiles, readProfileFiles, type Settings } from './profile-file.ts';

/** Where the Security Token Service is asked. */
export interface StsPlace {
  /** undefined: that of the region. */
  readonly endpoint: string | undefined;
  readonly region: string;
}

export interface ProfileRequest {
  readonly name: string;
  readonly sts: StsPlace;
}

/** undefined when there is no such profile or it says nothing about credentials. @throws {SluiceError} when it does and they cannot be had. */
export async function profileCredentials(
  { name, sts }: ProfileRequest,
  world: CredentialWorld,
): Promise<Credentials | undefined> {
  return new Profiles(await readProfileFiles(world.env), sts, world).credentials(name, []);
}

class Profiles {
  readonly #files: ProfileFiles;
  readonly #sts: StsPlace;
  readonly #world: CredentialWorld;

  constructor(files: ProfileFiles, sts: StsPlace, world: CredentialWorld) {
    this.#files = files;
    this.#sts = sts;
    this.#world = world;
  }

  /** `asking`: the profiles whose source this one is, so that a circle is seen. */
  async credentials(name: string, asking: readonly string[]): Promise<Credentials | undefined> {
    const settings = this.#files.profile(name);
    if (settings === undefined) return undefined;
    // A profile that names itself as its source means its own keys.
    const isOwnSource = asking.at(-1) === name;
    if (settings['role_arn'] && !isOwnSource) return this.#role(name, settings, asking);
    const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey } = settings;
    if (accessKeyId && secretAccessKey) {
      const sessionToken = settings['aws_session_token'] || undefined;
      return { accessKeyId, secretAccessKey, sessionToken, origin: `profile "${name}"` };
    }
    const { isSsoProfile, ssoCredentials } = await import('./credential-sso.ts');
    if (isSsoProfile(settings)) return ssoCredentials({ name, settings, files: this.#files }, this.#world);
    const { credential_process: command, login_session: login } = settings;
    if (command) {
      const { commandCredentials } = await import('./credential-command.ts');
      return { ...(await commandCredentials(command, this.#world)), origin: `profile "${name}" (a command)` };
    }
    if (login) throw exportNeeded(name, 'is one of aws login, whose sessions only AWS CLI itself can read');
    return undefined;
  }

  async #role(name: string, settings: Settings, asking: readonly string[]): Promise<Credentials> {
    const { role_arn: arn, web_identity_token_file: tokenFile, mfa_serial: mfa } = settings;
    if (mfa) throw exportNeeded(name, 'wants an MFA code (mfa_serial), which sluice does not ask for');
    const webIdentityToken = tokenFile ? await tokenIn(tokenFile) : undefined;
    const base = webIdentityToken === undefined ? await this.#source(name, settings, asking) : LOCAL_CREDENTIALS;
    const role = {
      arn: arn!,
      webIdentityToken,
      externalId: settings['external_id'],
      sessionName: settings['role_session_name'] || 'sluice',
      durationSeconds: settings['duration_seconds'],
    };
    const { clock, env } = this.#world;
    const found = await assumeRole(role, base, { ...this.#sts, clock, env });
    return { ...found, origin: `profile "${name}" (${found.origin})` };
  }

  async #source(name: string, settings: Settings, asking: readonly string[]): Promise<Credentials> {
    const { source_profile: source, credential_source: place } = settings;
    if (asking.includes(name)) {
      const circle = [...asking, name].join(' → ');
      throw new SluiceError('SLUICE_CREDENTIALS', `profiles name each other as source_profile: ${circle}`);
    }
    const found = source
      ? await this.credentials(source, [...asking, name])
      : await credentialsFrom(place ?? '', this.#world);
    if (found !== undefined) return found;
    const what = source
      ? `its source_profile ${source} has none`
      : place
        ? `its credential_source ${place} has none`
        : 'it has a role_arn, but no source_profile or credential_source';
    throw new SluiceError('SLUICE_NO_CREDENTIALS', `the profile ${name} has no credentials: ${what}`);
  }
}

/** The names that `credential_source` takes. */
async function credentialsFrom(place: string, world: CredentialWorld): Promise<Credentials | undefined> {
  if (place === 'Environment') return environmentCredentials(world.env);
  if (place === 'EcsContainer') return containerCredentials(world);
  return place === 'Ec2InstanceMetadata' ? instanceCredentials(world) : undefined;
}

/** Keys of the variables that all of AWS's programs read. */
export function environmentCredentials(env: CredentialWorld['env']): Credentials | undefined {
  const accessKeyId = env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'];
  if (!accessKeyId || !secretAccessKey) return undefined;
  const sessionToken = env['AWS_SESSION_TOKEN'] || undefined;
  return { accessKeyId, secretAccessKey, sessionToken, origin: 'the environment' };
}

/** The token in a file that a cluster keeps fresh. @throws {SluiceError} when it is not there. */
export async function tokenIn(path: string): Promise<string> {
  const text = (await readText(path).catch(() => undefined))?.trim();
  if (text) return text;
  throw new SluiceError('SLUICE_CREDENTIALS', `there is no token in ${path}`, {
    hints: ['AWS_WEB_IDENTITY_TOKEN_FILE or web_identity_token_file names it.'],
  });
}

function exportNeeded(name: string, reason: string): SluiceError {
  return new SluiceError('SLUICE_CREDENTIALS', `the profile ${name} ${reason}`, {
    hints: [`Hand them over:  eval "$(aws configure export-credentials --profile ${name} --format env)"`],
  });
}
