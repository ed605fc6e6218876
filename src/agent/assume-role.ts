/**
 * Temporary credentials of a role, from the Security Token Service: with credentials one has, or with the token that a
 * cluster hands to its pods. Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
import type { Credentials } from '../client/credentials.ts';
import { signedHeaders } from '../client/sign.ts';
import type { Clock } from '../runtime/clock.ts';
import { SluiceError } from '../runtime/sluice-error.ts';

export interface Role {
  readonly arn: string;
  readonly externalId?: string | undefined;
  /** Instead of being signed, the call shows this token. */
  readonly webIdentityToken?: string | undefined;
}

export interface RoleService {
  /** undefined: that of the region. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly clock: Clock;
}

/** The name under which CloudTrail shows what the agent does, as with Kinesis Agent. */
const SESSION_NAME = 'AWSKinesisAgent';
const LIFE_SECONDS = '3600';
const ANSWER_MS_MAX = 10_000;

/** Keys of the role for an hour. @throws {SluiceError} when the service does not give them. */
export async function assumeRole(role: Role, base: Credentials, service: RoleService): Promise<Credentials> {
  const { webIdentityToken } = role;
  const form = new URLSearchParams({
    Action: webIdentityToken === undefined ? 'AssumeRole' : 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role.arn,
    RoleSessionName: SESSION_NAME,
    DurationSeconds: LIFE_SECONDS,
  });
  if (role.externalId !== undefined) form.set('ExternalId', role.externalId);
  if (webIdentityToken !== undefined) form.set('WebIdentityToken', webIdentityToken);
  const body = new TextEncoder().encode(String(form));
  const url = new URL(service.endpoint ?? regionalEndpoint(service.region));
  const plain = { host: url.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const region = url.hostname === 'sts.amazonaws.com' ? 'us-east-1' : service.region;
  const signing = { service: 'sts', region, credentials: base, nowMs: service.clock.now() };
  const headers = webIdentityToken === undefined ? signedHeaders(plain, body, signing) : plain;
  const answer = await post(url, { headers, body }, service.clock).catch((cause: unknown) => {
    throw new SluiceError('SLUICE_AGENT_CREDENTIALS', `no answer from ${url.origin} for the role ${role.arn}`, {
      cause,
    });
  });
  return keysIn(answer, role);
}

function regionalEndpoint(region: string): string {
  return `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

async function post(url: URL, { headers, body }: Message, clock: Clock): Promise<string> {
  const tooLate = new AbortController();
  const answered = new AbortController();
  clock.sleep(ANSWER_MS_MAX, answered.signal).then(
    () => tooLate.abort(new Error('no answer in time')),
    () => undefined,
  );
  try {
    const answer = await fetch(url, { method: 'POST', headers: { ...headers }, body, signal: tooLate.signal });
    return await answer.text();
  } finally {
    answered.abort(new Error('answered'));
  }
}

/** Keys in the XML of the answer; a refusal names its code. */
function keysIn(xml: string, role: Role): Credentials {
  const accessKeyId = element(xml, 'AccessKeyId');
  const secretAccessKey = element(xml, 'SecretAccessKey');
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    return { accessKeyId, secretAccessKey, sessionToken: element(xml, 'SessionToken') };
  }
  const code = element(xml, 'Code') ?? 'no keys in the answer';
  const message = element(xml, 'Message');
  throw new SluiceError('SLUICE_AGENT_CREDENTIALS', `the role ${role.arn} was not given: ${code}`, {
    hints: message === undefined ? [] : [message],
  });
}

/** The text of the first element of that name. Keys and tokens hold no character that XML writes otherwise. */
function element(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(xml)?.[1];
}
