/**
 * Signatures are verified as AWS does. Oracles: the published Signature Version 4 test suite, the example of chunked
 * uploads in the S3 reference, and two signers of others, aws4 and @smithy/signature-v4.
 */

import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import aws4 from 'aws4';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../../src/model/fault.ts';
import { type KnownKey, type SignedRequest, verifySignature } from '../../../src/server/signature.ts';
import { Sha256 } from '../client/sha256.ts';

const AT = Date.UTC(2015, 7, 30, 12, 36, 0);
const REGION = 'us-east-1';
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

interface Judged {
  readonly service?: string;
  readonly nowMs?: number;
  readonly key?: Partial<KnownKey>;
  readonly keyId?: string;
}

function verify(request: SignedRequest, judged: Judged = {}) {
  const key = { secret: SECRET, ...judged.key };
  const keys = new Map([[judged.keyId ?? 'AKIDEXAMPLE', key]]);
  return verifySignature(request, keys, { service: judged.service ?? 'kinesis', nowMs: judged.nowMs ?? AT });
}

function refusal(request: SignedRequest, judged: Judged = {}): readonly [string, string] {
  try {
    verify(request, judged);
  } catch (error) {
    if (error instanceof Fault) return [error.code, error.message];
    throw error;
  }
  return ['', ''];
}

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

