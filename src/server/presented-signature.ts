/**
 * The signature a request carries, in its Authorization header or in its query, taken apart but not judged. The texts
 * were observed at the service; its public test suite in mhart/kinesalite records them.
 */
import { Fault } from '../model/fault.ts';
import { headerOf, type RequestHeaders } from './exchange.ts';

/** A request without its body. */
export interface RequestHead {
  readonly method: string;
  /** With the query, as it came. */
  readonly path: string;
  readonly headers: RequestHeaders;
}

export interface PresentedSignature {
  readonly place: 'header' | 'query';
  readonly algorithm: string;
  /** key/date/region/service/aws4_request, when it is well-formed. */
  readonly credential: string;
  /** Names in the order in which they were signed. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** 20261120T120431Z, or what stands in the header Date. */
  readonly date: string;
  readonly sessionToken: string | undefined;
  /** Seconds a query signature is good for, as written. */
  readonly expires: string | undefined;
}

const COMMA = 0x2c;
const BLANK = 0x20;
const HEADER_PARTS = ['Credential', 'Signature', 'SignedHeaders'] as const;
const QUERY_PARTS = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders', 'X-Amz-Date'];

/** @throws {Fault} MissingAuthenticationTokenException, IncompleteSignatureException, InvalidSignatureException (two of them). */
export function presentedSignature(request: RequestHead): PresentedSignature {
  const header = headerOf(request.headers, 'authorization');
  const query = queryOf(request.path);
  const isQuery = query?.has('X-Amz-Algorithm') ?? false;
  if (header !== '' && isQuery) {
    throw new Fault(
      'InvalidSignatureException',
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    );
  }
  if (header !== '') return inHeader(request.headers, header);
  if (isQuery) return inQuery(query!);
  throw new Fault('MissingAuthenticationTokenException', 'Missing Authentication Token');
}

function queryOf(path: string): URLSearchParams | undefined {
  const at = path.indexOf('?');
  return at < 0 ? undefined : new URLSearchParams(path.slice(at + 1));
}

interface HeaderParts {
  Credential: string;
  Signature: string;
  SignedHeaders: string;
}

/** The parts stand after the algorithm, between commas or spaces; of several with one name the last counts. */
function inHeader(headers: RequestHeaders, header: string): PresentedSignature {
  const parts: HeaderParts = { Credential: '', Signature: '', SignedHeaders: '' };
  const algorithmEnd = endOfPart(header, 0);
  for (let start = algorithmEnd + 1; start <= header.length; ) {
    const end = endOfPart(header, start);
    if (end > start) takePart(header.slice(start, end).trim(), parts);
    start = end + 1;
  }
  const date = headerOf(headers, 'x-amz-date') || headerOf(headers, 'date');
  let text = '';
  for (const name of HEADER_PARTS) {
    if (parts[name] === '') text += `Authorization header requires '${name}' parameter. `;
  }
  if (date === '') text += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  if (text !== '') throw new Fault('IncompleteSignatureException', `${text}Authorization=${header}`);
  return {
    place: 'header',
    algorithm: header.slice(0, algorithmEnd),
    credential: parts.Credential,
    signedHeaders: parts.SignedHeaders.split(';'),
    signature: parts.Signature,
    date,
    sessionToken: headerOf(headers, 'x-amz-security-token') || undefined,
    expires: undefined,
  };
}

/** A value ends at a second equals sign; a name without any has an empty one. */
function takePart(part: string, parts: HeaderParts): void {
  const equals = indexOrEnd(part, 0);
  const name = part.slice(0, equals);
  if (name !== 'Credential' && name !== 'Signature' && name !== 'SignedHeaders') return;
  parts[name] = part.slice(equals + 1, indexOrEnd(part, equals + 1));
}

function indexOrEnd(part: string, from: number): number {
  const at = part.indexOf('=', from);
  return at < 0 ? part.length : at;
}

function endOfPart(header: string, start: number): number {
  let end = start;
  for (; end < header.length; end++) {
    const code = header.charCodeAt(end);
    if (code === COMMA || code === BLANK) break;
  }
  return end;
}

function inQuery(query: URLSearchParams): PresentedSignature {
  let text = '';
  for (const name of QUERY_PARTS) {
    if (!query.get(name)) text += `AWS query-string parameters must include '${name}'. `;
  }
  if (text !== '') throw new Fault('IncompleteSignatureException', `${text}Re-examine the query-string parameters.`);
  return {
    place: 'query',
    algorithm: query.get('X-Amz-Algorithm')!,
    credential: query.get('X-Amz-Credential')!,
    signedHeaders: query.get('X-Amz-SignedHeaders')!.split(';'),
    signature: query.get('X-Amz-Signature')!,
    date: query.get('X-Amz-Date')!,
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    expires: query.get('X-Amz-Expires') ?? undefined,
  };
}
