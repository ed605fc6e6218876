/**
 * A request in the one form that client and server both sign: Signature Version 4's canonical request. Pure.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { Buffer } from 'node:buffer';
import type { RequestHeaders } from './exchange.ts';
import type { RequestHead } from './presented-signature.ts';

/** The canonical request over `signedHeaders` in the order given; `payloadHash` stands for the body. */
export function canonicalRequest(head: RequestHead, signedHeaders: readonly string[], payloadHash: string): string {
  const at = head.path.indexOf('?');
  const path = at < 0 ? head.path : head.path.slice(0, at);
  const query = at < 0 ? '' : head.path.slice(at + 1);
  const headerLines = signedHeaders.map((name) => `${name}:${signedValue(head.headers, name)}\n`);
  return [
    head.method,
    canonicalPath(path),
    canonicalQuery(query),
    headerLines.join(''),
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

/** Without empty and dotted segments; each segment is encoded once more than it came, except for S3. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encoded(segment));
  }
  return segments.length === 0 ? '/' : `/${segments.join('/')}${path.endsWith('/') ? '/' : ''}`;
}

/** Sorted by name, then by value. A query signature does not sign itself. */
function canonicalQuery(query: string): string {
  const pairs: (readonly [string, string])[] = [];
  for (const [name, value] of new URLSearchParams(query)) {
    if (name !== 'X-Amz-Signature') pairs.push([encoded(name), encoded(value)]);
  }
  pairs.sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

/** Everything but letters, digits and -._~ as percent-encoded UTF-8. */
function encoded(text: string): string {
  return text.replace(/[^A-Za-z0-9\-._~]/gu, (char) =>
    Buffer.from(char).toString('hex').toUpperCase().replace(/../g, '%$&'),
  );
}

/** A header as signed. HTTP/2 has `:authority` for `host`: clients sign either, and send what their version asks for. */
function signedValue(headers: RequestHeaders, name: string): string {
  const isAuthority = name === 'host' || name === ':authority';
  const value = headers[name] ?? (isAuthority ? (headers[':authority'] ?? headers['host']) : undefined) ?? '';
  const text = typeof value === 'string' ? value : value.join(',');
  return text.trim().replace(/\s+/g, ' ');
}
