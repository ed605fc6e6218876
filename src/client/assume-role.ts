/**
 * Temporary credentials of a role, from the Security Token Service: with credentials one has, or with the token that a
 * cluster hands to its pods. Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
import { parseZonedTime } from '../runtime/calendar.ts';
import type { Clock } from '../runtime/clock.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import { askAws } from './aws-question.ts';
import type { Credentials } from './credentials.ts';
import { awsEndpoint } from './endpoint.ts';
import { signedHeaders } from './sign.ts';

export interface Role {
  readonly arn: string;
  readonly externalId?: string | undefined;
  /** The name under which CloudTrail shows what is done with the role. */
  readonly sessionName?: string | undefined;
  /** Seconds the keys are good for; an hour unless said otherwise. */
  readonly durationSeconds?: string | undefined;
  /** Instead of being signed, the call shows this token. */
  readonly webIdentityToken?: string | undefined;
}

export interface RoleService {
  /** undefined: that of the region. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** As with Kinesis Agent. */
const SESSION_NAME = 'AWSKinesisAgent';
const LIFE_SECONDS = '3600';

/** Keys of the role. @throws {SluiceError} when the service does not give them. */
export async function assumeRole(role: Role, base: Credentials, service: RoleService): Promise<Credentials> {
  const { webIdentityToken } = role;
  const form = new URLSearchParams({
    Action: webIdentityToken === undefined ? 'AssumeRole' : 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role.arn,
    RoleSessionName: role.sessionName ?? SESSION_NAME,
    DurationSeconds: role.durationSeconds ?? LIFE_SECONDS,
  });
  if (role.externalId !== undefined) form.set('ExternalId', role.externalId);
  if (webIdentityToken !== undefined) form.set('WebIdentityToken', webIdentityToken);
  const answer = await askSts(form, webIdentityToken === undefined ? base : undefined, service).catch(
    (cause: unknown) => {
      const where = stsUrl(service).origin;
      throw new SluiceError('SLUICE_CREDENTIALS', `no answer from ${where} for the role ${role.arn}`, { cause });
    },
  );
  return keysIn(answer, role);
}

export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
}

/** Whose the credentials are. @throws {SluiceError} when they are refused, {UnreachableError} without an answer. */
export async function callerIdentity(credentials: Credentials, service: RoleService): Promise<CallerIdentity> {
  const form = new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' });
  const xml = await askSts(form, credentials, service);
  const [account, arn] = [element(xml, 'Account'), element(xml, 'Arn')];
  if (account !== undefined && arn !== undefined) return { account, arn };
  throw refusal(xml, 'the credentials are refused');
}

function stsUrl({ endpoint, region }: RoleService): URL {
  return new URL(endpoint ?? awsEndpoint({ service: 'sts', region }));
}

async function askSts(form: URLSearchParams, signer: Credentials | undefined, service: RoleService): Promise<string> {
  const body = new TextEncoder().encode(String(form));
  const url = stsUrl(service);
  const plain = { host: url.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const region = url.hostname === 'sts.amazonaws.com' ? 'us-east-1' : service.region;
  const signing = { service: 'sts', region, nowMs: service.clock.now() };
  const headers = signer === undefined ? plain : signedHeaders(plain, body, { ...signing, credentials: signer });
  return (await askAws(url, { headers, body }, service.env ?? {})).text;
}

/** Keys in the XML of the answer; a refusal names its code. */
function keysIn(xml: string, role: Role): Credentials {
  const accessKeyId = element(xml, 'AccessKeyId');
  const secretAccessKey = element(xml, 'SecretAccessKey');
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    const expiresMs = parseZonedTime(element(xml, 'Expiration') ?? '');
    const origin = `role ${role.arn}`;
    return { accessKeyId, secretAccessKey, sessionToken: element(xml, 'SessionToken'), expiresMs, origin };
  }
  throw refusal(xml, `the role ${role.arn} was not given`);
}

function refusal(xml: string, what: string): SluiceError {
  const code = element(xml, 'Code') ?? 'no keys in the answer';
  const message = element(xml, 'Message');
  return new SluiceError('SLUICE_CREDENTIALS', `${what}: ${code}`, { hints: message === undefined ? [] : [message] });
}

/** The text of the first element of that name. Keys and tokens hold no character that XML writes otherwise. */
function element(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(xml)?.[1];
}
