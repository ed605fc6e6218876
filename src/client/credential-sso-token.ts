/**
 * The token that a login at IAM Identity Center left in ~/.aws/sso/cache. That of a session is renewed when it is about
 * to run out, as the AWS tools do, and put back where they look for it.
 * Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
 */
import { createHash } from 'node:crypto';
import { isoTime, parseZonedTime } from '../runtime/calendar.ts';
import { readText } from '../runtime/files.ts';
import { writeNow } from '../runtime/small-files.ts';
import { askAws } from './aws-question.ts';
import type { CredentialWorld } from './credential-machine.ts';
import { awsEndpoint } from './endpoint.ts';
import { awsFolder } from './profile-file.ts';

export interface SsoLogin {
  /** The name of a session, or the address of a portal. */
  readonly key: string;
  readonly region: string;
  /** Logins without a session have nothing to be renewed with. */
  readonly isSession: boolean;
}

/** As the file has it; members that are not known here stay as they are. */
interface CachedLogin {
  readonly accessToken?: unknown;
  readonly expiresAt?: unknown;
  readonly refreshToken?: unknown;
  readonly clientId?: unknown;
  readonly clientSecret?: unknown;
  readonly registrationExpiresAt?: unknown;
}

/** A token with less time left than that is renewed. */
const RENEW_MS = 300_000;
const SECOND_MS = 1_000;

/** The token, renewed where that is due and can be; undefined when there is none that is good. */
export async function ssoToken(login: SsoLogin, world: CredentialWorld): Promise<string | undefined> {
  const path = cacheFile(login, world);
  const cached = await readLogin(path);
  const nowMs = world.clock.now();
  if (cached === undefined) return undefined;
  const known = typeof cached.accessToken === 'string' ? cached.accessToken : undefined;
  const leftMs = timeOf(cached.expiresAt) - nowMs;
  if (leftMs > RENEW_MS || !login.isSession) return leftMs > 0 ? known : undefined;
  const renewed = await renewedLogin(cached, login, world).catch(() => undefined);
  if (renewed !== undefined) {
    writeNow(path, `${JSON.stringify(renewed, null, 2)}\n`);
    return renewed.accessToken;
  }
  if (leftMs > 0) return known;
  // Another program may have renewed it meanwhile, with a token that is good for one time only.
  const again = await readLogin(path);
  return typeof again?.accessToken === 'string' && timeOf(again.expiresAt) > nowMs ? again.accessToken : undefined;
}

function cacheFile({ key }: SsoLogin, { env }: CredentialWorld): string {
  return `${awsFolder(env)}/sso/cache/${createHash('sha1').update(key).digest('hex')}.json`;
}

/** undefined for a file that is not there or is something else. */
async function readLogin(path: string): Promise<CachedLogin | undefined> {
  const text = await readText(path).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return Object(JSON.parse(text)) as CachedLogin;
  } catch {
    return undefined;
  }
}

/** 0 for what is no time. Old versions of the CLI wrote 2020-06-17T10:02:08UTC. */
function timeOf(value: unknown): number {
  return parseZonedTime(String(value).replace(/UTC$/, 'Z')) ?? 0;
}

type RenewedLogin = CachedLogin & { readonly accessToken: string };

/** Asks for a new token; undefined without what that takes, or when it is refused. */
async function renewedLogin(
  cached: CachedLogin,
  { region }: SsoLogin,
  { env, clock }: CredentialWorld,
): Promise<RenewedLogin | undefined> {
  const { clientId, clientSecret, refreshToken, registrationExpiresAt } = cached;
  if (![clientId, clientSecret, refreshToken].every((text) => typeof text === 'string' && text !== ''))
    return undefined;
  if (registrationExpiresAt !== undefined && timeOf(registrationExpiresAt) <= clock.now()) return undefined;
  const origin = env['AWS_ENDPOINT_URL_SSO_OIDC'] || awsEndpoint({ service: 'oidc', region });
  const url = new URL('/token', origin);
  const body = Buffer.from(JSON.stringify({ clientId, clientSecret, grantType: 'refresh_token', refreshToken }));
  const headers = { host: url.host, 'content-type': 'application/json', 'content-length': String(body.length) };
  const { status, text } = await askAws(url, { headers, body }, env);
  if (status !== 200) return undefined;
  const answer = Object(JSON.parse(text)) as { accessToken?: unknown; expiresIn?: unknown; refreshToken?: unknown };
  if (typeof answer.accessToken !== 'string' || typeof answer.expiresIn !== 'number') return undefined;
  const endMs = clock.now() + answer.expiresIn * SECOND_MS;
  return {
    ...cached,
    accessToken: answer.accessToken,
    expiresAt: isoTime(endMs).replace(/\.\d+Z$/, 'Z'),
    ...(typeof answer.refreshToken === 'string' ? { refreshToken: answer.refreshToken } : {}),
  };
}
