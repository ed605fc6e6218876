/** Keys in the JSON that commands and metadata services give. Pure. Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
import { parseZonedTime } from '../runtime/calendar.ts';
import type { Credentials } from './credentials.ts';

/** `tokenName`: SessionToken of commands, Token of services. undefined when there are no keys in the text. */
export function credentialsInJson(
  text: string | undefined,
  tokenName: 'SessionToken' | 'Token',
): Credentials | undefined {
  if (text === undefined) return undefined;
  try {
    const found = Object(JSON.parse(text)) as Readonly<Record<string, unknown>>;
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, [tokenName]: token, Expiration } = found;
    if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') return undefined;
    const sessionToken = typeof token === 'string' ? token : undefined;
    const expiresMs = typeof Expiration === 'string' ? parseZonedTime(Expiration) : undefined;
    return { accessKeyId, secretAccessKey, sessionToken, expiresMs };
  } catch {
    return undefined;
  }
}
