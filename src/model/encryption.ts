/**
 * Encryption as the API tells it: which key a stream's new records are said to be encrypted with, and how often that
 * may change. What is encrypted on the disk is the store's affair. Pure.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StartStreamEncryption.html
 */
import { ENCRYPTION_CHANGES_PER_DAY } from './limits.ts';
import { DAY_MS, type EpochMs } from './time.ts';

export type EncryptionChange =
  | { readonly kind: 'startEncryption'; readonly keyId: string }
  | { readonly kind: 'stopEncryption' };

/** Calls that succeeded within the last day, ascending; each kind has a bound of its own. */
export interface EncryptionCalls {
  readonly startedMs: readonly EpochMs[];
  readonly stoppedMs: readonly EpochMs[];
}

const UUID = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';
const KEY = `(${UUID}|mrk-[0-9a-fA-F]{32})`;
const ALIAS = 'alias/[a-zA-Z0-9/_-]+';
const KEY_ID = new RegExp(`^(${KEY}|${ALIAS}|arn:aws[-a-z]*:kms:[-a-z0-9]+:\\d{12}:(key/${KEY}|${ALIAS}))$`);

/** Whether the text has the form of a key's id, a key's ARN, an alias or an alias' ARN. No key service is asked. */
export function isKeyId(text: string): boolean {
  return KEY_ID.test(text);
}

/** The calls with one more at `nowMs`; undefined when there were too many of its kind within a day. */
export function withEncryptionCall(
  calls: EncryptionCalls | undefined,
  kind: EncryptionChange['kind'],
  nowMs: EpochMs,
): EncryptionCalls | undefined {
  const recent = (times: readonly EpochMs[] = []) => times.filter((ms) => ms > nowMs - DAY_MS);
  const startedMs = recent(calls?.startedMs);
  const stoppedMs = recent(calls?.stoppedMs);
  const ofKind = kind === 'startEncryption' ? startedMs : stoppedMs;
  if (ofKind.length >= ENCRYPTION_CHANGES_PER_DAY) return undefined;
  ofKind.push(nowMs);
  return { startedMs, stoppedMs };
}
