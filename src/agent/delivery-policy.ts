/**
 * What to do about a request that failed, and how long to wait: pure. Nothing is ever given up for lack of patience;
 * only what the service refuses as wrong in itself is set aside, record by record.
 * Codes: the error lists of PutRecords and PutRecordBatch and AWS's common errors.
 */
import { ClientError, UnreachableError } from '../client/client-error.ts';
import { AGENT_DEGRADED_BACKOFF_MS_MAX } from '../model/limits.ts';

/**
 * 'retry': the endpoint is busy or away. 'credentials': fresh ones may help at once, else an administrator has to.
 * 'clock': the signature is refused for its time. 'missing': there is no such stream now. 'degraded': a key or a
 * permission must be mended. 'refused': some record of the request is wrong in itself.
 */
export type FailureAction = 'retry' | 'credentials' | 'clock' | 'missing' | 'degraded' | 'refused';

const ACTIONS: Readonly<Record<string, FailureAction>> = {
  ExpiredToken: 'credentials',
  ExpiredTokenException: 'credentials',
  InvalidClientTokenId: 'credentials',
  UnrecognizedClientException: 'credentials',
  MissingAuthenticationToken: 'credentials',
  MissingAuthenticationTokenException: 'credentials',
  IncompleteSignature: 'credentials',
  IncompleteSignatureException: 'credentials',
  AccessDenied: 'credentials',
  AccessDeniedException: 'credentials',
  InvalidSignatureException: 'clock',
  SignatureDoesNotMatch: 'clock',
  RequestTimeTooSkewed: 'clock',
  RequestExpired: 'clock',
  ResourceNotFoundException: 'missing',
  KMSAccessDeniedException: 'degraded',
  KMSDisabledException: 'degraded',
  KMSInvalidStateException: 'degraded',
  KMSNotFoundException: 'degraded',
  KMSOptInRequired: 'degraded',
  InvalidKMSResourceException: 'degraded',
  ValidationException: 'refused',
  InvalidArgumentException: 'refused',
  SerializationException: 'refused',
  InvalidSourceException: 'refused',
  Http413: 'refused',
};

/** What a failed request asks for. Whatever is not known is tried again: a line must not be lost to a new error code. */
export function failureAction(error: unknown): FailureAction {
  if (!(error instanceof ClientError)) return 'retry';
  const known = ACTIONS[error.code];
  if (known !== undefined) return known;
  if (error.status === 413) return 'refused';
  return error.status === 403 || error.status === 401 ? 'credentials' : 'retry';
}

/** True when the code says "too fast". */
export function isThrottled(code: string): boolean {
  return /ProvisionedThroughputExceeded|Throttl|LimitExceeded|ServiceUnavailable|SlowDown|Http429/.test(code);
}

/** True when the request may have been carried out although it failed here. */
export function isAmbiguous(error: unknown): boolean {
  if (error instanceof UnreachableError) return error.sent;
  return error instanceof ClientError && error.status >= 500;
}

export interface Backoff {
  readonly initialBackoffMs: number;
  readonly backoffMsMax: number;
}

/**
 * How long to wait after `failures` failures in a row, as Kinesis Agent counts them: a request that failed in part
 * counts by the failed share, a success divides the count by ten. `fraction` in [0, 1) spreads the wait by 30 % each way.
 */
export function backoffMs(failures: number, backoff: Backoff, fraction: number): number {
  const wait = Math.min(backoff.backoffMsMax, backoff.initialBackoffMs * 2 ** (failures - 1));
  return wait * (0.7 + 0.6 * fraction);
}

/** The wait after an error that only a person can mend: grows like the other, but up to a minute. */
export function degradedBackoffMs(failures: number, backoff: Backoff, fraction: number): number {
  const backoffMsMax = Math.max(backoff.backoffMsMax, AGENT_DEGRADED_BACKOFF_MS_MAX);
  return backoffMs(failures, { initialBackoffMs: Math.max(1_000, backoff.initialBackoffMs), backoffMsMax }, fraction);
}

/** Full jitter: what many agents do when one endpoint comes back. */
export function unreachableBackoffMs(failures: number, backoff: Backoff, fraction: number): number {
  return Math.min(backoff.backoffMsMax, backoff.initialBackoffMs * 2 ** (failures - 1)) * (0.1 + 0.9 * fraction);
}

/** How fast a flow may send: a bucket of records that fills at `perSecond`. Infinity: never throttled yet. */
export interface SendRate {
  readonly perSecond: number;
  readonly tokens: number;
  readonly atMs: number;
}

export const UNLIMITED_RATE: SendRate = { perSecond: Number.POSITIVE_INFINITY, tokens: 0, atMs: 0 };
const RATE_MIN = 10;
/** What one shard takes: where the search begins when little was sent before the first throttle. */
const RATE_START = 1_000;
/** Faster than any stream one agent writes to: from here on the bucket is taken away again. */
const RATE_MAX = 1_000_000;

/** After a throttle: 30 % less when every record was refused, by the `share` of them otherwise. */
export function slower(rate: SendRate, sentPerSecond: number, share: number): SendRate {
  const from = rate.perSecond === Number.POSITIVE_INFINITY ? Math.max(sentPerSecond, RATE_START) : rate.perSecond;
  return { ...rate, perSecond: Math.max(RATE_MIN, from * (1 - 0.3 * share)) };
}

/** After a request without a throttle: a little more. */
export function faster(rate: SendRate): SendRate {
  const perSecond = rate.perSecond * 1.1 + 5;
  return perSecond > RATE_MAX ? UNLIMITED_RATE : { ...rate, perSecond };
}

/** Takes tokens for `records`, at most a second's worth; `waitMs` 0 when they may be sent now, and then they are charged. */
export function takeTokens(rate: SendRate, records: number, nowMs: number): { rate: SendRate; waitMs: number } {
  if (rate.perSecond === Number.POSITIVE_INFINITY) return { rate, waitMs: 0 };
  const earned = ((nowMs - rate.atMs) / 1_000) * rate.perSecond;
  const tokens = Math.min(rate.perSecond, rate.tokens + earned);
  if (tokens < records) {
    return { rate: { ...rate, tokens, atMs: nowMs }, waitMs: Math.ceil(((records - tokens) / rate.perSecond) * 1_000) };
  }
  return { rate: { ...rate, tokens: tokens - records, atMs: nowMs }, waitMs: 0 };
}
