/** Which failures are worth another attempt, and how long to wait. */
import { describe, expect, test } from 'vitest';
import { ClientError, UnreachableError } from '../../../src/client/client-error.ts';
import { retryDelayMs, shouldRetry } from '../../../src/client/retry.ts';

const answer = (code: string, status: number) => new ClientError(code, '', { status });
const silence = (code: string) => new UnreachableError(code, 'http://x', { sent: true, cause: undefined });
const first = { number: 1, attemptsMax: 5, answeredBefore: false };

describe('called again', () => {
  test.each([
    answer('ProvisionedThroughputExceededException', 400),
    answer('LimitExceededException', 400),
    answer('ThrottlingException', 400),
    answer('InternalFailure', 500),
    answer('InternalFailureException', 500),
    answer('ServiceUnavailable', 503),
    silence('ECONNRESET'),
    silence('UND_ERR_HEADERS_TIMEOUT'),
  ])('after $code', (error) => expect(shouldRetry(error, first)).toBe(true));
});

describe('not called again', () => {
  test.each([
    answer('ResourceNotFoundException', 400),
    answer('ResourceInUseException', 400),
    answer('ValidationException', 400),
    answer('InvalidArgumentException', 400),
    answer('ExpiredIteratorException', 400),
    answer('KMSThrottlingException', 400),
    answer('AccessDeniedException', 400),
    new Error('of our own'),
  ])('after $code $message', (error) => expect(shouldRetry(error, first)).toBe(false));

  test('after the last attempt', () => {
    expect(shouldRetry(answer('InternalFailure', 500), { ...first, number: 5 })).toBe(false);
  });
});

test('a refused connection is a wrong address at first, a restart once the server has answered', () => {
  expect(shouldRetry(silence('ECONNREFUSED'), first)).toBe(false);
  expect(shouldRetry(silence('ECONNREFUSED'), { ...first, answeredBefore: true })).toBe(true);
});

test('the wait is a random part of a ceiling that doubles up to 20 s', () => {
  expect([1, 2, 3, 4].map((number) => retryDelayMs(number, 0.5))).toEqual([50, 100, 200, 400]);
  expect(retryDelayMs(40, 0.5)).toBe(10_000);
  expect(retryDelayMs(3, 0)).toBe(0);
});
