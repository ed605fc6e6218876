/** The line that names where something is about to change: `→ prod (aws 123456789012, us-east-1)`. */
import type { Credentials } from '../../client/credentials.ts';
import { printable } from '../../runtime/logger.ts';
import type { Paint } from '../paint.ts';
import type { Target } from './target.ts';

/** The line, in the colour of its context. The account is told where the access key says it. */
export async function targetLine(target: Target, paint: Paint): Promise<string> {
  const { context, kind, endpoint, region, credentials, color } = target;
  const account = kind === 'aws' ? await accountFrom(credentials) : undefined;
  const place = kind === 'aws' ? `aws${account === undefined ? '' : ` ${account}`}, ${region}` : endpoint;
  const text = context === 'endpoint' ? `→ ${endpoint}` : `→ ${context} (${place})`;
  return paint[color ?? (kind === 'aws' ? 'yellow' : 'dim')](printable(text));
}

/** Credentials that cannot be had are told by the call that needs them. */
async function accountFrom(source: Target['credentials']): Promise<string | undefined> {
  const found: Credentials | undefined = typeof source === 'function' ? await source().catch(() => undefined) : source;
  return found === undefined ? undefined : accountOfKey(found.accessKeyId);
}

/** Commands that always change the streams they open; others are told of at their first call that does. */
const CHANGING = /^(put|split|merge|stream (create|delete|scale|mode|encrypt))$/;

/** Whether a command names the target of its streams, or refuses it as read-only, before anything else. */
export function changesStreams({ path }: { readonly path: string }): boolean {
  return CHANGING.test(path);
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The account that an access key belongs to, which stands in its 5th to 14th character; undefined for keys of another
 * form and those made before 2019. Pure. Source: Tal Be'ery, "A short note on AWS KEY ID".
 */
export function accountOfKey(accessKeyId: string): string | undefined {
  if (!/^A[KS]IA[Q-Z2-7][A-Z2-7]{15}$/.test(accessKeyId)) return undefined;
  let bits = 0n;
  for (const char of accessKeyId.slice(4, 14)) bits = bits * 32n + BigInt(BASE32.indexOf(char));
  // 50 bits: one that says the key's age, 40 of the account, the rest of the key itself.
  return String((bits >> 9n) & 0xff_ffff_ffffn).padStart(12, '0');
}
