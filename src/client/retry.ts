/**
 * Whether and when to call again: full jitter over an exponential ceiling. Pure; the client acts.
 * Sources: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ and the SDKs' retry lists for Kinesis.
 */
import { RETRY_BASE_MS, RETRY_CEILING_MS } from '../model/limits.ts';
import { ClientError, UnreachableError } from './client-error.ts';

const THROTTLES = new Set(['ProvisionedThroughputExceededException', 'LimitExceededException', 'ThrottlingException']);

/** Connection failures of a request that never left, which no waiting cures when no call has succeeded before. */
const REFUSALS = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT']);

/** What a service says of credentials that ran out, or of keys that were exchanged meanwhile. */
const EXPIRIES = new Set(['ExpiredTokenException', 'ExpiredToken', 'UnrecognizedClientException']);

/** True when the same call may succeed with fresh credentials. */
export function isExpiry(error: unknown): boolean {
  return error instanceof ClientError && EXPIRIES.has(error.code);
}

/** True when the code says "too fast", not "wrong". */
export function isThrottle(code: string): boolean {
  return THROTTLES.has(code);
}

export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  readonly attemptsMax: number;
  /** The server has answered before, so a refusal now is a restart rather than a wrong address. */
  readonly answeredBefore: boolean;
}

/** True when the call may succeed if it is made again. A repeated put may write twice: delivery is at least once. */
export function shouldRetry(error: unknown, attempt: Attempt): boolean {
  if (attempt.number >= attempt.attemptsMax) return false;
  if (error instanceof UnreachableError) return attempt.answeredBefore || !REFUSALS.has(error.code);
  return error instanceof ClientError && (error.status >= 500 || isThrottle(error.code));
}

/** Milliseconds to wait after attempt `number` (from 1); `fraction` in [0, 1) is the jitter. */
export function retryDelayMs(number: number, fraction: number): number {
  return Math.min(RETRY_CEILING_MS, RETRY_BASE_MS * 2 ** (number - 1)) * fraction;
}
