/** Signature Version 4 for one API call, or the look of one: headers in, headers out. Source: the AWS General Reference, "Signing AWS API requests". */
import aws4 from 'aws4';
import { compactTime } from '../runtime/calendar.ts';
import type { Credentials } from './credentials.ts';

export interface Signing {
  /** The service's signing name. */
  readonly service: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly nowMs: number;
}

/** The given headers (`host` among them) with date, length and Authorization added. */
export function signedHeaders(
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  signing: Signing,
): Record<string, string> {
  const request = {
    method: 'POST',
    path: '/',
    service: signing.service,
    region: signing.region,
    headers: { ...headers, 'content-length': String(body.length), 'x-amz-date': compactTime(signing.nowMs) },
    body,
  };
  return aws4.sign(request, signing.credentials).headers;
}

/** What stands where a signature would. */
const NO_SIGNATURE = '0'.repeat(64);

/**
 * As `signedHeaders`, for a server that says that it checks no signature: who calls and for which region is told, and nothing
 * is calculated. A server that does check takes it for a wrong signature.
 */
export function unsignedHeaders(
  headers: Readonly<Record<string, string>>,
  { service, region, credentials, nowMs }: Signing,
): Record<string, string> {
  const time = compactTime(nowMs);
  const credential = `${credentials.accessKeyId}/${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${NO_SIGNATURE}`;
  return { ...headers, 'x-amz-date': time, authorization };
}
