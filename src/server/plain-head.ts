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

/** Names are tokens, values printable characters and spaces: node:http takes a tab in some places only. */
const WHOLE = /^POST \/[\x21-\x7e]* HTTP\/1\.1(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\x20-\x7e]*)*$/;
const BEFORE_PATH = 'POST ';
const BEHIND_PATH = ' HTTP/1.1';
const LINE_END = '\r\n';
const SPACE = 0x20;
const LENGTH = /^\d{1,9}$/;
/** How the body ends, who is asked first, what the connection becomes: node:http knows all of it. */
const BEYOND = ['transfer-encoding', 'expect', 'upgrade', 'trailer', 'te', 'proxy-connection'];

/** What SDKs send, in both of the ways in which they spell it, to what it is in lower case: found faster than made. */
const USUAL = new Map(
  [
    ...['accept', 'accept-encoding', 'amz-sdk-invocation-id', 'amz-sdk-request', 'authorization', 'connection'],
    ...['content-length', 'content-type', 'host', 'user-agent', 'x-amz-content-sha256', 'x-amz-date'],
    ...['x-amz-security-token', 'x-amz-target', 'x-amz-user-agent'],
  ].flatMap((name) => [
    [name, name],
    [name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()), name],
  ]),
);

/** The head without its closing empty line; undefined when it is for node:http to judge. */
export function parsePlainHead(text: string): PlainHead | undefined {
  if (!WHOLE.test(text)) return undefined;
  let end = endOfLine(text, 0);
  const path = text.slice(BEFORE_PATH.length, end - BEHIND_PATH.length);
  const headers: Record<string, string> = Object.create(null);
  while (end < text.length) {
    const start = end + LINE_END.length;
    const colon = text.indexOf(':', start);
    end = endOfLine(text, colon);
    const spelled = text.slice(start, colon);
    const name = USUAL.get(spelled) ?? spelled.toLowerCase();
    if (headers[name] !== undefined) return undefined;
    headers[name] = withoutSpaces(text, colon + 1, end);
  }
  if (!headers['host']) return undefined;
  for (const name of BEYOND) if (headers[name] !== undefined) return undefined;
  const { connection = 'keep-alive', 'content-length': length } = headers;
  if (connection.toLowerCase() !== 'keep-alive' || length === undefined || !LENGTH.test(length)) return undefined;
  return { method: 'POST', path, headers, bodyBytes: Number(length) };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf(LINE_END, from);
  return end < 0 ? text.length : end;
}

/** What stands between, without the spaces around it. */
function withoutSpaces(text: string, start: number, end: number): string {
  let [from, to] = [start, end];
  while (from < to && text.charCodeAt(from) === SPACE) from++;
  while (to > from && text.charCodeAt(to - 1) === SPACE) to--;
  return text.slice(from, to);
}
