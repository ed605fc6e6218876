/** Signature Version 4 for one API call: headers in, headers out. Source: the AWS General Reference, "Signing AWS API requests". */
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
