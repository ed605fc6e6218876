/** A chosen target made real: its endpoint and region after AWS's own files, and who signs, asked at the first call. */
import type { CredentialSource } from '../../client/credentials.ts';
import { keptCredentials } from '../../client/credentials.ts';
import { awsEndpoint, isAwsHost, isLoopback, regionOfHost } from '../../client/endpoint.ts';
import type { Settings } from '../../client/profile-file.ts';
import type { Clock } from '../../runtime/clock.ts';
import { usageError } from '../cli-error.ts';
import { type ChosenTarget, localCredentials, type Target } from './target.ts';

export interface TargetWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** --region. */
  readonly region: string | undefined;
  /** --read-only. */
  readonly readOnly: boolean;
  /** Where the daemon of this machine listens. */
  readonly localUrl: () => Promise<string>;
}

const LOCAL_REGION = 'us-east-1';

/** `arnRegion`: the region of the stream's ARN. @throws {CliError} when AWS is meant and nobody names a region. */
export async function resolveTarget(
  chosen: ChosenTarget,
  world: TargetWorld,
  arnRegion?: string | undefined,
): Promise<Target> {
  const { context, kind, because, confirm, color } = chosen;
  const { env } = world;
  const isOfAws = kind === 'aws' || (chosen.endpoint !== undefined && isAwsHost(new URL(chosen.endpoint).hostname));
  const profile = isOfAws || chosen.profile !== undefined ? await profileSettings(chosen.profile, env) : {};
  const region =
    world.region ??
    arnRegion ??
    chosen.region ??
    (chosen.endpoint === undefined ? undefined : regionOfHost(new URL(chosen.endpoint).hostname)) ??
    (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || profile['region'] || (isOfAws ? undefined : LOCAL_REGION));
  if (region === undefined) throw noRegion(chosen);
  const endpoint =
    kind === 'local' ? await world.localUrl() : (chosen.endpoint ?? awsUrl(chosen, region, { env, profile }));
  const credentials = credentialsFor({ chosen, endpoint, region, profile, isOfAws }, world);
  const readOnly = world.readOnly || (chosen.readOnly ?? false);
  return { context, kind, endpoint, region, credentials, because, profile: chosen.profile, readOnly, confirm, color };
}

/** What ~/.aws says of the profile that is meant. */
async function profileSettings(name: string | undefined, env: TargetWorld['env']): Promise<Settings> {
  const { readProfileFiles } = await import('../../client/profile-file.ts');
  const { defaultProfile } = await import('../../client/credential-chain.ts');
  return (await readProfileFiles(env)).profile(name ?? defaultProfile(env)) ?? {};
}

interface AwsSettings {
  readonly env: TargetWorld['env'];
  readonly profile: Settings;
}

function awsUrl({ fips, dualStack }: ChosenTarget, region: string, { env, profile }: AwsSettings): string {
  const isOn = (name: string, setting: string) => /^true$/i.test(env[name] || profile[setting] || '');
  return awsEndpoint({
    service: 'kinesis',
    region,
    fips: fips ?? isOn('AWS_USE_FIPS_ENDPOINT', 'use_fips_endpoint'),
    dualStack: dualStack ?? isOn('AWS_USE_DUALSTACK_ENDPOINT', 'use_dualstack_endpoint'),
  });
}

interface Signed {
  readonly chosen: ChosenTarget;
  readonly endpoint: string;
  readonly region: string;
  readonly profile: Settings;
  readonly isOfAws: boolean;
}

/** A server on this machine never sees a real key; one elsewhere that is not AWS only keys that were meant for it. */
function credentialsFor({ chosen, endpoint, region, profile, isOfAws }: Signed, world: TargetWorld): CredentialSource {
  const { clock } = world;
  const env: TargetWorld['env'] = { ...world.env, AWS_CA_BUNDLE: world.env['AWS_CA_BUNDLE'] || profile['ca_bundle'] };
  const { roleArn, profile: name } = chosen;
  const hasKeys = Boolean(env['AWS_ACCESS_KEY_ID'] && env['AWS_SECRET_ACCESS_KEY']);
  const isMeant = isOfAws || name !== undefined || roleArn !== undefined || hasKeys;
  if (isLoopback(endpoint) || !isMeant) return localCredentials(env);
  return keptCredentials(async () => {
    const { findCredentials } = await import('../../client/credential-chain.ts');
    return findCredentials({ profile: name, roleArn, region }, { env, clock });
  }, clock);
}

function noRegion({ context, because }: ChosenTarget): Error {
  return usageError(
    `no region is named for context ${context} (${because})`,
    'Name one:  --region us-east-1, AWS_REGION, or region in the profile of ~/.aws/config',
    `For good:  sluice context create <name> --region us-east-1`,
  );
}
