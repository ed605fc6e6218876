/**
 * What web pages may do. AWS answers any origin; a local daemon answers pages of this machine only, unless told
 * otherwise, because any page a person visits could read or delete the streams. Others are refused, not only left
 * without the headers: a page can make its own name point at 127.0.0.1.
 */
import { headerOf, type RequestHeaders } from './exchange.ts';
import { isLoopbackOrigin } from './loopback.ts';

export type Origins = 'loopback' | 'any';

const EXPOSED = 'x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,Date';
const PREFLIGHT_SECONDS = '172800';

/** '' is no browser's request at all. */
export function originAllowed(origin: string, origins: Origins): boolean {
  return origin === '' || origins === 'any' || isLoopbackOrigin(origin);
}

/** Headers, name and value by turns, of an answer to an allowed origin. */
export function corsHeaders(headers: RequestHeaders): readonly string[] {
  if (headerOf(headers, 'origin') === '') return [];
  return ['Access-Control-Allow-Origin', '*', 'Access-Control-Expose-Headers', EXPOSED];
}

/** Headers of the answer to a browser that asks (OPTIONS) what it may send. */
export function preflightHeaders(headers: RequestHeaders): readonly string[] {
  const wanted = headerOf(headers, 'access-control-request-headers');
  const method = headerOf(headers, 'access-control-request-method');
  return [
    ...['Access-Control-Allow-Origin', '*'],
    ...(wanted === '' ? [] : ['Access-Control-Allow-Headers', wanted]),
    ...(method === '' ? [] : ['Access-Control-Allow-Methods', method]),
    ...['Access-Control-Max-Age', PREFLIGHT_SECONDS],
  ];
}