describe('the published test suite', () => {
  const GET_VANILLA = '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31';
  const POST_VANILLA = '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b';
  const cases: readonly (readonly [string, string, string, Readonly<Record<string, string>>, string, string])[] = [
    ['get-vanilla', 'GET', '/', {}, '', GET_VANILLA],
    [
      'get-vanilla-query-order-key-case',
      'GET',
      '/?Param2=value2&Param1=value1',
      {},
      '',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    [
      'get-vanilla-empty-query-key',
      'GET',
      '/?Param1=value1',
      {},
      '',
      'a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb',
    ],
    [
      'get-vanilla-utf8-query',
      'GET',
      '/?ሴ=bar',
      {},
      '',
      '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
    ],
    ['get-utf8', 'GET', '/ሴ', {}, '', '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85'],
    ['get-relative-relative', 'GET', '/example1/example2/../..', {}, '', GET_VANILLA],
    ['get-slashes', 'GET', '//example//', {}, '', '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84'],
    ['get-space', 'GET', '/example space/', {}, '', '652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741'],
    [
      'get-header-value-trim',
      'GET',
      '/',
      { 'my-header1': ' value1', 'my-header2': ' "a   b   c"' },
      '',
      'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
    ],
    ['post-vanilla', 'POST', '/', {}, '', POST_VANILLA],
    [
      'post-header-value-case',
      'POST',
      '/',
      { 'my-header1': 'VALUE1' },
      '',
      'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
    ],
    [
      'post-x-www-form-urlencoded',
      'POST',
      '/',
      { 'content-type': 'application/x-www-form-urlencoded' },
      'Param1=value1',
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
  ];
  test.each(cases)('%s is accepted with its signature', (_, method, path, extra, body, signature) => {
    const headers: Record<string, string> = {
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      ...extra,
    };
    const signed = Object.keys(headers).sort().join(';');
    headers['authorization'] =
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${signed}, Signature=${signature}`;
    const request = { method, path, headers, body: Buffer.from(body) };
    expect(verify(request, { service: 'service' }).region).toBe('us-east-1');
    expect(refusal({ ...request, method: 'PUT' }, { service: 'service' })).toEqual([
      'InvalidSignatureException',
      MISMATCH,
    ]);
  });
});

/** Signs with aws4; `path` comes back with the query when the signature goes there. */
function signedByAws4(
  options: {
    body?: string;
    path?: string;
    signQuery?: boolean;
    sessionToken?: string;
    headers?: Record<string, string>;
  } = {},
): SignedRequest {
  const body = Buffer.from(options.body ?? '{"StreamName":"s"}');
  const { sessionToken } = options;
  const request = {
    method: 'POST',
    path: options.signQuery ? `${options.path ?? '/'}?X-Amz-Date=20150830T123600Z` : (options.path ?? '/'),
    service: 'kinesis',
    region: REGION,
    signQuery: options.signQuery ?? false,
    headers: {
      host: '127.0.0.1:4567',
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Kinesis_20131202.ListShards',
      ...(options.signQuery ? {} : { 'x-amz-date': '20150830T123600Z' }),
      ...options.headers,
    },
    body,
  };
  const signed = aws4.sign(request, { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET, sessionToken });
  const headers = Object.fromEntries(
    Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  return { method: 'POST', path: (signed as unknown as { path: string }).path, headers, body };
}

const smithy = new SignatureV4({
  service: 'kinesis',
  region: 'eu-west-3',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET },
  sha256: Sha256 as never,
});

describe('signers of others are believed', () => {
  test('aws4 in the header', () => {
    const request = signedByAws4();
    expect(verify(request)).toEqual({ account: undefined, region: REGION, body: request.body });
  });
  test('aws4 in the query, and every path', () => {
    for (const path of ['/', '/a b', '/a//b/../c/', '/%41?x=1&x=0&%E1%88%B4=+%2B']) {
      expect(verify(signedByAws4({ path })).region).toBe(REGION);
    }
    expect(verify(signedByAws4({ signQuery: true })).region).toBe(REGION);
  });
  test('smithy, which signs :authority over HTTP/2', async () => {
    const request = {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: '/',
      headers: { ':authority': '127.0.0.1:4567', 'x-amz-target': 'Kinesis_20131202.ListShards' },
      body: '{}',
    };
    const { headers } = (await smithy.sign(request as never, { signingDate: new Date(AT) })) as unknown as {
      readonly headers: Record<string, string>;
    };
    expect(headers['authorization']).toContain('SignedHeaders=:authority;');
    const received = { method: 'POST', path: '/', headers, body: Buffer.from('{}') };
    expect(verify(received).region).toBe('eu-west-3');
    const other = { ...received, headers: { ...headers, ':authority': 'localhost:4567' } };
    expect(refusal(other)).toEqual(['InvalidSignatureException', MISMATCH]);
    // A proxy that speaks HTTP/1.1 to the daemon sends the same as Host.
    const { ':authority': host, ...rest } = headers;
    expect(verify({ ...received, headers: { ...rest, host: host! } }).region).toBe('eu-west-3');
  });
  test('smithy in the query, for as long as it says', async () => {
    const request = {
      method: 'POST',
      protocol: 'http:',
      hostname: 'h',
      path: '/',
      query: { a: 'b' },
      headers: { host: 'h' },
      body: '{}',
    };
    const signed = await smithy.presign(request as never, { signingDate: new Date(AT), expiresIn: 60 });
    const query = new URLSearchParams(signed.query as Record<string, string>).toString();
    const received = { method: 'POST', path: `/?${query}`, headers: { host: 'h' }, body: Buffer.from('{}') };
    expect(verify(received, { nowMs: AT + 60_000 }).region).toBe('eu-west-3');
    expect(refusal(received, { nowMs: AT + 60_001 })[1]).toMatch(
      /^Signature expired: 20150830T123600Z is now earlier than /,
    );
    expect(refusal({ ...received, body: Buffer.from('{ }') })).toEqual(['InvalidSignatureException', MISMATCH]);
  });
});

test('a changed bit anywhere is refused', () => {
  const good = signedByAws4({
    path: '/a?b=c',
    headers: { 'x-amz-content-sha256': createHash('sha256').update('{"StreamName":"s"}').digest('hex') },
  });
  const signed = [
    'host',
    'content-type',
    'content-length',
    'x-amz-target',
    'x-amz-date',
    'x-amz-content-sha256',
    'authorization',
  ];
  const changed = (text: string, at: number) => {
    const i = at % text.length;
    return text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ 1) + text.slice(i + 1);
  };
  expect(verify(good).region).toBe(REGION);
  fc.assert(
    fc.property(fc.constantFrom(...signed, 'method', 'path', 'body'), fc.nat(), (part, at) => {
      let request = good;
      if (part === 'method') request = { ...good, method: changed(good.method, at) };
      else if (part === 'path') request = { ...good, path: `/${changed(good.path.slice(1), at)}` };
      else if (part === 'body')
        request = { ...good, body: Buffer.from(changed(Buffer.from(good.body).toString(), at)) };
      else request = { ...good, headers: { ...good.headers, [part]: changed(String(good.headers[part]), at) } };
      expect(refusal(request)[0]).toMatch(/^(InvalidSignature|IncompleteSignature|UnrecognizedClient)Exception$/);
    }),
    { numRuns: 500 },
  );
});

describe('refusals', () => {
  const request = signedByAws4();
  const withHeaders = (headers: Record<string, string>) => ({
    ...request,
    headers: { ...request.headers, ...headers },
  });
  const withCredential = (credential: string) =>
    withHeaders({
      authorization: String(request.headers['authorization']).replace(/Credential=[^,]+/, `Credential=${credential}`),
    });

  test('a wrong secret', () => {
    expect(refusal(request, { key: { secret: 'wrong' } })).toEqual(['InvalidSignatureException', MISMATCH]);
  });
  test('a key that nobody knows', () => {
    const text = 'The security token included in the request is invalid.';
    expect(refusal(request, { keyId: 'AKIDOTHER' })).toEqual(['UnrecognizedClientException', text]);
    expect(refusal(request, { key: { sessionToken: 'token' } })).toEqual(['UnrecognizedClientException', text]);
    expect(refusal(withHeaders({ 'x-amz-security-token': 'token' }))).toEqual(['UnrecognizedClientException', text]);
  });
  test('a key that has expired', () => {
    expect(refusal(request, { key: { expiresMs: AT } })[0]).toBe('ExpiredTokenException');
    expect(refusal(request, { key: { expiresMs: AT + 1 } })[0]).toBe('');
  });
  test('clocks more than five minutes apart, in the words of AWS', () => {
    expect(refusal(request, { nowMs: AT + 300_000 })[0]).toBe('');
    expect(refusal(request, { nowMs: AT + 301_000 })).toEqual([
      'InvalidSignatureException',
      'Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)',
    ]);
    expect(refusal(request, { nowMs: AT - 300_000 })[0]).toBe('');
    expect(refusal(request, { nowMs: AT - 301_000 })).toEqual([
      'InvalidSignatureException',
      'Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)',
    ]);
  });
  test.each([
    ['AKIDEXAMPLE/20150830/us-east-1/kinesis', 'IncompleteSignatureException'],
    ['AKIDEXAMPLE/20150831/us-east-1/kinesis/aws4_request', 'InvalidSignatureException'],
    ['AKIDEXAMPLE/20150830/US_EAST/kinesis/aws4_request', 'InvalidSignatureException'],
    ['AKIDEXAMPLE/20150830/us-east-1/sqs/aws4_request', 'InvalidSignatureException'],
    ['AKIDEXAMPLE/20150830/us-east-1/kinesis/aws5_request', 'InvalidSignatureException'],
  ])('the credential %s', (credential, code) => {
    const [given, text] = refusal(withCredential(credential));
    expect([given, text === MISMATCH]).toEqual([code, false]);
  });
  test('no host among the signed headers, or an unsigned x-amz-target', () => {
    const authorization = String(request.headers['authorization']);
    expect(refusal(withHeaders({ authorization: authorization.replace('host;', '') }))[1]).toBe(
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    );
    expect(refusal(withHeaders({ authorization: authorization.replace(';x-amz-target', '') }))[1]).toContain(
      "'x-amz-target' must",
    );
  });
  test('another algorithm, a date that is none, a life over a week', () => {
    const authorization = String(request.headers['authorization']);
    expect(refusal(withHeaders({ authorization: authorization.replace('SHA256', 'SHA1') }))[0]).toBe(
      'IncompleteSignatureException',
    );
    expect(refusal(withHeaders({ 'x-amz-date': '20150230T123600Z' }))[0]).toBe('IncompleteSignatureException');
    const presigned = signedByAws4({ signQuery: true });
    expect(refusal({ ...presigned, path: `${presigned.path}&X-Amz-Expires=604801` })[1]).toContain(
      'must be less than a week',
    );
  });
});

test('a session token that is known is asked for', () => {
  const request = signedByAws4({ sessionToken: 'token/+=' });
  expect(verify(request, { key: { sessionToken: 'token/+=', account: '123456789012' } }).account).toBe('123456789012');
  const presigned = signedByAws4({ sessionToken: 'token/+=', signQuery: true });
  expect(verify(presigned, { key: { sessionToken: 'token/+=' } }).region).toBe(REGION);
});

test('an unsigned payload is what it says', () => {
  const request = signedByAws4({ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } });
  expect(verify({ ...request, body: Buffer.from('anything') }).body).toEqual(Buffer.from('anything'));
});

test('a hash of the body that is not its hash is refused', () => {
  const request = signedByAws4({
    headers: { 'x-amz-content-sha256': createHash('sha256').update('other').digest('hex') },
  });
  expect(refusal(request)[1]).toBe("The provided 'x-amz-content-sha256' header does not match what was computed.");
});

describe('the chunked example of the S3 reference', () => {
  const SEED = '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9';
  const SIGNATURES = [
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ];
  const headers = {
    host: 's3.amazonaws.com',
    'x-amz-date': '20130524T000000Z',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': '66560',
    'content-length': '66824',
    authorization: `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class, Signature=${SEED}`,
  };
  const body = (data: string, signatures = SIGNATURES) =>
    Buffer.from(
      `10000;chunk-signature=${signatures[0]}\r\n${data.slice(0, 65_536)}\r\n400;chunk-signature=${signatures[1]}\r\n${data.slice(65_536)}\r\n0;chunk-signature=${signatures[2]}\r\n\r\n`,
    );
  const judged = {
    service: 's3',
    keyId: 'AKIAIOSFODNN7EXAMPLE',
    nowMs: Date.UTC(2013, 4, 24),
    key: { secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  };
  const request = { method: 'PUT', path: '/examplebucket/chunkObject.txt', headers };

  test('is opened', () => {
    const data = 'a'.repeat(66_560);
    expect(Buffer.from(verify({ ...request, body: body(data) }, judged).body).toString()).toBe(data);
  });
  test('is refused when a byte, a signature or the last chunk is not what was signed', () => {
    const data = 'a'.repeat(66_560);
    expect(refusal({ ...request, body: body(`${data.slice(1)}b`) }, judged)[1]).toBe(MISMATCH);
    expect(refusal({ ...request, body: body(data, [SIGNATURES[0]!, SIGNATURES[0]!, SIGNATURES[2]!]) }, judged)[1]).toBe(
      MISMATCH,
    );
    expect(refusal({ ...request, body: body(data).subarray(0, 66_824 - 86) }, judged)[0]).toBe(
      'SerializationException',
    );
  });
});

test('chunks without signatures and with a checksum behind them are opened', () => {
  const request = signedByAws4({ headers: { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' } });
  // The check value of CRC-32 is that of 123456789: cbf43926.
  const body = (crc: string) => Buffer.from(`9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:${crc}\r\n\r\n`);
  expect(Buffer.from(verify({ ...request, body: body('y/Q5Jg==') }).body).toString()).toBe('123456789');
  expect(refusal({ ...request, body: body('y/Q5Jw==') })[0]).toBe('SerializationException');
});

test('a signed trailer must come and fit', () => {
  const request = signedByAws4({ headers: { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER' } });
  const seed = /Signature=(\w+)/.exec(String(request.headers['authorization']))![1]!;
  let key = createHmac('sha256', `AWS4${SECRET}`).update('20150830').digest();
  for (const part of [REGION, 'kinesis', 'aws4_request']) key = createHmac('sha256', key).update(part).digest();
  const sha = (text: string) => createHash('sha256').update(text).digest('hex');
  const sign = (kind: string, rest: string) =>
    createHmac('sha256', key)
      .update(`AWS4-HMAC-SHA256-${kind}\n20150830T123600Z\n20150830/us-east-1/kinesis/aws4_request\n${rest}`)
      .digest('hex');
  const first = sign('PAYLOAD', `${seed}\n${sha('')}\n${sha('123456789')}`);
  const last = sign('PAYLOAD', `${first}\n${sha('')}\n${sha('')}`);
  const trailer = sign('TRAILER', `${last}\n${sha('x-amz-checksum-crc32:y/Q5Jg==\n')}`);
  const body = (signature: string) =>
    Buffer.from(
      `9;chunk-signature=${first}\r\n123456789\r\n0;chunk-signature=${last}\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n${signature}\r\n`,
    );
  expect(
    Buffer.from(verify({ ...request, body: body(`x-amz-trailer-signature:${trailer}\r\n`) }).body).toString(),
  ).toBe('123456789');
  expect(refusal({ ...request, body: body(`x-amz-trailer-signature:${first}\r\n`) })[1]).toBe(MISMATCH);
  expect(refusal({ ...request, body: body('') })[1]).toBe(MISMATCH);
});

test('whatever the bytes of a request are, only faults are thrown', () => {
  const known = fc.constantFrom('authorization', 'x-amz-date', 'x-amz-content-sha256', 'host', ':authority');
  const text = fc.oneof(
    fc.string(),
    fc.constant('AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=x'),
  );
  fc.assert(
    fc.property(fc.dictionary(known, text), text, fc.uint8Array(), (headers, path, body) => {
      expect(refusal({ method: 'POST', path, headers, body })[0]).not.toBe('');
    }),
  );
});
