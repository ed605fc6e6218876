/** Signature Version 4 for one API call: headers in, headers out. Source: the AWS General Reference, "Signing AWS API requests". */
import aws4 from 'aws4';
import { compactTime } from '../runtime/calendar.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** What a server without authentication is signed with, so that a real key never goes to a local socket. */
export const LOCAL_CREDENTIALS: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

export interface Signing {
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
    service: 'kinesis',
    region: signing.region,
    headers: { ...headers, 'content-length': String(body.length), 'x-amz-date': compactTime(signing.nowMs) },
    body,
  };
  return aws4.sign(request, signing.credentials).headers;
}
