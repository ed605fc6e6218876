/**
 * The head of a request in the plain form that SDKs write it. A strict reader of a part of HTTP/1.1 (RFC 9112): whatever
 * else it meets it gives up, and node:http judges. Pure.
 */

export interface PlainHead {
  readonly method: 'POST';
  readonly path: string;
  /** By name in lower case. */
  readonly headers: Record<string, string>;
  readonly bodyBytes: number;
}

const REQUEST_LINE = /^POST (\/[\x21-\x7e]*) HTTP\/1\.1$/;
/** A token, a colon, and a value of printable characters between spaces: node:http takes a tab in some places only. */
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): *([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)? *$/;
const LENGTH = /^\d{1,9}$/;
/** How the body ends, who is asked first, what the connection becomes: node:http knows all of it. */
const BEYOND = ['transfer-encoding', 'expect', 'upgrade', 'trailer', 'te', 'proxy-connection'];

/** The head without its closing empty line; undefined when it is for node:http to judge. */
export function parsePlainHead(text: string): PlainHead | undefined {
  const lines = text.split('\r\n');
  const path = REQUEST_LINE.exec(lines[0]!)?.[1];
  if (path === undefined) return undefined;
  const headers: Record<string, string> = Object.create(null);
  for (let i = 1; i < lines.length; i++) {
    const match = HEADER.exec(lines[i]!);
    if (match === null) return undefined;
    const name = match[1]!.toLowerCase();
    if (headers[name] !== undefined) return undefined;
    headers[name] = match[2] ?? '';
  }
  if (!headers['host'] || BEYOND.some((name) => headers[name] !== undefined)) return undefined;
  const { connection = 'keep-alive', 'content-length': length } = headers;
  if (connection.toLowerCase() !== 'keep-alive' || length === undefined || !LENGTH.test(length)) return undefined;
  return { method: 'POST', path, headers, bodyBytes: Number(length) };
}
