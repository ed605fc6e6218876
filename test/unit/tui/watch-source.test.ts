/** What is said when figures stop coming: why, and what to type where it is the credentials. */
import { expect, test } from 'vitest';
import { ClientError } from '../../../src/client/client-error.ts';
import { SluiceError } from '../../../src/runtime/sluice-error.ts';
import { linkReason, loginLines } from '../../../src/tui/watch-source.ts';

test.each(['ExpiredTokenException', 'UnrecognizedClientException', 'InvalidSignatureException'])(
  '%s asks for a login to the profile',
  (code) => {
    const error = new ClientError(code, 'no', { status: 400 });
    expect(linkReason(error)).toContain(`refused (${code})`);
    expect(loginLines(error, 'staging')?.[0]).toBe('Log in again:  aws sso login --profile staging');
    expect(loginLines(error, undefined)?.[0]).toMatch(/aws sso login$/);
  },
);

test('what the credentials themselves say to do is said', () => {
  const hints = ['Log in again:  aws sso login --profile prod'];
  const error = new SluiceError('SLUICE_CREDENTIALS_EXPIRED', 'the login of the profile prod has expired', { hints });
  expect(loginLines(error, 'staging')).toEqual(['the login of the profile prod has expired', ...hints]);
});

test('other faults are no reason to log in', () => {
  expect(loginLines(new ClientError('ResourceNotFoundException', 'no', { status: 400 }), undefined)).toBeUndefined();
  expect(loginLines(new Error('reset'), undefined)).toBeUndefined();
});
