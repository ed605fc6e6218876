/** What a failed request asks for, and how long the waits are. */
import { describe, expect, test } from 'vitest';
import {
  backoffMs,
  degradedBackoffMs,
  failureAction,
  faster,
  isAmbiguous,
  isThrottled,
  slower,
  takeTokens,
  UNLIMITED_RATE,
} from '../../../src/agent/delivery-policy.ts';
import { ClientError, UnreachableError } from '../../../src/client/client-error.ts';

const refusal = (code: string, status = 400) => new ClientError(code, '', { status });

test.each([
  ['ProvisionedThroughputExceededException', 400, 'retry'],
  ['ThrottlingException', 400, 'retry'],
  ['KMSThrottlingException', 400, 'retry'],
  ['InternalFailure', 500, 'retry'],
  ['ServiceUnavailableException', 503, 'retry'],
  ['Http429', 429, 'retry'],
  ['NeverHeardOf', 400, 'retry'],
  ['ExpiredTokenException', 400, 'credentials'],
  ['UnrecognizedClientException', 400, 'credentials'],
  ['AccessDeniedException', 400, 'credentials'],
  ['Http403', 403, 'credentials'],
  ['InvalidSignatureException', 400, 'clock'],
  ['RequestTimeTooSkewed', 403, 'clock'],
  ['ResourceNotFoundException', 400, 'missing'],
  ['KMSDisabledException', 400, 'degraded'],
  ['ValidationException', 400, 'refused'],
  ['InvalidArgumentException', 400, 'refused'],
  ['SerializationException', 400, 'refused'],
  ['Http413', 413, 'refused'],
])('%s: %s %s', (code, status, action) => expect(failureAction(refusal(code, status))).toBe(action));

test('no answer is tried again, and is ambiguous only when the request had left', () => {
  const error = (sent: boolean) => new UnreachableError('ECONNRESET', 'http://s', { sent, cause: undefined });
  expect(failureAction(error(true))).toBe('retry');
  expect([isAmbiguous(error(true)), isAmbiguous(error(false))]).toEqual([true, false]);
  expect([isAmbiguous(refusal('InternalFailure', 500)), isAmbiguous(refusal('ThrottlingException'))]).toEqual([
    true,
    false,
  ]);
});

describe('waits', () => {
  const backoff = { initialBackoffMs: 100, backoffMsMax: 10_000 };

  test('double with each failure up to the bound, spread by 30 % each way', () => {
    expect([1, 2, 3, 8, 20].map((failures) => backoffMs(failures, backoff, 0.5))).toEqual([
      100, 200, 400, 10_000, 10_000,
    ]);
    expect(backoffMs(1, backoff, 0)).toBeCloseTo(70);
    expect(backoffMs(1, backoff, 1)).toBeCloseTo(130);
  });

  test('for a person grow to a minute', () => expect(degradedBackoffMs(30, backoff, 0.5)).toBe(60_000));
});

describe('the rate', () => {
  test('is unlimited until the first throttle, then below what went through, or what one shard takes', () => {
    expect(takeTokens(UNLIMITED_RATE, 500, 0).waitMs).toBe(0);
    expect(slower(UNLIMITED_RATE, 0, 1).perSecond).toBe(700);
    expect(slower(UNLIMITED_RATE, 5_000, 1).perSecond).toBe(3_500);
    expect(slower(UNLIMITED_RATE, 5_000, 0.1).perSecond).toBeCloseTo(4_850);
  });

  test('recovers, and is lifted when it is beyond what anyone needs', () => {
    let rate = slower(UNLIMITED_RATE, 10, 1);
    for (let i = 0; i < 500; i++) rate = faster(rate);
    expect(rate).toBe(UNLIMITED_RATE);
  });

  test('lets a second of records through in a second', () => {
    let rate = { perSecond: 100, tokens: 0, atMs: 0 };
    let sent = 0;
    for (let nowMs = 0; nowMs <= 10_000; nowMs += 10) {
      const taken = takeTokens(rate, 20, nowMs);
      rate = taken.rate;
      if (taken.waitMs === 0) sent += 20;
    }
    expect(sent).toBeGreaterThanOrEqual(980);
    expect(sent).toBeLessThanOrEqual(1_100);
  });
});

test.each([
  ['ProvisionedThroughputExceededException', true],
  ['ServiceUnavailableException', true],
  ['InternalFailure', false],
])('%s says "too fast": %s', (code, expected) => expect(isThrottled(code)).toBe(expected));
