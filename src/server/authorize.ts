/**
 * Who calls: a request must carry credentials in the form AWS asks for, and the region they were made for counts.
 * Whether the signature is right is not looked at: any credentials will do. The texts were observed at the service;
 * its public test suite in mhart/kinesalite records them.
 */
import { Fault } from '../model/fault.ts';
import type { Scope } from '../model/stream.ts';
import { type HttpRequest, headerOf } from './exchange.ts';

const HEADER_PARTS = ['Credential', 'Signature', 'SignedHeaders'];
const QUERY_PARTS = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders', 'X-Amz-Date'];
const REGION = /^[a-z0-9-]{1,64}$/;

/**
 * The caller's scope: the account of `home`, the region of the credential, or of `home` when the credential names none.
 * @throws {Fault} MissingAuthenticationTokenException, IncompleteSignatureException, InvalidSignatureException.
 */
export function authorize(request: HttpRequest, home: Scope): Scope {
  const header = headerOf(request.headers, 'authorization');
  const query = queryOf(request.path);
  const isQuery = query?.has('X-Amz-Algorithm') ?? false;
  if (header !== '' && isQuery) {
    throw new Fault(
      'InvalidSignatureException',
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    );
  }
  if (header !== '') return { account: home.account, region: regionOf(headerCredential(request, header), home.region) };
  if (isQuery) return { account: home.account, region: regionOf(queryCredential(query!), home.region) };
  throw new Fault('MissingAuthenticationTokenException', 'Missing Authentication Token');
}

function queryOf(path: string): URLSearchParams | undefined {
  const at = path.indexOf('?');
  return at < 0 ? undefined : new URLSearchParams(path.slice(at + 1));
}

/** The parts stand after the algorithm, between commas or spaces. */
function headerCredential({ headers }: HttpRequest, header: string): string {
  const parts = new Map<string, string>();
  for (const part of header.split(/[, ]/).slice(1)) {
    const [name, value = ''] = part.trim().split('=', 2);
    parts.set(name!, value);
  }
  let text = '';
  for (const name of HEADER_PARTS) {
    if (!parts.get(name)) text += `Authorization header requires '${name}' parameter. `;
  }
  if (headerOf(headers, 'x-amz-date') === '' && headerOf(headers, 'date') === '') {
    text += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (text !== '') throw new Fault('IncompleteSignatureException', `${text}Authorization=${header}`);
  return parts.get('Credential')!;
}

function queryCredential(query: URLSearchParams): string {
  let text = '';
  for (const name of QUERY_PARTS) {
    if (!query.get(name)) text += `AWS query-string parameters must include '${name}'. `;
  }
  if (text !== '') throw new Fault('IncompleteSignatureException', `${text}Re-examine the query-string parameters.`);
  return query.get('X-Amz-Credential')!;
}

/** A credential is key/date/region/service/aws4_request. */
function regionOf(credential: string, otherwise: string): string {
  const region = credential.split('/')[2] ?? '';
  return REGION.test(region) ? region : otherwise;
}
