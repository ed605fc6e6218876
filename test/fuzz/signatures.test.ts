/** Requests whose signature is missing, damaged or of nothing: none gets in, none makes the daemon stumble. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import aws4 from 'aws4';
import { expect, test } from 'vitest';
import type { Random } from '../../src/runtime/random.ts';
import { below, damaged, fuzz, oneIn, pick, SECONDS } from './run.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

interface Signed {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/** A request that would be let in. */
function signed(random: Random): Signed {
  const body = Buffer.from('{"Limit":10}');
  const isQuery = oneIn(random, 3);
  const payload = pick(random, ['', '', 'UNSIGNED-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER']);
  const chunked = Buffer.from(`${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
  const request = {
    method: 'POST',
    path: isQuery ? `/?X-Amz-Expires=${300 + below(random, 1_000)}` : '/',
    service: 'kinesis',
    region: 'us-east-1',
    signQuery: isQuery,
    headers: {
      host: '127.0.0.1',
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Kinesis_20131202.ListStreams',
      ...(payload === '' ? {} : { 'x-amz-content-sha256': payload }),
    },
    body: payload.startsWith('STREAMING') ? chunked : body,
  };
  const { headers } = aws4.sign(request, { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET });
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  // aws4 writes the signature into its argument's path.
  return { path: request.path, headers: Object.fromEntries(lower), body: request.body };
}

/** Bytes that may stand in a header or a path. */
const printable = (bytes: Uint8Array) =>
  Buffer.from(bytes)
    .toString('latin1')
    .replace(/[^!-~ ]/g, '~')
    .trim() || '~';

/** The same request with one part of it no longer what was signed. */
function broken(random: Random, request: Signed): Signed {
  const { path, headers, body } = request;
  const part = pick(random, ['path', 'body', ...Object.keys(headers)]);
  if (part === 'body' && headers['x-amz-content-sha256'] === undefined)
    return { path, headers, body: damaged(random, body) };
  if (part === 'path' && path.length > 1) {
    return { path: `/${printable(damaged(random, Buffer.from(path.slice(1)))).replaceAll(' ', '+')}`, headers, body };
  }
  const name = part in headers && part !== 'content-length' ? part : 'x-amz-target';
  return { path, headers: { ...headers, [name]: printable(damaged(random, Buffer.from(headers[name]!))) }, body };
}

/** Whether both are the same to a signer: some ways of writing a query are, and junk in Authorization is passed over. */
function isSame(a: Signed, b: Signed): boolean {
  const { authorization: _a, ...headersA } = a.headers;
  const { authorization: _b, ...headersB } = b.headers;
  const isBodySame = Buffer.compare(a.body, b.body) === 0;
  return isBodySame && JSON.stringify(headersA) === JSON.stringify(headersB) && isPathSame(a.path, b.path);
}

function isPathSame(a: string, b: string): boolean {
  const [pathA, queryA] = partsOf(a);
  const [pathB, queryB] = partsOf(b);
  return pathA === pathB && queryA === queryB;
}

/** The path as a URL has it, where it is one, and the query's pairs in order. */
function partsOf(target: string): readonly [string, string] {
  const [path = '', ...query] = target.split('?');
  const url = URL.canParse(path, 'http://h') ? new URL(path, 'http://h').pathname : path;
  return [url, [...new URLSearchParams(query.join('?'))].map(String).sort().join('&')];
}

function send(
  url: string,
  agent: http.Agent,
  { path, headers, body }: Signed,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = { ...headers, 'content-length': String(body.length) };
    const request = http.request(new URL(url), { method: 'POST', path, headers: sent, agent }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

test('only what is signed rightly gets in', { timeout: SECONDS * 1_000 + 60_000 }, async () => {
  const authFile = join(mkdtempSync(join(tmpdir(), 'sluice-auth-')), 'keys.json');
  writeFileSync(authFile, JSON.stringify({ AKIDEXAMPLE: { secret: SECRET } }), { mode: 0o600 });
  await fuzz({ authFile }, async ({ daemon, random, goesOn }) => {
    const agent = new http.Agent({ keepAlive: true });
    const codes = new Set<string>();
    while (goesOn()) {
      const request = signed(random);
      const welcome = await send(daemon.url, agent, request);
      expect([welcome.status, welcome.text], JSON.stringify(request)).toEqual([
        200,
        expect.stringContaining('StreamNames'),
      ]);
      const wrong = broken(random, request);
      const { status, text } = await send(daemon.url, agent, wrong);
      const told = `${text}\n${JSON.stringify(request)}\n${JSON.stringify(wrong)}`;
      expect(status, told).toBeLessThan(500);
      if (!isSame(request, wrong)) expect(status, told).not.toBe(200);
      codes.add(/"__type":"(\w+)"/.exec(text)?.[1] ?? String(status));
    }
    agent.destroy();
    console.log('refused with', [...codes].sort().join(' '));
    expect(codes).toContain('InvalidSignatureException');
  });
});
