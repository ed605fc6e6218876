/**
 * Our signatures: the published Signature Version 4 example with a body, AWS's other signer, and the daemon that
 * verifies them. Source of the example: post-x-www-form-urlencoded of the AWS Signature Version 4 test suite.
 */

import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signedHeaders } from '../../../src/client/sign.ts';
import { verifySignature } from '../../../src/server/signature.ts';
import { Sha256 } from './sha256.ts';

const AT = Date.UTC(2015, 7, 30, 12, 36, 0);
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const signing = { service: 'service', region: 'us-east-1', credentials, nowMs: AT };

/** What AWS's own signer makes of the same headers. */
async function bySmithy(
  headers: Record<string, string>,
  body: string,
  { service, region, nowMs, credentials: keys }: typeof signing,
) {
  const signer = new SignatureV4({ service, region, credentials: keys, sha256: Sha256 as never, applyChecksum: false });
  const request = { method: 'POST', protocol: 'https:', hostname: headers['host']!, path: '/', headers, body };
  const signed = await signer.sign(request as never, { signingDate: new Date(nowMs) });
  return (signed as unknown as { readonly headers: Record<string, string> }).headers['authorization'];
}

const authorization = (headers: Record<string, string>, body: string, how = signing) => {
  const signed = signedHeaders(headers, Buffer.from(body), how);
  return signed['Authorization'] ?? signed['authorization'];
};

describe('the published test suite', () => {
  // The suite's cases with POST whose headers are ours to choose, but for content-length, which we always sign.
  test('a form is signed as the suite says, once its length is left out', async () => {
    const headers = { host: 'example.amazonaws.com', 'content-type': 'application/x-www-form-urlencoded' };
    expect(await bySmithy(headers, 'Param1=value1', signing)).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    );
  });
  test('and ours is that of the signer which agrees with the suite, with the length', async () => {
    const headers = { host: 'example.amazonaws.com', 'content-type': 'application/x-www-form-urlencoded' };
    const withLength = { ...headers, 'content-length': '13' };
    const [ours, theirs] = [
      authorization(headers, 'Param1=value1'),
      await bySmithy(withLength, 'Param1=value1', signing),
    ];
    expect(parts(ours)).toEqual(parts(theirs));
  });
});

/** Signers differ in what they leave unsigned; the rest must be the same. */
function parts(text: string | undefined) {
  return Object.fromEntries([...(text ?? '').matchAll(/(\w+)=([^, ]+)/g)].map(([, name, value]) => [name, value]));
}

test('whatever is sent, the daemon accepts it, and nothing that was changed on the way', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom('us-east-1', 'cn-north-1'),
      fc.option(fc.base64String({ minLength: 4 }), { nil: undefined }),
      (text, region, sessionToken) => {
        const body = Buffer.from(text);
        const how = { service: 'kinesis', region, credentials: { ...credentials, sessionToken }, nowMs: AT };
        const plain = {
          host: '127.0.0.1:4567',
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': 'Kinesis_20131202.PutRecord',
        };
        const signed = signedHeaders(plain, body, how);
        const headers = Object.fromEntries(
          Object.entries(signed).map(([name, value]) => [name.toLowerCase(), String(value)]),
        );
        const keys = new Map([['AKIDEXAMPLE', { secret: credentials.secretAccessKey, sessionToken }]]);
        const judge = (sent: Buffer) =>
          verifySignature({ method: 'POST', path: '/', headers, body: sent }, keys, { service: 'kinesis', nowMs: AT });
        expect(judge(body).region).toBe(region);
        expect(() => judge(Buffer.from(`${text}!`))).toThrow();
      },
    ),
  );
});
