/** Who calls, without keys: what was learned from one request must not change what another is told. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fault } from '../../../src/model/fault.ts';
import { authorize } from '../../../src/server/authorize.ts';
import { presentedSignature } from '../../../src/server/presented-signature.ts';
import type { SignedRequest } from '../../../src/server/signature.ts';

const home = { account: '000000000000', region: 'home-1' };

/** What is taken apart anew each time says. */
function expected(request: SignedRequest): string {
  try {
    return presentedSignature(request).credential.split('/')[2] || home.region;
  } catch (error) {
    return (error as Fault).message;
  }
}

function told(request: SignedRequest): string {
  try {
    return authorize(request, { home }).scope.region;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

const credential = fc.constantFrom(
  'k/20261121/eu-west-1/kinesis/aws4_request',
  'k/20261121/us-east-2/kinesis/x',
  'k',
  '',
);
const end = fc.oneof(
  fc.stringMatching(/^[0-9a-f]{0,4}$/),
  credential.map((text) => `ab, Credential=${text}`),
  credential.map((text) => `ab Credential=${text}, Signature=cd`),
  fc.constantFrom('ab, Signature=', 'ab=', 'xyz', 'ab,', ' '),
);
const request = fc.record({
  method: fc.constant('POST'),
  path: fc.constantFrom('/', '/', '/', '/?X-Amz-Algorithm=AWS4-HMAC-SHA256', '/?'),
  headers: fc
    .tuple(credential, fc.constantFrom(', SignedHeaders=host', ''), fc.constantFrom(', ', ' ', ','), end)
    .chain(([text, signed, between, signature]) =>
      fc.record({
        authorization: fc.constant(`AWS4-HMAC-SHA256 Credential=${text}${signed}${between}Signature=${signature}`),
        'x-amz-date': fc.constantFrom('20261121T120000Z', '20261121T120000Z', ''),
      }),
    ),
  body: fc.constant(new Uint8Array(0)),
});

test('a region, or what is wrong, is told as if each request were the first', () => {
  const requests = fc.array(request, { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(requests, (given) => void expect(given.map(told)).toEqual(given.map(expected))),
    { numRuns: 1_000 },
  );
});
